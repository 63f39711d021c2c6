package app.kazasu

import app.kazasu.ffi.CardException
import app.kazasu.ffi.CardResult
import app.kazasu.ffi.ChannelKind
import app.kazasu.ffi.Reconciliation
import app.kazasu.ffi.CertificateKind as FfiCertificateKind
import app.kazasu.ffi.HashAlgorithm as FfiHashAlgorithm
import app.kazasu.ffi.Outcome as FfiOutcome
import app.kazasu.ffi.SecretKind as FfiSecretKind
import app.kazasu.ffi.Signature as FfiSignature
import app.kazasu.ffi.Stage as FfiStage
import app.kazasu.ffi.TimeLeft as FfiTimeLeft
import app.kazasu.ffi.TokenKind as FfiTokenKind
import app.kazasu.ffi.Tries as FfiTries
import app.kazasu.ffi.TriesReport as FfiTriesReport

/** What a finished request gives; `null` for the result of another request, which would be a defect. */
internal object Values {
    fun signed(result: CardResult, @Suppress("UNUSED_PARAMETER") tries: TriesReport): Signed? =
        (result as? CardResult.Signed)?.let {
            Signed(CardCertificate(CertificateKind.Signing, it.certificate), it.signatures.map(::signature))
        }

    fun authenticated(result: CardResult, @Suppress("UNUSED_PARAMETER") tries: TriesReport): Authenticated? =
        (result as? CardResult.Authenticated)?.let {
            Authenticated(CardCertificate(CertificateKind.Authentication, it.certificate), signature(it.signature))
        }

    fun certificate(result: CardResult, @Suppress("UNUSED_PARAMETER") tries: TriesReport): CardCertificate? =
        (result as? CardResult.Certificate)?.let { CardCertificate(it.kind.toApi(), it.der) }

    fun tries(result: CardResult, tries: TriesReport): TriesReport? = tries.takeIf { result is CardResult.RemainingTries }

    fun cardInfo(result: CardResult, @Suppress("UNUSED_PARAMETER") tries: TriesReport): CardInfo? =
        (result as? CardResult.CardInfo)?.info?.let {
            CardInfo(it.kind.toApi(), it.label, it.availability?.signing, it.availability?.authentication)
        }

    fun changed(result: CardResult, @Suppress("UNUSED_PARAMETER") tries: TriesReport): SecretKind? =
        (result as? CardResult.SecretChanged)?.secret?.toApi()

    fun signature(it: FfiSignature) = Signature(it.algorithm.toApi(), it.digest, it.bytes, it.cms)
}

/** The outcome of a finished session. */
internal fun <T> FfiOutcome.toApi(value: (CardResult, TriesReport) -> T?): Outcome<T> {
    val tries = tries.toApi()
    val failed = result as? CardResult.Failed
    if (failed == null) {
        return value(result, tries)?.let { Done(it, tries) }
            ?: NotDone(Problem.Defect, "bug", "a result of another request", TrySpent.Maybe, emptyList(), tries)
    }
    return failed.error.toApi(tries)
}

internal fun CardException.toApi(tries: TriesReport): Outcome<Nothing> {
    val signatures = (this as? CardException.SecretNeededAgain)?.signatures.orEmpty().map(Values::signature)
    fun notDone(problem: Problem) = NotDone(problem, code(), detail(), trySpent(), signatures, tries)
    return when (this) {
        is CardException.WrongSecret -> WrongSecret(secret.toApi(), remaining?.toInt(), tries)
        is CardException.Blocked -> Blocked(secret.toApi(), tries)
        is CardException.LastTry -> NeedConsent(secret.toApi(), remaining.toInt(), tries)
        is CardException.TriesNotReported -> NeedConsent(secret.toApi(), null, tries)
        is CardException.Reconciled -> when (val found = finding) {
            is Reconciliation.Counted -> WrongSecret(secret.toApi(), found.remaining.toInt(), tries)
            is Reconciliation.Blocked -> Blocked(secret.toApi(), tries)
            is Reconciliation.Inconclusive -> notDone(Problem.VerifyOutcomeUnknown)
            is Reconciliation.NotCounted, is Reconciliation.Right, is Reconciliation.NothingSpent ->
                notDone(Problem.CardLost)
        }
        is CardException.NotJpki -> notDone(Problem.NotJpki)
        is CardException.NotIssued -> notDone(Problem.NotIssued)
        is CardException.PinNeeded -> notDone(Problem.PinNeeded)
        is CardException.CardLost, is CardException.Cancelled -> notDone(Problem.CardLost)
        is CardException.VerifyOutcomeUnknown -> notDone(Problem.VerifyOutcomeUnknown)
        is CardException.ChangeOutcomeUnknown -> notDone(Problem.ChangeOutcomeUnknown)
        is CardException.SecretNeededAgain -> notDone(Problem.SecretNeededAgain)
        is CardException.OtherCard -> notDone(Problem.OtherCard)
        is CardException.NotTheKnownCertificate -> notDone(Problem.NotTheKnownCertificate)
        is CardException.UnexpectedStatus, is CardException.NoStatusWord, is CardException.AnswerTooLong ->
            notDone(Problem.UnexpectedAnswer)
        is CardException.CertificateIncomplete, is CardException.CertificateUnusable ->
            notDone(Problem.CertificateUnusable)
        is CardException.SignatureMismatch -> notDone(Problem.SignatureMismatch)
        is CardException.ChannelRefused -> notDone(Problem.ChannelRefused)
        is CardException.NothingToSign, is CardException.Unknown -> notDone(Problem.Defect)
    }
}

/** Whether a try was spent, as far as this failure tells. */
internal fun CardException.trySpent(): TrySpent = when (this) {
    is CardException.WrongSecret -> TrySpent.Yes
    is CardException.VerifyOutcomeUnknown -> TrySpent.Maybe
    is CardException.Reconciled -> when (finding) {
        is Reconciliation.Counted, is Reconciliation.Blocked -> TrySpent.Yes
        is Reconciliation.Inconclusive -> TrySpent.Maybe
        is Reconciliation.NotCounted, is Reconciliation.Right, is Reconciliation.NothingSpent -> TrySpent.No
    }
    is CardException.Unknown -> TrySpent.Maybe
    else -> TrySpent.No
}

/** Name and fields, as the generated exception has them. A signature shows as its length only. */
private fun CardException.detail(): String = "${this::class.simpleName} ${message.orEmpty()}".trim()

internal fun FfiTriesReport.toApi(): TriesReport = TriesReport(authentication.toApi(), signing.toApi())

private fun FfiTries.toApi(): Tries = when (this) {
    is FfiTries.NotAsked -> Tries.NotAsked
    is FfiTries.Remaining -> Tries.Remaining(tries.toInt())
    is FfiTries.Blocked -> Tries.Blocked
    is FfiTries.NotReported -> Tries.NotReported
    is FfiTries.Unknown -> Tries.Unknown
}

internal fun FfiSecretKind.toApi(): SecretKind = when (this) {
    FfiSecretKind.AUTHENTICATION_PIN -> SecretKind.AuthenticationPin
    FfiSecretKind.SIGNING_PASSWORD -> SecretKind.SigningPassword
}

private fun FfiCertificateKind.toApi(): CertificateKind = when (this) {
    FfiCertificateKind.SIGNING -> CertificateKind.Signing
    FfiCertificateKind.SIGNING_CA -> CertificateKind.SigningCa
    FfiCertificateKind.AUTHENTICATION -> CertificateKind.Authentication
    FfiCertificateKind.AUTHENTICATION_CA -> CertificateKind.AuthenticationCa
}

private fun FfiTokenKind.toApi(): TokenKind = when (this) {
    FfiTokenKind.MY_NUMBER_CARD -> TokenKind.MyNumberCard
    FfiTokenKind.JUKI_CARD -> TokenKind.JukiCard
    FfiTokenKind.ANDROID_PHONE -> TokenKind.AndroidPhone
    FfiTokenKind.I_PHONE -> TokenKind.IPhone
    FfiTokenKind.OTHER -> TokenKind.Other
}

private fun FfiHashAlgorithm.toApi(): HashAlgorithm = when (this) {
    FfiHashAlgorithm.SHA256 -> HashAlgorithm.Sha256
    FfiHashAlgorithm.SHA384 -> HashAlgorithm.Sha384
    FfiHashAlgorithm.SHA512 -> HashAlgorithm.Sha512
}

internal val HashAlgorithm.ffi: FfiHashAlgorithm
    get() = when (this) {
        HashAlgorithm.Sha256 -> FfiHashAlgorithm.SHA256
        HashAlgorithm.Sha384 -> FfiHashAlgorithm.SHA384
        HashAlgorithm.Sha512 -> FfiHashAlgorithm.SHA512
    }

internal fun FfiStage.toApi(): Stage = when (this) {
    is FfiStage.Selecting -> Stage.Selecting
    is FfiStage.Recognising -> Stage.Recognising
    is FfiStage.ReadingInfo -> Stage.ReadingInfo
    is FfiStage.QueryingTries -> Stage.QueryingTries(secret.toApi())
    is FfiStage.Verifying -> Stage.Verifying(secret.toApi())
    is FfiStage.ReadingCertificate ->
        Stage.ReadingCertificate(certificate.toApi(), read.toInt(), total?.toInt())
    is FfiStage.Signing -> Stage.Signing(document.toInt(), of.toInt())
    is FfiStage.Changing -> Stage.Changing(secret.toApi())
    is FfiStage.Leaving -> Stage.Leaving
    is FfiStage.Other -> Stage.Other
}

internal fun FfiTimeLeft.toApi(): TimeLeft =
    TimeLeft(milliseconds.toInt(), exchanges.toInt(), donePermille.toFloat() / 1000)

internal val LinkKind.ffi: ChannelKind
    get() = when (this) {
        LinkKind.Simulated -> ChannelKind.SIMULATED
        LinkKind.Pcsc -> ChannelKind.PCSC
        LinkKind.Nfc -> ChannelKind.NFC
        LinkKind.SecureElement -> ChannelKind.SECURE_ELEMENT
        LinkKind.Other -> ChannelKind.OTHER
    }
