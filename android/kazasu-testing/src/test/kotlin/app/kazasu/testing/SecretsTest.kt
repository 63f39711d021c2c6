package app.kazasu.testing

import app.kazasu.AuthenticationPin
import app.kazasu.Kazasu
import app.kazasu.SecretFormatException
import app.kazasu.SecretFormatException.Reason
import app.kazasu.SecretGoneException
import app.kazasu.SigningPassword
import app.kazasu.UserMessage
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
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
