import KazasuFFI

extension Outcome {
    /// The outcome of a finished session. `value` takes the result of the right request.
    init(_ outcome: KazasuFFI.Outcome, _ value: (CardResult, TriesReport) -> Value?) {
        let tries = outcome.tries
        if case .failed(let error) = outcome.result {
            self = Self(error, tries)
        } else if let value = value(outcome.result, tries) {
            self = .done(value, tries)
        } else {
            let detail = "a result of another request"
            self = .notDone(NotDone(problem: .defect, code: "bug", detail: detail, trySpent: .maybe, tries: tries))
        }
    }

    private init(_ error: CardError, _ tries: TriesReport) {
        func notDone(_ problem: Problem) -> Self {
            .notDone(
                NotDone(
                    problem: problem, code: error.code(), detail: error.detail, trySpent: error.trySpent, tries: tries))
        }
        func wrong(_ secret: SecretKind, _ remaining: UInt8?) -> Self {
            .wrongSecret(WrongSecret(secret: secret, remaining: remaining.map(Int.init), tries: tries))
        }
        self =
            switch error {
            case .WrongSecret(let secret, let remaining): wrong(secret, remaining)
            case .Blocked(let secret): .blocked(Blocked(secret: secret, tries: tries))
            case .LastTry(let secret, let remaining):
                .needConsent(NeedConsent(secret: secret, remaining: Int(remaining), tries: tries))
            case .TriesNotReported(let secret):
                .needConsent(NeedConsent(secret: secret, remaining: nil, tries: tries))
            case .Reconciled(let secret, let finding):
                switch finding {
                case .counted(let remaining): wrong(secret, remaining)
                case .blocked: .blocked(Blocked(secret: secret, tries: tries))
                case .inconclusive: notDone(.verifyOutcomeUnknown)
                case .notCounted, .right, .nothingSpent: notDone(.cardLost)
                }
            case .NotJpki: notDone(.notJpki)
            case .NotIssued: notDone(.notIssued)
            case .PinNeeded: notDone(.pinNeeded)
            case .CardLost, .Cancelled: notDone(.cardLost)
            case .VerifyOutcomeUnknown: notDone(.verifyOutcomeUnknown)
            case .ChangeOutcomeUnknown: notDone(.changeOutcomeUnknown)
            case .SecretNeededAgain: notDone(.secretNeededAgain)
            case .OtherCard: notDone(.otherCard)
            case .NotTheKnownCertificate: notDone(.notTheKnownCertificate)
            case .UnexpectedStatus, .NoStatusWord, .AnswerTooLong: notDone(.unexpectedAnswer)
            case .CertificateIncomplete, .CertificateUnusable: notDone(.certificateUnusable)
            case .SignatureMismatch: notDone(.signatureMismatch)
            case .ChannelRefused: notDone(.channelRefused)
            case .NothingToSign, .Unknown: notDone(.defect)
            }
    }
}

extension CardError {
    /// Whether a try was spent, as far as this failure tells.
    var trySpent: TrySpent {
        switch self {
        case .WrongSecret: .yes
        case .VerifyOutcomeUnknown, .Unknown: .maybe
        case .Reconciled(_, let finding):
            switch finding {
            case .counted, .blocked: .yes
            case .inconclusive: .maybe
            case .notCounted, .right, .nothingSpent: .no
            }
        default: .no
        }
    }

    /// Name and fields, but for signatures.
    var detail: String {
        if case .SecretNeededAgain(let signatures) = self {
            return "SecretNeededAgain(signatures: \(signatures.count))"
        }
        return "\(self)"
    }
}

/// What a finished request gives; nil for the result of another one.
enum Values {
    static func signed(_ result: CardResult, _: TriesReport) -> Signed? {
        guard case .signed(let certificate, let signatures) = result, !signatures.isEmpty else { return nil }
        return Signed(certificate: CardCertificate(kind: .signing, der: certificate), signatures: signatures)
    }

    static func authenticated(_ result: CardResult, _: TriesReport) -> Authenticated? {
        guard case .authenticated(let certificate, let signature) = result else { return nil }
        return Authenticated(
            certificate: CardCertificate(kind: .authentication, der: certificate), signature: signature)
    }

    static func certificate(_ result: CardResult, _: TriesReport) -> CardCertificate? {
        guard case .certificate(let kind, let der) = result else { return nil }
        return CardCertificate(kind: kind, der: der)
    }

    static func tries(_ result: CardResult, _ tries: TriesReport) -> TriesReport? {
        guard case .remainingTries = result else { return nil }
        return tries
    }

    static func cardInfo(_ result: CardResult, _: TriesReport) -> CardInfo? {
        guard case .cardInfo(let info) = result else { return nil }
        return info
    }

    static func changed(_ result: CardResult, _: TriesReport) -> SecretKind? {
        guard case .secretChanged(let secret) = result else { return nil }
        return secret
    }
}
