import Foundation
import KazasuFFI

/// JPKI over one ``CardChannel``.
///
/// ```swift
/// let jpki = Kazasu(NfcChannel())                    // SimulatedCard("ichiro") in tests
/// switch try await jpki.openAccount(document, password) {
/// case .done(let signed, _): bank.submit(signed)
/// case .wrongSecret(let wrong): ask(wrong.remaining)
/// case .needConsent(let need): askWhetherToRiskIt(need.remaining)
/// case .blocked(let blocked): show(blocked.whoCanUnblock)
/// case .needTap(let tap): show(tap.reason)           // tap.resume(); nothing is spent
/// case .needSecret(let need): askAgain(need)         // need.resume(password)
/// case .notDone(let problem): show(problem.message.japanese)
/// }
/// ```
///
/// **A wrong secret spends a try**, and a card without tries is unblocked at the municipal office only. So a call reads the
/// remaining tries first, stops before the last one without a ``LastTryConsent``, and sends one secret at most once.
///
/// Every call may be cancelled at any point: the card is closed first, then `KazasuError.cancelled` says whether a try may
/// have been spent. One call at a time on a channel; a second one is `KazasuError.busy`.
public final class Kazasu: Sendable {
    /// How to go about it.
    public struct Options: Sendable {
        /// Tries at or below which an attempt takes a ``LastTryConsent``. 1 is the last try.
        public var floor: UInt8
        /// Whether to read which card it is before the secret is sent (one exchange), so that another card on the next tap is
        /// recognised before a secret reaches it. Off means that a card lost before that ends the call.
        public var recogniseCard: Bool
        /// Takes the record of what happened at the reader, JSON lines without a secret, a name or a certificate
        /// (docs/trace-format.md): before each command and at the end.
        public var trace: (@Sendable (String) -> Void)?

        public init(floor: UInt8 = 1, recogniseCard: Bool = true, trace: (@Sendable (String) -> Void)? = nil) {
            (self.floor, self.recogniseCard, self.trace) = (floor, recogniseCard, trace)
        }
    }

    private let work: Work

    public init(_ channel: any CardChannel, options: Options = Options()) {
        work = Work(channel, options)
    }

    /// Where the call under way stands, from now on. Each caller has a sequence of its own.
    public var progress: AsyncStream<Progress> { work.progress.listen() }

    /// Account opening: the customer's signature over `document` and the signing certificate, in one tap.
    ///
    /// `document`: what is signed, for instance the application with the bank's nonce. Only its SHA-256 goes to the card.
    /// `password` is used by this call; if no card comes at all it is still there.
    public func openAccount(
        _ document: some DataProtocol, _ password: SigningPassword, consent: LastTryConsent? = nil
    ) async throws(KazasuError) -> Outcome<Signed> {
        try await sign([Document(document)], password, consent: consent)
    }

    /// Signs several documents with one entry of the password, in order.
    ///
    /// `knownCertificate`: the signing certificate if the caller has it, DER; it is then not read.
    public func sign(
        _ documents: [Document], _ password: SigningPassword, consent: LastTryConsent? = nil,
        knownCertificate: Data? = nil
    ) async throws(KazasuError) -> Outcome<Signed> {
        if documents.isEmpty { throw .argument("there is nothing to sign") }
        return try await work.run([password], consent, Values.signed) {
            .sign(
                documents: documents.map(\.toBeSigned), password: password.ffi, evenIfLastTry: $0,
                knownCertificate: knownCertificate)
        }
    }

    /// Signs a relying party's challenge with the authentication key. Only the digest of `challenge` goes to the card.
    ///
    /// `knownCertificate`: the authentication certificate if the caller has it, DER: it is then not read, and a card that
    /// carries another one is refused before the PIN is sent.
    public func authenticate(
        _ challenge: some DataProtocol, _ pin: AuthenticationPin, consent: LastTryConsent? = nil,
        knownCertificate: Data? = nil, algorithm: HashAlgorithm = .sha256
    ) async throws(KazasuError) -> Outcome<Authenticated> {
        let digest = KazasuFFI.digest(algorithm: algorithm, data: Data(challenge))
        return try await work.run([pin], consent, Values.authenticated) {
            .authenticate(
                algorithm: algorithm, challenge: digest, pin: pin.ffi, evenIfLastTry: $0,
                knownCertificate: knownCertificate)
        }
    }

    /// Reads the signing certificate, which takes the password.
    public func readCertificate(
        _ password: SigningPassword, consent: LastTryConsent? = nil
    ) async throws(KazasuError) -> Outcome<CardCertificate> {
        try await work.run([password], consent, Values.certificate) {
            .readSigningCertificate(password: password.ffi, evenIfLastTry: $0)
        }
    }

    /// Reads the authentication certificate. A card gives it freely; a phone wants the PIN first, and without one the outcome
    /// is ``Problem/pinNeeded``.
    public func readAuthenticationCertificate(
        _ pin: AuthenticationPin? = nil, consent: LastTryConsent? = nil
    ) async throws(KazasuError) -> Outcome<CardCertificate> {
        let secrets: [any Secret] = pin.map { [$0] } ?? []
        return try await work.run(secrets, consent, Values.certificate) {
            .readAuthenticationCertificate(pin: pin?.ffi, evenIfLastTry: $0)
        }
    }

    /// Reads one of the two CA certificates on the card. They are data, never anchors.
    public func readCaCertificate(_ kind: CertificateKind) async throws(KazasuError) -> Outcome<CardCertificate> {
        switch kind {
        case .signingCa: try await work.run([], nil, Values.certificate) { _ in .readSigningCaCertificate }
        case .authenticationCa:
            try await work.run([], nil, Values.certificate) { _ in .readAuthenticationCaCertificate }
        case .signing, .authentication: throw .argument("\(kind) is no CA certificate")
        }
    }

    /// Reads the remaining tries of both secrets; costs none.
    public func remainingTries() async throws(KazasuError) -> Outcome<TriesReport> {
        try await work.run([], nil, Values.tries) { _ in .remainingTries }
    }

    /// Reads what kind of card it is and which certificates it says it has; needs no secret.
    public func cardInfo() async throws(KazasuError) -> Outcome<CardInfo> {
        try await work.run([], nil, Values.cardInfo) { _ in .cardInfo }
    }

    /// Replaces the authentication PIN. A link lost at the wrong moment is ``Problem/changeOutcomeUnknown``.
    public func changePin(
        from present: AuthenticationPin, to new: AuthenticationPin, consent: LastTryConsent? = nil
    ) async throws(KazasuError) -> Outcome<SecretKind> {
        try await work.run([present, new], consent, Values.changed) {
            .changeAuthenticationPin(present: present.ffi, newPin: new.ffi, evenIfLastTry: $0)
        }
    }

    /// Replaces the signing password. A link lost at the wrong moment is ``Problem/changeOutcomeUnknown``.
    public func changePassword(
        from present: SigningPassword, to new: SigningPassword, consent: LastTryConsent? = nil
    ) async throws(KazasuError) -> Outcome<SecretKind> {
        try await work.run([present, new], consent, Values.changed) {
            .changeSigningPassword(present: present.ffi, newPassword: new.ffi, evenIfLastTry: $0)
        }
    }
}
