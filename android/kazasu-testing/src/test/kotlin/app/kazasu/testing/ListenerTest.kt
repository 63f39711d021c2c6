package app.kazasu.testing

import app.kazasu.BlockingKazasu
import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.KazasuCancellationException
import app.kazasu.Progress
import app.kazasu.ProgressListener
import app.kazasu.TapReason
import app.kazasu.TrySpent
import app.kazasu.WrongSecret
import kotlinx.coroutines.Dispatchers
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import java.util.concurrent.CountDownLatch
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue

/** Calls that block, with somebody who is told of them. */
class ListenerTest {
    private val card = SimulatedCard("ichiro")
    private val told = mutableListOf<Progress>()

    private fun jpki(channel: CardChannel = card, listener: ProgressListener = ProgressListener(told::add)) =
        BlockingKazasu(channel).apply { progressListener = listener }

    /** Interrupts this thread before exchange [at], and lets it notice. */
    private fun interruptAt(at: Int) {
        val caller = Thread.currentThread()
        card.beforeExchange = {
            if (it == at) {
                caller.interrupt()
                while (caller.isInterrupted) Thread.sleep(1)
            }
        }
    }

    @AfterEach
    fun clearInterrupt() {
        Thread.interrupted()
    }

    @Test
    fun `an interrupt at the end of a call takes no outcome away`() {
        val caller = Thread.currentThread()
        val channel = object : CardChannel {
            override suspend fun awaitCard(reason: TapReason): CardLink {
                val link = card.awaitCard(reason)
                return object : CardLink by link {
                    override suspend fun close() {
                        link.close()
                        caller.interrupt()
                    }
                }
            }
        }
        // All of it on the caller's thread, which looks at its interrupts when it has nothing else to do: at the very end.
        val jpki = BlockingKazasu(channel, Kazasu.Options(dispatcher = Dispatchers.Unconfined))
        jpki.progressListener = ProgressListener(told::add)
        val outcome = jpki.openAccount(Flow.DOCUMENT, Flow.wrongPassword())
        assertEquals(4, assertIs<WrongSecret>(outcome).remaining)
        assertTrue(Thread.interrupted())
        assertEquals(TapReason.Start, assertIs<Progress.AwaitingCard>(told.first()).reason)
        assertEquals(Progress.CardFree, told.last())
    }

    @Test
    fun `a thread that was interrupted before is told that nothing was spent`() {
        Thread.currentThread().interrupt()
        val password = card.password()
        val cancelled = assertFailsWith<KazasuCancellationException> { jpki(CardSequence(null)).openAccount(Flow.DOCUMENT, password) }
        assertEquals(TrySpent.No, cancelled.trySpent)
        assertTrue(Thread.interrupted())
        assertTrue(!password.isGone)
    }

    @Test
    fun `after an interrupt the listener still hears that the card is free`() {
        interruptAt(1)
        assertFailsWith<KazasuCancellationException> { jpki().openAccount(Flow.DOCUMENT, card.password()) }
        assertEquals(Progress.CardFree, told.last())
        card.assertLeft("interrupted")
    }

    @Test
    fun `a listener that throws changes nothing, and is told on`() {
        val jpki = jpki {
            told += it
            throw IllegalStateException("no display")
        }
        assertIs<Done<*>>(jpki.openAccount(Flow.DOCUMENT, card.password()))
        assertIs<Progress.AwaitingCard>(told.first())
        assertEquals(Progress.CardFree, told.last())
        assertTrue(told.size > 4)

        interruptAt(4)
        val cancelled = assertFailsWith<KazasuCancellationException> { jpki.openAccount(Flow.DOCUMENT, Flow.wrongPassword()) }
        assertEquals(TrySpent.Yes, cancelled.trySpent)
    }

    @Test
    fun `a listener that is interrupted itself cancels the call`() {
        val heard = CountDownLatch(1)
        card.beforeExchange = { heard.await() }
        val jpki = jpki {
            if (it is Progress.Working) {
                heard.countDown()
                throw InterruptedException()
            }
        }
        assertFailsWith<KazasuCancellationException> { jpki.openAccount(Flow.DOCUMENT, card.password()) }
        assertTrue(Thread.interrupted())
    }

    @Test
    fun `an error of the listener is thrown when the card is closed`() {
        class DisplayError : Error()
        assertFailsWith<DisplayError> { jpki { throw DisplayError() }.openAccount(Flow.DOCUMENT, card.password()) }
        card.assertLeft("a listener that fails")
    }
}
