import KazasuFFI

/// What to tell the user about a code, and who can do what about it: an entry of the error catalogue.
public struct UserMessage: Sendable, Equatable {
    public let code: String
    /// A sentence in Japanese.
    public let japanese: String
    /// The same in easy Japanese (やさしい日本語).
    public let easyJapanese: String
    /// The same in English.
    public let english: String
    /// What happened, for developers.
    public let cause: String
    /// What to do next, as a code such as `tap_again` or `enter_again`.
    public let nextAction: String
    /// Who can do it.
    public let whoActs: [WhoActs]
    /// Whether doing the same again can succeed.
    public let isRetryable: Bool

    /// The entry for a code; that of `bug` for a code that the catalogue does not have.
    public init(code: String) {
        let entry = errorEntry(code: code) ?? errorEntry(code: "bug")
        self.code = entry?.code ?? code
        japanese = entry?.ja ?? ""
        easyJapanese = entry?.easyJa ?? ""
        english = entry?.en ?? ""
        cause = entry?.cause ?? ""
        nextAction = entry?.nextAction ?? ""
        whoActs = entry?.whoActs.compactMap(WhoActs.init(rawValue:)) ?? []
        isRetryable = entry?.retryable ?? false
    }
}

/// Who can do something about an error.
public enum WhoActs: String, Sendable {
    case user
    /// 市区町村の窓口.
    case municipalOffice = "municipal_office"
    /// In a convenience store, for one of the two secrets if the other is known.
    case kiosk
    case developer
    case relyingParty = "relying_party"
    case jLis = "j_lis"
}
