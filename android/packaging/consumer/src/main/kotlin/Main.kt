import app.kazasu.Blocked
import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.NeedConsent
import app.kazasu.NeedSecret
import app.kazasu.NeedTap
import app.kazasu.NotDone
import app.kazasu.Signed
import app.kazasu.SigningPassword
import app.kazasu.WrongSecret
import app.kazasu.ffi.Document
import app.kazasu.ffi.Policy
import app.kazasu.ffi.Purpose
import app.kazasu.ffi.RevocationPolicy
import app.kazasu.ffi.SignatureInput
import app.kazasu.ffi.Submission
import app.kazasu.ffi.TimeSource
import app.kazasu.ffi.ValidationTime
import app.kazasu.ffi.Verdict
import app.kazasu.ffi.Verifier
import app.kazasu.testing.Personas
import app.kazasu.testing.SimulatedCard

/** 2026-04-01. */
private const val NOW = 1_775_001_600L

suspend fun main() {
    val document = "application".toByteArray()
    val card = SimulatedCard("ichiro")
    val jpki = Kazasu(card)

    val signed = when (val r = jpki.openAccount(document, card.password())) {
        is Done -> r.value
        is WrongSecret -> error("wrong, ${r.remaining} tries remain")
        is NeedConsent -> error("only ${r.remaining} tries remain")
        is Blocked -> error("blocked; ${r.whoCanUnblock} can unblock it")
        is NeedTap -> error("card lost: ${r.reason}")
        is NeedSecret -> error("card lost")
        is NotDone -> error(r.message.english)
    }
    println("a signature of ${signed.signature.bytes.size} bytes: ${verdict(document, signed)}")

    val wrong = jpki.openAccount(document, SigningPassword("WRONG0000".toCharArray()))
    check(wrong is WrongSecret && wrong.remaining == 4) { "a wrong password: $wrong" }
    println("a wrong password: ${wrong.remaining} tries remain")
}

/** The bank's side. */
private fun verdict(document: ByteArray, signed: Signed): String {
    val policy = Policy(
        revocation = RevocationPolicy.NotChecked,
        signedAttributesRequired = true,
        longerHashes = false,
        bareHash = false,
        clockSkewSeconds = 0u,
    )
    val signature = SignatureInput.Raw(signed.certificate.der, signed.signature.bytes)
    val report = Verifier.test(Purpose.SIGNING, policy, Personas.signingAnchors)
        .check(Submission(Document.Bytes(document), signature, emptyList()), ValidationTime(NOW, TimeSource.GIVEN))
    check(report.verdict() == Verdict.ACCEPTED) { report.codes() }
    return "accepted, ${report.attributes()?.name()}"
}
