package app.kazasu.sample

import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.NeedTap
import app.kazasu.SecretKind
import app.kazasu.Signed
import app.kazasu.SigningPassword
import app.kazasu.WrongSecret
import app.kazasu.testing.FlakyCard
import app.kazasu.testing.SimulatedCard
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs

/** What the guide and the README show of tests. */
class GuideTest {
    private val document = "I apply for an ordinary savings account.".toByteArray()

    @Test
    fun `a customer signs`() = runTest {
        val card = SimulatedCard("ichiro")
        val outcome = Kazasu(card).openAccount(document, card.password())
        val signed = assertIs<Done<Signed>>(outcome).value
        assertEquals(256, signed.signature.bytes.size)
    }

    @Test
    fun `a wrong password spends one try`() = runTest {
        val card = SimulatedCard("ichiro")
        val outcome = Kazasu(card).openAccount(document, SigningPassword("WRONG0000".toCharArray()))
        assertEquals(4, assertIs<WrongSecret>(outcome).remaining)
        assertEquals(4, card.triesLeft(SecretKind.SigningPassword))
    }

    @Test
    fun `a card that slips costs nothing`() = runTest {
        val card = FlakyCard(loseAt = 2)
        val lost = Kazasu(card).openAccount(document, card.password())
        assertIs<Done<Signed>>(assertIs<NeedTap<Signed>>(lost).resume())
        assertEquals(1, card.verifyCount)
    }

    @Test
    fun `what the README says about cards`() {
        val card = SimulatedCard("ichiro")                 // or any name in docs/personas.md
        val lost = FlakyCard(loseAt = 3, after = true)     // or FlakyCard(seed = 42)
        assertEquals(0, card.verifyCount + lost.verifyCount + FlakyCard(seed = 42).verifyCount)
    }
}
