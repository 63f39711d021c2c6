import Foundation

/// A session with the system's sheet. Tests stand in for the system by overriding what the app calls, and by calling the
/// delegate.
open class NFCReaderSession: NSObject {
    /// Whether this device can read tags. Settable here alone.
    nonisolated(unsafe) public static var readingAvailable = true

    open var alertMessage = ""
    open func begin() {}
    open func invalidate() {}
    open func invalidate(errorMessage: String) {}
}

open class NFCTagReaderSession: NFCReaderSession {
    public struct PollingOption: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let iso14443 = PollingOption(rawValue: 1)
        public static let iso15693 = PollingOption(rawValue: 2)
        public static let iso18092 = PollingOption(rawValue: 4)
    }

    public private(set) weak var delegate: (any NFCTagReaderSessionDelegate)?
    public let pollingOption: PollingOption
    public let queue: DispatchQueue?

    /// Nil where the device cannot read tags.
    public init?(
        pollingOption: PollingOption,
        delegate: any NFCTagReaderSessionDelegate,
        queue: DispatchQueue? = nil
    ) {
        guard Self.readingAvailable else { return nil }
        (self.pollingOption, self.delegate, self.queue) = (pollingOption, delegate, queue)
    }

    open func connect(to tag: NFCTag, completionHandler: @escaping ((any Error)?) -> Void) {}
    open func restartPolling() {}
}

public protocol NFCTagReaderSessionDelegate: AnyObject {
    func tagReaderSessionDidBecomeActive(_ session: NFCTagReaderSession)
    func tagReaderSession(_ session: NFCTagReaderSession, didDetect tags: [NFCTag])
    func tagReaderSession(_ session: NFCTagReaderSession, didInvalidateWithError error: any Error)
}
