package app.kazasu.sample

import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.HashAlgorithm
import app.kazasu.Kazasu
import app.kazasu.NfcUnavailableException
import app.kazasu.SecretKind
import app.kazasu.Signed
import app.kazasu.TapReason
import app.kazasu.testing.CardSequence
import app.kazasu.testing.FlakyCard
import app.kazasu.testing.SimulatedCard
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.advanceUntilIdle
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import java.io.IOException
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue

@OptIn(ExperimentalCoroutinesApi::class)
class AccountOpeningTest {
    private val submitted = mutableListOf<Signed>()

    private fun TestScope.opening(
        channel: CardChannel,
        bank: Bank = Bank { _, signed -> submitted += signed },
    ): AccountOpening {
        val options = Kazasu.Options(dispatcher = StandardTestDispatcher(testScheduler))
        return AccountOpening(Kazasu(channel, options), bank, TestScope(testScheduler))
    }

    /** Types a password, presses the button, and waits for what the card does. */
    private fun TestScope.sign(opening: AccountOpening, password: String = RIGHT, document: String = "I apply."): Screen {
        val typed = password.toCharArray()
        opening.sign(document, typed)
        advanceUntilIdle()
        assertContentEquals(CharArray(typed.size), typed)
        return opening.screen.value
    }

    private fun own(id: Int, number: Int? = null) = Text.Own(id, number)

    private fun code(text: Text?) = assertIs<Text.OfSdk>(text).message.code

    @Test
    fun `a right password ends at the bank`() = runTest {
        val opening = opening(SimulatedCard("ichiro"))
        val screens = mutableListOf<Screen>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { opening.screen.toList(screens) }
        assertEquals(Screen.Result(own(R.string.done)), sign(opening))
        assertEquals(256, submitted.single().signature.bytes.size)
        val bar = screens.filterIsInstance<Screen.Hold>().map { it.done }
        assertTrue(bar.size > 4 && bar.zipWithNext().all { (before, after) -> before <= after }, bar.toString())
        opening.startAgain()
        assertEquals(Screen.Form(), opening.screen.value)
        assertEquals("I apply.", opening.draft)
    }

    @Test
    fun `a wrong password is asked for again, with the tries that remain`() = runTest {
        val opening = opening(SimulatedCard("ichiro"))
        assertEquals(Screen.Form(own(R.string.wrong_password, 4)), sign(opening, "WRONG0000"))
        assertEquals(Screen.Form(own(R.string.wrong_password, 3)), sign(opening, "WRONG0000"))
        assertIs<Screen.Result>(sign(opening, "kazasu2026"))
    }

    @Test
    fun `what cannot be a password does not reach the card`() = runTest {
        val card = SimulatedCard("ichiro")
        val opening = opening(card)
        for ((typed, code) in listOf("ABC" to "secret_length", RIGHT + RIGHT to "secret_length", "ＡＢＣ１２３" to "secret_full_width")) {
            assertEquals(code, code(assertIs<Screen.Form>(sign(opening, typed)).note))
        }
        assertEquals(0, card.taps.opened)
    }

    @Test
    fun `the last try takes a yes, which serves once`() = runTest {
        val card = SimulatedCard("last-try")
        val opening = opening(card)
        val question = Screen.Form(question = own(R.string.last_try))
        assertEquals(question, sign(opening))
        opening.consent(false)
        assertEquals(Screen.Form(), opening.screen.value)
        assertEquals(question, sign(opening))
        assertEquals(0, card.verifyCount)
        opening.consent(true)
        assertEquals(Screen.Form(own(R.string.enter_for_last_try)), opening.screen.value)
        assertEquals(Screen.Result(own(R.string.done)), sign(opening))

        val other = opening(SimulatedCard("last-try"))
        sign(other)
        other.consent(true)
        assertEquals("blocked", code(assertIs<Screen.Result>(sign(other, "WRONG0000")).text))
        val silent = opening(SimulatedCard("tries-9000"))
        assertEquals(Screen.Form(question = own(R.string.tries_unknown)), sign(silent))
    }

    @Test
    fun `a blocked card and one without a certificate are the end`() = runTest {
        assertEquals("blocked", code(assertIs<Screen.Result>(sign(opening(SimulatedCard("blocked-6983")))).text))
        val minor = sign(opening(SimulatedCard("signing-not-issued")))
        assertEquals("certificate_not_issued", code(assertIs<Screen.Result>(minor).text))
    }

    @Test
    fun `a lost card is held again, and the screen says why`() = runTest {
        for ((card, note) in listOf(
            FlakyCard(loseAt = 2) to R.string.hold_again,
            FlakyCard(loseAt = 3, after = true) to R.string.hold_to_look,
        )) {
            val opening = opening(card)
            val notes = mutableListOf<Screen>()
            backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { opening.screen.toList(notes) }
            sign(opening)
            assertTrue(notes.any { it is Screen.Hold && it.note == own(note) }, notes.toString())
            assertEquals(2, card.taps.opened)
            assertEquals(1, card.verifyCount)
        }
        assertEquals(1, submitted.size)
    }

    @Test
    fun `a card lost after the password takes it again`() = runTest {
        val card = FlakyCard(loseAt = 4)
        val opening = opening(card)
        assertEquals(Screen.Form(own(R.string.enter_again)), sign(opening))
        assertEquals(Screen.Result(own(R.string.done)), sign(opening))
        assertEquals(2, card.verifyCount)

        val left = FlakyCard(loseAt = 4)
        opening(left).also { sign(it) }.close()
        assertEquals(1, left.verifyCount)
        assertEquals(false, left.isUnlocked(SecretKind.SigningPassword))
    }

    @Test
    fun `a document that was changed in between is signed anew, and the bank gets what was signed`() = runTest {
        val card = FlakyCard(loseAt = 4)
        val documents = mutableListOf<String>()
        val opening = opening(card) { document, signed ->
            documents += document.decodeToString()
            submitted += signed
        }
        sign(opening)
        assertEquals(Screen.Result(own(R.string.done)), sign(opening, document = "I apply for more."))
        val digest = HashAlgorithm.Sha256.digest("I apply for more.".toByteArray())
        assertContentEquals(digest, submitted.single().signature.digest)
        assertEquals(listOf("I apply for more."), documents)
    }

    @Test
    fun `NFC switched off leads to the settings`() = runTest {
        val off = object : CardChannel {
            override suspend fun awaitCard(reason: TapReason): CardLink =
                throw NfcUnavailableException(NfcUnavailableException.Reason.Off)
        }
        val form = assertIs<Screen.Form>(sign(opening(off)))
        assertEquals("nfc_off", code(form.note))
        assertTrue(form.nfcSettings)
    }

    @Test
    fun `NFC switched off after the card was lost hides no try that may be spent`() = runTest {
        fun switchedOff(card: FlakyCard) = object : CardChannel {
            override suspend fun awaitCard(reason: TapReason): CardLink {
                if (reason != TapReason.Start) throw NfcUnavailableException(NfcUnavailableException.Reason.Off)
                return card.awaitCard(reason)
            }
        }
        val unknown = sign(opening(switchedOff(FlakyCard(loseAt = 3, after = true))), "WRONG0000")
        assertEquals("verify_outcome_unknown", code(assertIs<Screen.Result>(unknown).text))
        val nothing = assertIs<Screen.Form>(sign(opening(switchedOff(FlakyCard(loseAt = 2)))))
        assertEquals("nfc_off" to true, code(nothing.note) to nothing.nfcSettings)
    }

    @Test
    fun `a call that is cancelled or doubled spends nothing`() = runTest {
        val opening = opening(CardSequence(null))
        assertIs<Screen.Hold>(sign(opening))
        val second = RIGHT.toCharArray()
        opening.sign("another", second)
        assertContentEquals(CharArray(second.size) { '0' }, second)
        assertEquals("I apply.", opening.draft)
        opening.cancel()
        advanceUntilIdle()
        assertEquals("interrupted", code(assertIs<Screen.Form>(opening.screen.value).note))
        assertNull(submitted.firstOrNull())
    }

    @Test
    fun `who left in the middle of an exchange and comes back is asked to wait`() = runTest {
        val card = SimulatedCard("ichiro")
        val answers = CompletableDeferred<Unit>()
        card.beforeExchange = { answers.await() }
        opening(card).also { sign(it) }.close()
        val back = opening(card)
        assertEquals(Screen.Form(own(R.string.busy)), sign(back))
        answers.complete(Unit)
        advanceUntilIdle()
        assertEquals(0, card.verifyCount)
        assertEquals(Screen.Result(own(R.string.done)), sign(back))
    }

    @Test
    fun `a bank that does not answer is told of`() = runTest {
        val opening = opening(SimulatedCard("ichiro")) { _, _ -> throw IOException() }
        assertEquals(Screen.Result(own(R.string.maybe_sent)), sign(opening))

        val slow = opening(SimulatedCard("ichiro")) { _, _ -> awaitCancellation() }
        assertEquals(own(R.string.sending), assertIs<Screen.Hold>(sign(slow)).note)
        slow.cancel()
        advanceUntilIdle()
        assertEquals(Screen.Result(own(R.string.maybe_sent)), slow.screen.value)
    }

    private companion object {
        /** Of every persona in these tests. */
        const val RIGHT = "KAZASU2026"
    }
}
