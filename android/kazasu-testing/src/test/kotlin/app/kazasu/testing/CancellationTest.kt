package app.kazasu.testing

import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.Kazasu
import app.kazasu.KazasuCancellationException
import app.kazasu.NeedTap
import app.kazasu.Outcome
import app.kazasu.SecretKind
import app.kazasu.TapReason
import app.kazasu.TrySpent
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

class CancellationTest {
    /** Cancels the call when exchange [at] is about to be sent, which still goes through. */
    private suspend fun cancelled(card: SimulatedCard, at: Int, call: suspend () -> Outcome<*>): Result<Outcome<*>> =
        coroutineScope {
            val result = CompletableDeferred<Result<Outcome<*>>>()
            val job = launch(Dispatchers.Default) { result.complete(runCatching { call() }) }
            card.beforeExchange = { if (it == at) job.cancel(CancellationException("by the test")) }
            // The hook may have come too late for the first exchanges only if the job was quicker than this line.
            job.join()
            result.await()
        }

    @ParameterizedTest
    @EnumSource(Flow::class)
    fun `cancelled at each exchange, a call closes the card and says what was spent`(flow: Flow): Unit = runBlocking {
        for (right in listOf(true, false)) {
            val whole = SimulatedCard("ichiro").also { flow.call(Kazasu(it), Flow.Typed(it, right)) }.journal
            for (at in whole.indices) {
                val card = SimulatedCard("ichiro")
                val typed = Flow.Typed(card, right)
                val gate = CompletableDeferred<Unit>()
                val gated = GatedChannel(card, gate)
                val result = cancelled(card, at) { flow.call(Kazasu(gated), typed) }.also { gate.complete(Unit) }
                val about = "$flow, right: $right, cancelled at $at of ${whole.size}"
                card.assertVerifies(if (flow.secret == null) 0 else 1, about)
                card.assertLeft(about)
                val cancelled = assertIs<KazasuCancellationException>(result.exceptionOrNull(), "$about: $result")
                val spent = flow.secret?.let { spent(card, it) } ?: 0
                val expected = if (spent == 0) TrySpent.No else TrySpent.Yes
                assertEquals(expected, cancelled.trySpent, about)
            }
        }
    }

    private fun spent(card: SimulatedCard, secret: SecretKind) =
        (if (secret == SecretKind.AuthenticationPin) 3 else 5) - card.triesLeft(secret)

    /** Lets nothing through before the hook is in place. */
    private class GatedChannel(private val card: SimulatedCard, private val gate: CompletableDeferred<Unit>) : CardChannel {
        override suspend fun awaitCard(reason: TapReason): CardLink {
            while (card.beforeExchange == null && !gate.isCompleted) kotlinx.coroutines.yield()
            return card.awaitCard(reason)
        }
    }

    @Test
    fun `cancelled before a card came, nothing is spent and the secret is still there`() = runBlocking {
        val never = Kazasu(CardSequence(null))
        val password = Flow.wrongPassword()
        val thrown = CompletableDeferred<Throwable?>()
        val job = launch(Dispatchers.Default) {
            thrown.complete(runCatching { never.openAccount(Flow.DOCUMENT, password) }.exceptionOrNull())
        }
        while (never.progress.replay() == null) kotlinx.coroutines.yield()
        job.cancelAndJoin()
        val cancelled = assertIs<KazasuCancellationException>(thrown.await())
        assertEquals(TrySpent.No, cancelled.trySpent)
        assertEquals("interrupted", cancelled.code)
        assertTrue(!password.isGone)
        password.close()
    }

    @Test
    fun `cancelled while a VERIFY of unknown outcome waits for its tap, a try may be spent`() = runBlocking {
        val card = FlakyCard(loseAt = 3, after = true)
        val jpki = Kazasu(CardSequence(card, null))
        val lost = assertIs<NeedTap<*>>(jpki.openAccount(Flow.DOCUMENT, Flow.wrongPassword()))
        assertEquals(NeedTap.Reason.MaySpend, lost.reason)
        val thrown = CompletableDeferred<Throwable?>()
        val job = launch(Dispatchers.Default) { thrown.complete(runCatching { lost.resume() }.exceptionOrNull()) }
        while (jpki.progress.replay() != app.kazasu.Progress.AwaitingCard(TapReason.LookAtCounter)) kotlinx.coroutines.yield()
        job.cancelAndJoin()
        val cancelled = assertIs<KazasuCancellationException>(thrown.await())
        assertEquals(TrySpent.Maybe, cancelled.trySpent)
        assertEquals("verify_outcome_unknown", cancelled.code)
    }

    @Test
    fun `a time-out closes the card, and shows as a time-out`(): Unit = runBlocking {
        val card = SimulatedCard("ichiro")
        var inside: Throwable? = null
        card.beforeExchange = { if (it == 4) withContext(Dispatchers.IO) { Thread.sleep(400) } }
        assertFailsWith<TimeoutCancellationException> {
            withTimeout(300) {
                try {
                    Kazasu(card).openAccount(Flow.DOCUMENT, card.password())
                } catch (e: KazasuCancellationException) {
                    inside = e
                    throw e
                }
            }
        }
        assertNotNull(inside)
        card.assertLeft("a time-out")
    }

    @Test
    fun `a call that is not cancelled throws nothing of the kind`() = runBlocking {
        val card = SimulatedCard("ichiro")
        val outcome = async(Dispatchers.Default) { runCatching { Kazasu(card).remainingTries() } }.await()
        assertNull(outcome.exceptionOrNull())
    }
}

/** The newest event of a flow that keeps it. */
private fun kotlinx.coroutines.flow.Flow<app.kazasu.Progress>.replay(): app.kazasu.Progress? =
    (this as kotlinx.coroutines.flow.SharedFlow).replayCache.lastOrNull()
