package app.kazasu.android

import android.content.Context
import android.se.omapi.Channel
import android.se.omapi.Reader
import android.se.omapi.SEService
import android.se.omapi.Session
import app.kazasu.AccessDeniedException
import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.CardLostException
import app.kazasu.ChannelFailedException
import app.kazasu.CommandRefusedException
import app.kazasu.LinkKind
import app.kazasu.LinkProperties
import app.kazasu.TapReason
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import java.io.IOException
import java.util.concurrent.Executor
import kotlin.coroutines.resume

/**
 * The certificates in the phone itself, by Open Mobile API. Experimental.
 *
 * Which apps may reach the application in the secure element is for J-LIS and the maker to grant: others get an
 * [AccessDeniedException]. The platform selects the application and refuses the SELECT of another one, so that closing the
 * logical channel is what takes the verified state away.
 *
 * @param reader name of the secure element; `eSE1` is the embedded one.
 */
public class SecureElementChannel @JvmOverloads constructor(
    context: Context,
    private val reader: String = "eSE1",
    private val dispatcher: CoroutineDispatcher = Dispatchers.IO,
    private val connect: (Context, Executor, SEService.OnConnectedListener) -> SEService = ::SEService,
) : CardChannel {
    private val context: Context = context.applicationContext ?: context

    override suspend fun awaitCard(reason: TapReason): CardLink {
        val service = service()
        return try {
            withContext(dispatcher) { open(service) }
        } catch (e: Throwable) {
            withContext(NonCancellable + dispatcher) { service.shutdown() }
            throw e
        }
    }

    private suspend fun service(): SEService {
        lateinit var service: SEService
        suspendCancellableCoroutine { waiting ->
            service = connect(context, Executor(Runnable::run)) { if (waiting.isActive) waiting.resume(Unit) }
            waiting.invokeOnCancellation { service.shutdown() }
            if (service.isConnected && waiting.isActive) waiting.resume(Unit)
        }
        return service
    }

    private fun open(service: SEService): CardLink {
        val element: Reader = service.readers.firstOrNull { it.name == reader }
            ?: throw ChannelFailedException("there is no secure element $reader")
        var session: Session? = null
        try {
            session = element.openSession()
            val channel = session.openLogicalChannel(JPKI)
                ?: throw ChannelFailedException("no logical channel is free")
            return SecureElementLink(service, session, channel, dispatcher)
        } catch (e: SecurityException) {
            session?.close()
            throw AccessDeniedException("this app has no access to the application", e)
        } catch (e: NoSuchElementException) {
            session?.close()
            throw ChannelFailedException("the application is not in this secure element", e)
        } catch (e: IOException) {
            session?.close()
            throw ChannelFailedException("the secure element does not answer", e)
        } catch (e: IllegalStateException) {
            session?.close()
            throw ChannelFailedException("the session is closed", e)
        }
    }

    private companion object {
        /** The JPKI application (docs/card-facts.md §2). */
        val JPKI = byteArrayOf(0xD3.toByte(), 0x92.toByte(), 0xF0.toByte(), 0, 0x26, 1, 0, 0, 0, 1)
    }
}

private class SecureElementLink(
    private val service: SEService,
    private val session: Session,
    private val channel: Channel,
    private val dispatcher: CoroutineDispatcher,
) : CardLink {
    override val properties = LinkProperties(applicationSelected = true, kind = LinkKind.SecureElement)

    override suspend fun transceive(command: ByteArray): ByteArray = withContext(NonCancellable + dispatcher) {
        try {
            channel.transmit(command)
        } catch (e: SecurityException) {
            // By an access rule or for a SELECT: refused before it is sent.
            throw CommandRefusedException(cause = e)
        } catch (e: IllegalArgumentException) {
            throw CommandRefusedException(cause = e)
        } catch (e: Exception) {
            throw CardLostException(cause = e)
        }
    }

    override suspend fun close(): Unit = withContext(NonCancellable + dispatcher) {
        for (end in listOf(channel::close, session::close, service::shutdown)) {
            try {
                end()
            } catch (_: Exception) {
                // The service has ended it already.
            }
        }
    }
}
