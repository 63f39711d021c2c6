package app.kazasu.android

import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.NeedSecret
import app.kazasu.NeedTap
import app.kazasu.NotDone
import app.kazasu.Outcome
import app.kazasu.Problem
import app.kazasu.SecretKind
import app.kazasu.SigningPassword
import app.kazasu.testing.SimulatedCard
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue

/** Whole calls through Android's `Tag` and `IsoDep`, with a simulated card behind the NFC service. */
class NfcFlowTest {
    private enum class Flow(val call: suspend Kazasu.(SimulatedCard, Boolean) -> Outcome<*>) {
        OpenAccount({ card, right -> openAccount(DOCUMENT, card.secret(right)) }),
        ChangePassword({ card, right -> changePassword(card.secret(right), SigningPassword("NEWPASS99".toCharArray())) }),
        RemainingTries({ _, _ -> remainingTries() }),
    }

    @ParameterizedTest
    @EnumSource(Loss::class)
    fun `a card lost at any exchange gets one VERIFY for one consent, and is closed once`(loss: Loss): Unit = runBlocking {
        for (flow in Flow.entries) {
            for (right in listOf(true, false)) {
                val whole = HeldCard(SimulatedCard("ichiro"))
                flow.call(Kazasu(whole.channel), whole.card, right)
                whole.assertLeft("$flow, right: $right")
                val exchanges = whole.card.journal.size
                val verify = whole.card.journal.indexOfFirst { it.isVerify }
                assertTrue(exchanges >= 3)
                for (at in 0 until exchanges) {
                    val held = HeldCard(SimulatedCard("ichiro"), at, loss)
                    val about = "$flow, right: $right, $loss at $at of $exchanges"
                    val (outcome, consents) = held.finished(flow, right)
                    assertTrue(held.card.verifyCount <= consents, "$about: ${held.card.verifyCount} VERIFY, $consents consents")
                    assertTrue(held.card.taps.opened == 2 || at == exchanges - 1 || outcome is NotDone, "$about: not lost")
                    held.assertLeft(about)
                    if (outcome is NotDone) assertNotEquals(Problem.Defect, outcome.problem, about)
                    // A VERIFY that was lost is looked into by the next tap, and takes another call.
                    if (right && at != verify && flow != Flow.ChangePassword) assertIs<Done<*>>(outcome, about)
                }
            }
        }
    }

    private suspend fun HeldCard.finished(flow: Flow, right: Boolean): Pair<Outcome<*>, Int> {
        var consents = if (flow == Flow.RemainingTries) 0 else 1
        var outcome: Outcome<*> = flow.call(Kazasu(channel), card, right)
        repeat(2) {
            outcome = when (val now = outcome) {
                is NeedTap -> now.resume()
                is NeedSecret -> now.resume(card.secret(right)).also { consents += 1 }
                else -> return now to consents
            }
        }
        return outcome to consents
    }

    @ParameterizedTest
    @EnumSource(Loss::class, names = ["TagLost", "TagLostAfter"])
    fun `the tries say what a VERIFY came to that was lost`(loss: Loss): Unit = runBlocking {
        val held = HeldCard(SimulatedCard("ichiro"), at = 3, loss)
        val lost = assertIs<NeedTap<*>>(Kazasu(held.channel).openAccount(DOCUMENT, held.card.secret(false)))
        assertEquals(NeedTap.Reason.MaySpend, lost.reason)
        lost.resume()
        assertEquals(if (loss.reached) 4 else 5, held.card.triesLeft(SecretKind.SigningPassword))
        assertEquals(if (loss.reached) 1 else 0, held.card.verifyCount)
    }

    private companion object {
        val DOCUMENT = "document".toByteArray()

        fun SimulatedCard.secret(right: Boolean): SigningPassword =
            if (right) password() else SigningPassword("WRONG0000".toCharArray())
    }
}
