import Foundation

/// A tag that was found. The public names of Core NFC; the kinds that are no ISO 7816 cards carry nothing here.
public enum NFCTag {
    case feliCa(any NFCFeliCaTag)
    case iso7816(any NFCISO7816Tag)
    case iso15693(any NFCISO15693Tag)
    case miFare(any NFCMiFareTag)
}

public protocol NFCFeliCaTag: AnyObject {}
public protocol NFCISO15693Tag: AnyObject {}
public protocol NFCMiFareTag: AnyObject {}

/// An ISO 7816 card at the reader.
public protocol NFCISO7816Tag: AnyObject {
    /// Of the AIDs in Info.plist, the one that the system selected, in hexadecimal digits.
    var initialSelectedAID: String { get }

    func sendCommand(
        apdu: NFCISO7816APDU,
        completionHandler: @escaping (Data, UInt8, UInt8, (any Error)?) -> Void
    )
}

/// A command APDU.
open class NFCISO7816APDU: NSObject {
    public let instructionClass: UInt8
    public let instructionCode: UInt8
    public let p1Parameter: UInt8
    public let p2Parameter: UInt8
    public let data: Data?
    /// 1 to 65536; -1 for none.
    public let expectedResponseLength: Int

    public init(
        instructionClass: UInt8, instructionCode: UInt8, p1Parameter: UInt8, p2Parameter: UInt8,
        data: Data, expectedResponseLength: Int
    ) {
        (self.instructionClass, self.instructionCode) = (instructionClass, instructionCode)
        (self.p1Parameter, self.p2Parameter) = (p1Parameter, p2Parameter)
        (self.data, self.expectedResponseLength) = (data, expectedResponseLength)
    }

    /// Nil when the lengths do not fit together. That a four-byte command stays one, and that Le `00` reads as 256, is
    /// an assumption about the real one.
    public init?(data command: Data) {
        let bytes = [UInt8](command)
        guard bytes.count >= 4, let body = Body(bytes[4...]) else { return nil }
        (instructionClass, instructionCode) = (bytes[0], bytes[1])
        (p1Parameter, p2Parameter) = (bytes[2], bytes[3])
        (data, expectedResponseLength) = (body.data, body.expected)
    }
}

/// Lc, data and Le: ISO 7816-4 §5.2.
private struct Body {
    var data: Data?
    var expected = -1

    init?(_ body: ArraySlice<UInt8>) {
        guard let first = body.first else { return }
        let rest = body.dropFirst()
        if rest.isEmpty {
            expected = first == 0 ? 256 : Int(first)
        } else if first != 0 {
            guard rest.count == Int(first) || rest.count == Int(first) + 1 else { return nil }
            data = Data(rest.prefix(Int(first)))
            if rest.count > Int(first) { expected = rest.last == 0 ? 256 : Int(rest.last ?? 0) }
        } else {
            guard rest.count == 2, let high = rest.first, let low = rest.last else { return nil }
            let length = Int(high) << 8 | Int(low)
            expected = length == 0 ? 65536 : length
        }
    }
}
