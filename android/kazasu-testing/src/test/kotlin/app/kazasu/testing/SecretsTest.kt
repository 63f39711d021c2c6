package app.kazasu.testing

import app.kazasu.AuthenticationPin
import app.kazasu.Document
import app.kazasu.Kazasu
import app.kazasu.NotDone
import app.kazasu.Problem
import app.kazasu.SecretFormatException
import app.kazasu.SecretFormatException.Reason
import app.kazasu.SecretGoneException
import app.kazasu.SigningPassword
import app.kazasu.UserMessage
import app.kazasu.ffi.CardResult
import app.kazasu.ffi.HashAlgorithm
import app.kazasu.ffi.Signature
import app.kazasu.ffi.Stage
import app.kazasu.ffi.Step
import app.kazasu.ffi.TimeLeft
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue

class SecretsTest {
    @Test
    fun `what cannot be the secret never becomes one`() {
        fun refused(make: () -> Unit) = assertFailsWith<SecretFormatException> { make() }.also {
            assertEquals(it.code, UserMessage.of(it.code).code)
        }.reason
        assertEquals(Reason.Length, refused { AuthenticationPin("123".toCharArray()) })
        assertEquals(Reason.Character, refused { AuthenticationPin("12a4".toCharArray()) })
        assertEquals(Reason.FullWidth, refused { AuthenticationPin("１２３４".toCharArray()) })
        assertEquals(Reason.Length, refused { AuthenticationPin(charArrayOf()) })
        assertEquals(Reason.LowerCase, refused { SigningPassword("abc123".toCharArray()) })
        assertEquals(Reason.Composition, refused { SigningPassword("ABCDEF".toByteArray()) })
        assertEquals(Reason.Character, refused { SigningPassword("ABC123\ud800".toCharArray()) })
        assertEquals(Reason.Length, refused { SigningPassword(CharArray(5_000) { 'A' }) })
        SigningPassword.fromUpperCased("abc123".toCharArray()).close()
    }

    @Test
    fun `the caller's array is overwritten, also when it is refused`() {
        val right = "1234".toCharArray()
        AuthenticationPin(right).close()
        assertContentEquals(CharArray(4), right)
        val bytes = "12345".toByteArray()
        assertFailsWith<SecretFormatException> { AuthenticationPin(bytes) }
        assertContentEquals(ByteArray(5), bytes)
    }

    @Test
    fun `a secret shows nothing of itself`() {
        AuthenticationPin("4711".toCharArray()).use { assertEquals("AuthenticationPin(..)", it.toString()) }
        val refused = assertFailsWith<SecretFormatException> { AuthenticationPin("471x".toCharArray()) }
        assertTrue(!refused.stackTraceToString().contains("471"))
    }

    @Test
    fun `neither a command nor a signature shows its bytes`() {
        val secret = "KAZASU2026".toByteArray()
        val step = Step.Transmit(secret, Stage.Leaving, TimeLeft(0u, 0u, 0u))
        val signature = Signature(HashAlgorithm.SHA256, secret, secret, secret)
        val outcome = CardResult.Signed(secret, listOf(signature))
        for (text in listOf(step, signature, outcome).map { it.toString() }) {
            assertTrue(!text.contains("75, 65") && !text.contains("KAZASU") && text.contains("10 bytes"), text)
        }
    }

    @Test
    fun `a card that wants the secret for each signature gives those it made`() = runTest {
        val card = SimulatedCard("consent-per-signature")
        val two = List(2) { Document.of(Flow.DOCUMENT) }
        val outcome = assertIs<NotDone>(Kazasu(card).sign(two, card.password()))
        assertEquals(Problem.SecretNeededAgain, outcome.problem)
        assertEquals(256, outcome.signatures.single().bytes.size)
        assertTrue(!outcome.toString().contains("[0") && outcome.detail.length < 200, outcome.toString())
    }

    @Test
    fun `a secret serves once`() = runTest {
        val card = SimulatedCard("ichiro")
        val pin = card.pin()
        Kazasu(card).authenticate(Flow.DOCUMENT, pin)
        assertTrue(pin.isGone)
        assertFailsWith<SecretGoneException> { Kazasu(card).authenticate(Flow.DOCUMENT, pin) }
        val wiped = card.pin().also { it.close() }
        assertFailsWith<SecretGoneException> { Kazasu(card).authenticate(Flow.DOCUMENT, wiped) }
        assertEquals(1, card.verifyCount)
        assertEquals(1, card.taps.opened)
    }
}
