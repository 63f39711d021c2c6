package app.kazasu.android

import android.app.Activity
import app.kazasu.Blocked
import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.NeedConsent
import app.kazasu.NeedSecret
import app.kazasu.NeedTap
import app.kazasu.NotDone
import app.kazasu.Signed
import app.kazasu.SigningPassword
import app.kazasu.WhoActs
import app.kazasu.WrongSecret
import app.kazasu.testing.SimulatedCard
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals

/** The lines of the README as they stand there, which a test of the sample makes sure of. */
class ReadmeTest {
    private val events = mutableListOf<String>()
    private val document = "document".toByteArray()

    private inner class Bank {
        fun submit(signed: Signed) = events.add("submit ${signed.signature.bytes.size}")
    }

    private val bank = Bank()

    private fun ask(remaining: Int?) = events.add("ask $remaining")

    private fun askWhetherToRiskIt(remaining: Int?) = events.add("risk $remaining")

    private fun askAgain() = events.add("again")

    private fun show(who: List<WhoActs>) = events.add("$who")

    private fun show(reason: NeedTap.Reason) = events.add("$reason")

    private fun show(sentence: String) = events.add(sentence)

    private suspend fun inTheApp(activity: Activity, password: SigningPassword) {
        val jpki = Kazasu(NfcChannel(activity))            // SimulatedCard("ichiro") in tests
        when (val r = jpki.openAccount(document, password)) {
            is Done -> bank.submit(r.value)
            is WrongSecret -> ask(r.remaining)
            is NeedConsent -> askWhetherToRiskIt(r.remaining)
            is Blocked -> show(r.whoCanUnblock)
            is NeedTap -> show(r.reason)                   // r.resume(); nothing is spent
            is NeedSecret -> askAgain()                    // r.resume(password)
            is NotDone -> show(r.message.japanese)
        }
    }

    @Test
    fun `the lines do what they say`(): Unit = runBlocking {
        for ((persona, typed, event) in listOf(
            Triple("ichiro", null, "submit 256"),
            Triple("ichiro", "WRONG0000", "ask 4"),
            Triple("last-try", null, "risk 1"),
            Triple("blocked-63c0", null, "[MunicipalOffice, Kiosk]"),
        )) {
            val card = SimulatedCard(persona)
            val phone = HeldCard(card).phone
            inTheApp(phone.activity, typed?.let { SigningPassword(it.toCharArray()) } ?: card.password())
            assertEquals(event, events.last())
        }
    }
}
