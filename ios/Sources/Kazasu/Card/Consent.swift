/// The user's consent to one attempt even if it is the last try, or if the card does not say how many tries remain.
///
/// Ask first: a wrong secret then blocks the card until a visit to the municipal office. The value serves for one attempt;
/// the second use of it is `KazasuError.consentUsed`.
public final class LastTryConsent: Sendable {
    private let used = Protected(false)

    private init() {}

    /// To be called where the user has said yes to a question that names the consequence.
    public static func givenByUser() -> LastTryConsent { LastTryConsent() }

    func requireUnused() throws(KazasuError) {
        if used.value { throw .consentUsed }
    }

    func use() throws(KazasuError) {
        let before = used.with { used in
            defer { used = true }
            return used
        }
        if before { throw .consentUsed }
    }
}
