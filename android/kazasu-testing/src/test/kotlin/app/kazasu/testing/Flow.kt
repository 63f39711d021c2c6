package app.kazasu.testing

import app.kazasu.AuthenticationPin
import app.kazasu.CertificateKind
import app.kazasu.Document
import app.kazasu.Kazasu
import app.kazasu.LastTryConsent
import app.kazasu.NeedSecret
import app.kazasu.NeedTap
import app.kazasu.Outcome
import app.kazasu.Secret
import app.kazasu.SecretKind
import app.kazasu.SigningPassword
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue

/** Every call of [Kazasu], by name. */
enum class Flow(val secret: SecretKind?, val call: suspend Kazasu.(Typed) -> Outcome<*>) {
    RemainingTries(null, { remainingTries() }),
    CardInfo(null, { cardInfo() }),
    ReadSigningCa(null, { readCaCertificate(CertificateKind.SigningCa) }),
    ReadAuthenticationCa(null, { readCaCertificate(CertificateKind.AuthenticationCa) }),
    ReadAuthentication(null, { readAuthenticationCertificate() }),
    ReadAuthenticationWithPin(SecretKind.AuthenticationPin, { readAuthenticationCertificate(it.pin, it.consent) }),
    ReadSigning(SecretKind.SigningPassword, { readCertificate(it.password, it.consent) }),
    Authenticate(SecretKind.AuthenticationPin, { authenticate(DOCUMENT, it.pin, it.consent) }),
    AuthenticateKnown(
        SecretKind.AuthenticationPin,
        { authenticate(DOCUMENT, it.pin, it.consent, it.known(CertificateKind.Authentication)) },
    ),
    OpenAccount(SecretKind.SigningPassword, { openAccount(DOCUMENT, it.password, it.consent) }),
    OpenAccountCms(SecretKind.SigningPassword, { sign(listOf(Document.cms(DOCUMENT)), it.password, it.consent) }),
    SignTwo(
        SecretKind.SigningPassword,
        { sign(listOf(Document.of(DOCUMENT), Document.cms(DOCUMENT)), it.password, it.consent) },
    ),
    SignKnown(
        SecretKind.SigningPassword,
        { sign(listOf(Document.of(DOCUMENT)), it.password, it.consent, it.known(CertificateKind.Signing)) },
    ),
    ChangePin(
        SecretKind.AuthenticationPin,
        { changePin(it.pin, AuthenticationPin("9753".toByteArray()), it.consent) },
    ),
    ChangePassword(
        SecretKind.SigningPassword,
        { changePassword(it.password, SigningPassword("NEWPASS99".toByteArray()), it.consent) },
    ),
    ;

    /** What the user types for it. */
    class Typed(
        private val card: SimulatedCard,
        private val right: Boolean = true,
        val consent: LastTryConsent? = null,
    ) {
        val pin: AuthenticationPin get() = if (right) card.pin() else wrongPin()
        val password: SigningPassword get() = if (right) card.password() else wrongPassword()

        fun of(kind: SecretKind): Secret = if (kind == SecretKind.AuthenticationPin) pin else password

        fun known(kind: CertificateKind): ByteArray? = card.certificate(kind)
    }

    companion object {
        val DOCUMENT = "document".toByteArray()

        val CHANGES = setOf(ChangePin, ChangePassword)

        fun wrongPin() = AuthenticationPin("0000".toByteArray())

        fun wrongPassword() = SigningPassword("WRONG0000".toByteArray())
    }
}

/** What has to hold after every call, whatever happened: nothing unlocked, every link closed. */
fun SimulatedCard.assertLeft(about: String) {
    for (secret in SecretKind.entries) assertFalse(isUnlocked(secret), "$about: $secret is still unlocked")
    assertEquals(taps.opened, taps.closed, "$about: links closed")
}

/** At most so many VERIFY commands with a secret have reached the card. */
fun SimulatedCard.assertVerifies(consents: Int, about: String) {
    assertTrue(verifyCount <= consents, "$about: $verifyCount VERIFY for $consents consents")
}

/** Goes on until it is over, with a new secret where one is wanted. Gives the outcome and the consents used. */
suspend fun Outcome<*>.toTheEnd(secret: SecretKind?, typed: Flow.Typed): Pair<Outcome<*>, Int> {
    var outcome = this
    var consents = if (secret == null) 0 else 1
    repeat(8) {
        outcome = when (val now = outcome) {
            is NeedTap -> now.resume()
            is NeedSecret -> {
                consents += 1
                now.resume(typed.of(checkNotNull(secret)))
            }
            else -> return outcome to consents
        }
    }
    error("it never ends")
}
