import KazasuFFI

/// The calls of one ``Kazasu``. One at a time on a channel, through whichever ``Kazasu``.
final class Work: Sendable {
    let channel: any CardChannel
    let options: Kazasu.Options
    let progress = ProgressFeed()
    /// Gives up what waits for a tap: done by the next call, so that a secret does not linger.
    let pending = Protected<(@Sendable () -> Void)?>(nil)
    private static let busy = Protected<Set<ObjectIdentifier>>([])

    init(_ channel: any CardChannel, _ options: Kazasu.Options) {
        (self.channel, self.options) = (channel, options)
    }

    func run<Value: Sendable>(
        _ secrets: [any Secret], _ consent: LastTryConsent?,
        _ value: @escaping @Sendable (CardResult, TriesReport) -> Value?,
        _ request: @escaping @Sendable (_ evenIfLastTry: Bool) -> Request
    ) async throws(KazasuError) -> Outcome<Value> {
        if let gone = secrets.first(where: \.isGone) { throw .secretGone(gone.kind) }
        try consent?.requireUnused()
        try begin()
        defer { end() }
        pending.exchange(nil)?()
        let options = options
        let session = Session(self, value) { link in
            try consent?.use()
            return try Self.open(request(consent != nil), options, link)
        }
        return try await session.first()
    }

    func begin() throws(KazasuError) {
        if !Self.busy.with({ $0.insert(ObjectIdentifier(channel)).inserted }) { throw .busy }
    }

    func end() { _ = Self.busy.with { $0.remove(ObjectIdentifier(channel)) } }

    private static func open(_ request: Request, _ own: Kazasu.Options, _ link: LinkProperties) throws -> CardSession {
        let options = KazasuFFI.Options(
            recogniseCard: own.recogniseCard, extendedLength: link.extendedLength,
            applicationSelected: link.applicationSelected, floor: own.floor, channel: link.kind)
        do {
            return try CardSession(request: request, options: options)
        } catch let error as RequestError {
            switch error {
            case .SecretGone(let secret): throw KazasuError.secretGone(secret)
            case .DigestLength(let expected, let got):
                throw KazasuError.argument("a digest of \(got) bytes where \(expected) belong")
            case .KnownCertificate(let reason): throw KazasuError.argument("known certificate: \(reason)")
            }
        }
    }
}
