package app.kazasu.android

import android.content.Context
import android.se.omapi.SEService
import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.ChannelException
import app.kazasu.ChannelFailedException
import app.kazasu.SecureElementUnavailableException
import app.kazasu.SecureElementUnavailableException.Reason
import app.kazasu.TapReason
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import java.io.IOException

/**
 * The certificates in the phone itself, by Open Mobile API (Android 9 and later). Experimental: that the
 * application in the phone has the name and the rules of the one on a card is assumed, not public (docs/card-facts.md §8.1).
 *
 * Which apps may reach it is for J-LIS to grant: others get a [SecureElementUnavailableException], as do phones without it.
 * Android selects the application and refuses the SELECT of any other, so that the end of the logical channel is what takes
 * the verified state away.
 *
 * @param reader name of the secure element; `eSE1` is the embedded one.
 * @param dispatcher where the calls are made that block.
 */
public class SecureElementChannel @JvmOverloads constructor(
    context: Context,
    reader: String = "eSE1",
    private val dispatcher: CoroutineDispatcher = Dispatchers.IO,
) : CardChannel {
    private val context: Context = context.applicationContext ?: context
    private val element = reader

    override val device: Any get() = SecureElement

    override suspend fun awaitCard(reason: TapReason): CardLink {
        val connected = CompletableDeferred<Unit>()
        var service: SEService? = null
        try {
            var link: CardLink? = null
            withContext(dispatcher) {
                val made = SEService(context, Runnable::run) { connected.complete(Unit) }
                service = made
                // A phone without the service never calls back.
                withTimeoutOrNull(CONNECT_MILLIS) { connected.await() }
                    ?: throw SecureElementUnavailableException(Reason.Missing)
                link = open(made)
            }
            return checkNotNull(link)
        } catch (e: Throwable) {
            // Ends its sessions and their channels too.
            withContext(NonCancellable + dispatcher) { quietly { service?.shutdown() } }
            // Before Android 9 there is no such class.
            throw if (e is NoClassDefFoundError) SecureElementUnavailableException(Reason.Missing, e) else e
        }
    }

    private fun open(service: SEService): CardLink =
        try {
            val found = service.readers.find { it.name == element && it.isSecureElementPresent }
                ?: throw SecureElementUnavailableException(Reason.Missing)
            val session = found.openSession()
            val channel = session.openLogicalChannel(JPKI) ?: throw ChannelFailedException("no logical channel is free")
            SecureElementLink(service, session, channel, dispatcher)
        } catch (e: ChannelException) {
            throw e
        } catch (e: SecurityException) {
            throw SecureElementUnavailableException(Reason.Denied, e)
        } catch (e: NoSuchElementException) {
            throw SecureElementUnavailableException(Reason.Missing, e)
        } catch (e: IOException) {
            throw ChannelFailedException("the secure element does not answer", e)
        } catch (e: RuntimeException) {
            throw ChannelFailedException("secure element: ${e.javaClass.simpleName}", e)
        }

    /** That of the phone. */
    private object SecureElement

    private companion object {
        const val CONNECT_MILLIS = 5_000L

        /** The JPKI application (docs/card-facts.md §2). */
        val JPKI = byteArrayOf(0xD3.toByte(), 0x92.toByte(), 0xF0.toByte(), 0, 0x26, 1, 0, 0, 0, 1)
    }
}
