package app.kazasu.testing

import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.KazasuCancellationException
import app.kazasu.LinkProperties
import app.kazasu.NeedTap
import app.kazasu.NotDone
import app.kazasu.SigningPassword
import app.kazasu.TapReason
import app.kazasu.WrongSecret
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledOnOs
import org.junit.jupiter.api.condition.OS
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue

/**
 * No copy of a secret stays behind, on whichever way a call ends: neither in the heap, garbage included, nor anywhere else in
 * the process.
 */
@EnabledOnOs(OS.LINUX)
class MemoryTest {
    private val needle = Needle()
    private val card = SimulatedCard("ichiro")

    /** Keeps the secret from the simulated card, which has memory of its own: sends the persona's, or another, instead. */
    private inner class Substitute(
        private val right: Boolean = true,
        private val atVerify: suspend () -> Unit = {},
    ) : CardChannel {
        override suspend fun awaitCard(reason: TapReason): CardLink {
            val link = card.awaitCard(reason)
            return object : CardLink {
                override val properties: LinkProperties get() = link.properties

                override suspend fun transceive(command: ByteArray): ByteArray {
                    if (command[1] != VERIFY || command.size < 6) return link.transceive(command)
                    atVerify()
                    val secret = if (right) "KAZASU2026" else "WRONG0000"
                    return link.transceive(command.copyOf(4) + secret.length.toByte() + secret.toByteArray())
                }

                override suspend fun close() = link.close()
            }
        }
    }

    private fun password() = SigningPassword(needle.characters())

    private fun assertGone() {
        assertEquals(0, needle.inHeap(), "copies in the heap")
        assertEquals(0, needle.inProcess(), "copies in the process")
    }

    @Test
    fun `after success`() = runBlocking {
        assertIs<Done<*>>(Kazasu(Substitute()).openAccount(Flow.DOCUMENT, password()))
        assertGone()
    }

    @Test
    fun `after a wrong secret`() = runBlocking {
        assertIs<WrongSecret>(Kazasu(Substitute(right = false)).openAccount(Flow.DOCUMENT, password()))
        assertGone()
    }

    @Test
    fun `after a cancelled VERIFY, and after one that was never sent`() = runBlocking {
        for (before in listOf(false, true)) {
            val thrown = CompletableDeferred<Throwable?>()
            val password = password()
            lateinit var job: kotlinx.coroutines.Job
            val channel = Substitute { if (!before) job.cancel() }
            if (before) card.beforeExchange = { if (it == 2) job.cancel() }
            job = async(Dispatchers.Default, CoroutineStart.LAZY) {
                thrown.complete(runCatching { Kazasu(channel).openAccount(Flow.DOCUMENT, password) }.exceptionOrNull())
            }
            job.join()
            assertIs<KazasuCancellationException>(thrown.await())
            assertGone()
        }
    }

    @Test
    fun `after a channel that broke in the VERIFY, and after giving up`() = runBlocking {
        val password = password()
        val needed = assertIs<NeedTap<*>>(
            Kazasu(Substitute { throw IllegalStateException("binder died") }).openAccount(Flow.DOCUMENT, password),
        )
        assertGone()
        assertIs<NotDone>(needed.giveUp())
        assertGone()
    }

    @Test
    fun `after a password that was refused or wiped`() {
        password().close()
        assertGone()
        val refused = needle.characters().also { it[0] = 'x' }
        assertTrue(runCatching { SigningPassword(refused) }.isFailure)
        assertGone()
    }

    @Test
    fun `while it is in use it is found, so that the search is one`() = runBlocking {
        var heap = 0
        var process = 0
        val channel = Substitute {
            heap = needle.inHeap()
            process = needle.inProcess()
        }
        assertIs<Done<*>>(Kazasu(channel).openAccount(Flow.DOCUMENT, password()))
        assertTrue(heap >= 1, "in the heap: $heap")
        assertTrue(process >= 1, "in the process: $process")
    }

    private companion object {
        const val VERIFY: Byte = 0x20
    }
}
