package app.kazasu.android

import android.se.omapi.Channel
import android.se.omapi.SEService
import android.se.omapi.Session
import app.kazasu.CardLink
import app.kazasu.CardLostException
import app.kazasu.CommandRefusedException
import app.kazasu.LinkKind
import app.kazasu.LinkProperties
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext

/** A logical channel to the JPKI application in the secure element. */
internal class SecureElementLink(
    private val service: SEService,
    private val session: Session,
    private val channel: Channel,
    private val dispatcher: CoroutineDispatcher,
) : CardLink {
    /** Extended length is left to nobody's guess: the exchanges are quick here. */
    override val properties = LinkProperties(
        maxCommandLength = 261,
        extendedLength = false,
        applicationSelected = true,
        kind = LinkKind.SecureElement,
    )

    override suspend fun transceive(command: ByteArray): ByteArray = withContext(NonCancellable + dispatcher) {
        if (command.size > properties.maxCommandLength) throw CommandRefusedException()
        try {
            channel.transmit(command)
        } catch (e: SecurityException) {
            // By an access rule, or because it is a SELECT: refused before it is sent.
            throw CommandRefusedException(cause = e)
        } catch (e: Exception) {
            throw CardLostException("the secure element does not answer", e)
        }
    }

    override suspend fun close(): Unit = withContext(NonCancellable + dispatcher) {
        quietly { channel.close() }
        quietly { session.close() }
        quietly { service.shutdown() }
    }
}

internal inline fun quietly(call: () -> Unit) {
    try {
        call()
    } catch (_: Exception) {
        // The service has ended it already.
    }
}
