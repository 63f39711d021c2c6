package app.kazasu.testing

import app.kazasu.BusyException
import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.CardLostException
import app.kazasu.CertificateKind
import app.kazasu.ChannelException
import app.kazasu.ChannelFailedException
import app.kazasu.ConsentUsedException
import app.kazasu.Document
import app.kazasu.Done
import app.kazasu.HashAlgorithm
import app.kazasu.Kazasu
import app.kazasu.LastTryConsent
import app.kazasu.LinkProperties
import app.kazasu.NeedConsent
import app.kazasu.NeedSecret
import app.kazasu.NeedTap
import app.kazasu.NfcUnavailableException
import app.kazasu.NotDone
import app.kazasu.Problem
import app.kazasu.Progress
import app.kazasu.SecretGoneException
import app.kazasu.SecureElementUnavailableException
import app.kazasu.SessionOverException
import app.kazasu.TapReason
import app.kazasu.ffi.CardSession
import app.kazasu.ffi.ChannelKind
import app.kazasu.ffi.Misuse
import app.kazasu.ffi.Options
import app.kazasu.ffi.Request
import app.kazasu.testing.ffi.InternalException
import app.kazasu.testing.ffi.panics
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import java.io.IOException
import java.nio.ByteBuffer
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue

class MisuseTest {
    private val card = SimulatedCard("ichiro")
    private val jpki = Kazasu(card)

    @Test
    fun `one call at a time for each channel`() = runTest {
        val atCard = CompletableDeferred<Unit>()
        val goOn = CompletableDeferred<Unit>()
        card.beforeExchange = {
            atCard.complete(Unit)
            goOn.await()
        }
        val first = async { jpki.remainingTries() }
        atCard.await()
        assertFailsWith<BusyException> { jpki.cardInfo() }
        assertFailsWith<BusyException> { Kazasu(card).cardInfo() }
        goOn.complete(Unit)
        assertIs<Done<*>>(first.await())
        assertIs<Done<*>>(jpki.cardInfo())
    }

    @Test
    fun `the last try takes a consent, which serves once`() = runTest {
        val last = SimulatedCard("last-try")
        val needed = assertIs<NeedConsent>(Kazasu(last).openAccount(Flow.DOCUMENT, last.password()))
        assertEquals(1, needed.remaining)
        assertEquals(0, last.verifyCount)
        val consent = LastTryConsent.givenByUser()
        assertIs<Done<*>>(Kazasu(last).openAccount(Flow.DOCUMENT, last.password(), consent))
        assertFailsWith<ConsentUsedException> { Kazasu(last).openAccount(Flow.DOCUMENT, last.password(), consent) }
    }

    @Test
    fun `a tap is resumed once, and the next call gives it up`() = runTest {
        val flaky = FlakyCard(loseAt = 2)
        val needed = assertIs<NeedTap<*>>(Kazasu(flaky).openAccount(Flow.DOCUMENT, flaky.password()))
        assertEquals(NeedTap.Reason.NothingSpent, needed.reason)
        assertIs<Done<*>>(needed.resume())
        assertFailsWith<SessionOverException> { needed.resume() }
        assertFailsWith<SessionOverException> { needed.giveUp() }
        needed.close()

        val again = FlakyCard(loseAt = 2)
        val on = Kazasu(again)
        val old = assertIs<NeedTap<*>>(on.openAccount(Flow.DOCUMENT, again.password()))
        assertIs<Done<*>>(on.remainingTries())
        assertFailsWith<SessionOverException> { old.resume() }
        assertEquals(0, again.verifyCount)
    }

    @Test
    fun `after an accepted secret the next tap takes it again`() = runTest {
        val flaky = FlakyCard(loseAt = 4)
        val needed = assertIs<NeedSecret<*>>(Kazasu(flaky).openAccount(Flow.DOCUMENT, flaky.password()))
        val (otherKind, consent) = flaky.pin() to LastTryConsent.givenByUser()
        assertFailsWith<IllegalArgumentException> { needed.resume(otherKind, consent) }
        assertEquals(1, flaky.taps.opened)
        assertTrue(!otherKind.isGone)
        assertIs<Done<*>>(needed.resume(flaky.password(), consent))
        assertEquals(2, flaky.verifyCount)
        flaky.assertLeft("resumed with a secret")

        val other = FlakyCard(loseAt = 4)
        val given = assertIs<NeedSecret<*>>(Kazasu(other).openAccount(Flow.DOCUMENT, other.password()))
        assertEquals(Problem.CardLost, assertIs<NotDone>(given.giveUp()).problem)
        assertEquals(1, other.verifyCount)
    }

    @Test
    fun `a secret that is wiped while the card is awaited is said to be gone, and the next one goes on`() = runTest {
        val flaky = FlakyCard(loseAt = 4)
        var awaited = {}
        val channel = object : CardChannel {
            override suspend fun awaitCard(reason: TapReason) = flaky.awaitCard(reason).also { awaited() }
        }
        val needed = assertIs<NeedSecret<*>>(Kazasu(channel).openAccount(Flow.DOCUMENT, flaky.password()))
        val wiped = flaky.password()
        awaited = wiped::close
        assertFailsWith<SecretGoneException> { needed.resume(wiped) }
        assertEquals(1, flaky.verifyCount)
        assertIs<Done<*>>(needed.resume(flaky.password()))
    }

    @Test
    fun `whatever awaiting a card throws is a channel that failed, and the work can go on`() = runTest {
        val flaky = FlakyCard(loseAt = 2)
        var thrown: Exception? = null
        val channel = object : CardChannel {
            override suspend fun awaitCard(reason: TapReason): CardLink = thrown?.let { throw it } ?: flaky.awaitCard(reason)
        }
        val jpki = Kazasu(channel)
        val needed = assertIs<NeedTap<*>>(jpki.openAccount(Flow.DOCUMENT, flaky.password()))
        for (failure in listOf(SecurityException("of the vendor's"), NullPointerException(), IOException())) {
            thrown = failure
            val failed = assertFailsWith<ChannelFailedException> { needed.resume() }
            assertTrue(generateSequence<Throwable>(failed) { it.cause }.any { it === failure })
            assertEquals(Progress.CardFree, jpki.progress.first())
        }
        thrown = null
        assertIs<Done<*>>(needed.resume())
    }

    @Test
    fun `a link or a trace that breaks its word leaves neither card nor secret behind`() = runTest {
        val traced = Kazasu(card, Kazasu.Options(trace = { throw NotImplementedError() }))
        assertFailsWith<NotImplementedError> { traced.openAccount(Flow.DOCUMENT, card.password()) }
        card.assertLeft("a trace that fails")

        val flaky = FlakyCard(loseAt = 2)
        var broken = false
        val channel = object : CardChannel {
            override suspend fun awaitCard(reason: TapReason): CardLink {
                val link = flaky.awaitCard(reason)
                return object : CardLink by link {
                    override val properties get() = if (broken) throw UnsupportedOperationException() else link.properties
                }
            }
        }
        val needed = assertIs<NeedTap<*>>(Kazasu(channel).openAccount(Flow.DOCUMENT, flaky.password()))
        broken = true
        assertFailsWith<UnsupportedOperationException> { needed.resume() }
        flaky.assertLeft("a link that fails")
        // What holds the secret is freed.
        fun field(of: Any, name: String) = of.javaClass.getDeclaredField(name).apply { isAccessible = true }.get(of)
        assertNull(field(checkNotNull(field(needed, "session")), "machine"))
    }

    @Test
    fun `what cannot be asked is refused before a card is wanted`() = runTest {
        assertFailsWith<IllegalArgumentException> { jpki.sign(emptyList(), card.password()) }
        assertFailsWith<IllegalArgumentException> { Document.ofDigest(HashAlgorithm.Sha256, ByteArray(20)) }
        assertFailsWith<IllegalArgumentException> { jpki.readCaCertificate(CertificateKind.Signing) }
        assertFailsWith<IllegalArgumentException> { Kazasu.Options(floor = 16) }
        assertEquals(0, card.taps.opened)
        val password = card.password()
        assertFailsWith<IllegalArgumentException> {
            jpki.sign(listOf(Document.of(Flow.DOCUMENT)), password, knownCertificate = byteArrayOf(1, 2, 3))
        }
        assertTrue(!password.isGone)
        assertEquals(0, card.verifyCount)
        card.assertLeft("a certificate that is none")
    }

    @Test
    fun `a channel that cannot work says so, and the next call finds it free`() = runTest {
        val failures = listOf(
            NfcUnavailableException(NfcUnavailableException.Reason.Off),
            SecureElementUnavailableException(SecureElementUnavailableException.Reason.Denied),
            CardLostException("while connecting"),
        )
        for (failure in failures) {
            val channel = object : CardChannel {
                override suspend fun awaitCard(reason: TapReason): CardLink = throw failure
            }
            val password = card.password()
            repeat(2) {
                val thrown = assertFailsWith<ChannelException> { Kazasu(channel).openAccount(Flow.DOCUMENT, password) }
                assertEquals(failure.code, thrown.code)
                assertEquals(failure.code, thrown.userMessage.code)
            }
            assertTrue(!password.isGone)
        }
    }

    @Test
    fun `whatever a link throws counts as a lost card, and a link that cannot close is let go`() = runTest {
        var closed = 0
        val channel = object : CardChannel {
            override suspend fun awaitCard(reason: TapReason) = object : CardLink {
                override val properties = LinkProperties()

                override suspend fun transceive(command: ByteArray): ByteArray = throw IllegalStateException("binder died")

                override suspend fun close() {
                    closed += 1
                    throw IOException("already closed")
                }
            }
        }
        val needed = assertIs<NeedTap<*>>(Kazasu(channel).openAccount(Flow.DOCUMENT, card.password()))
        assertEquals(NeedTap.Reason.NothingSpent, needed.reason)
        assertEquals(1, closed)
        assertEquals("card_lost", assertIs<NotDone>(needed.giveUp()).code)
    }

    @Test
    fun `a panic is an exception, and the process lives`() = runTest {
        repeat(3) { assertTrue(assertFailsWith<InternalException> { panics() }.message.orEmpty().contains("on purpose")) }
        assertIs<Done<*>>(jpki.remainingTries())
    }

    @Test
    fun `the machine itself refuses to be driven wrongly`() {
        val options = Options(floor = 1u, channel = ChannelKind.OTHER)
        CardSession(Request.RemainingTries, options).use { session ->
            assertFailsWith<Misuse.NoCommandOutstanding> { session.handleResponse(ByteBuffer.allocateDirect(2)) }
            assertFailsWith<Misuse.NoTapAwaited> { session.resume() }
            session.start()
            val twice = assertFailsWith<Misuse.AlreadyStarted> { session.start() }
            assertEquals("misuse", twice.code())
            assertFailsWith<IllegalArgumentException> { session.handleResponse(ByteBuffer.wrap(byteArrayOf(0, 0))) }
            session.handleResponse(ByteBuffer.allocateDirect(0))
        }
    }
}
