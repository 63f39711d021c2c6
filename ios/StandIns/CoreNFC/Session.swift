import Foundation

/// What the app asks of the system. A test is the system, and answers by calling the delegate on the session's queue.
public protocol StandInSystem: AnyObject {
    func begin(_ session: NFCTagReaderSession)
    func connect(_ session: NFCTagReaderSession, to tag: NFCTag, completion: @escaping ((any Error)?) -> Void)
    func restartPolling(_ session: NFCTagReaderSession)
    /// `errorMessage` is nil for an ordinary end.
    func invalidate(_ session: NFCTagReaderSession, errorMessage: String?)
}

/// A session with the system's sheet.
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

    /// Who plays the system.
    nonisolated(unsafe) public static weak var system: (any StandInSystem)?

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

    open override func begin() {
        Self.system?.begin(self)
    }

    open func connect(to tag: NFCTag, completionHandler: @escaping ((any Error)?) -> Void) {
        Self.system?.connect(self, to: tag, completion: completionHandler)
    }

    open func restartPolling() {
        Self.system?.restartPolling(self)
    }

    open override func invalidate() {
        Self.system?.invalidate(self, errorMessage: nil)
    }

    open override func invalidate(errorMessage: String) {
        Self.system?.invalidate(self, errorMessage: errorMessage)
    }
}

public protocol NFCTagReaderSessionDelegate: AnyObject {
    func tagReaderSessionDidBecomeActive(_ session: NFCTagReaderSession)
    func tagReaderSession(_ session: NFCTagReaderSession, didDetect tags: [NFCTag])
    func tagReaderSession(_ session: NFCTagReaderSession, didInvalidateWithError error: any Error)
}
