package app.kazasu.android

import android.nfc.tech.IsoDep
import app.kazasu.CardLink
import app.kazasu.CardLostException
import app.kazasu.CommandRefusedException
import app.kazasu.LinkKind
import app.kazasu.LinkProperties
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext

/** A connected card. */
internal class IsoDepLink(
    private val card: IsoDep,
    private val dispatcher: CoroutineDispatcher,
    private val ended: suspend () -> Unit,
) : CardLink {
    override val properties = LinkProperties(
        maxCommandLength = card.maxTransceiveLength,
        extendedLength = card.isExtendedLengthApduSupported,
        kind = LinkKind.Nfc,
    )

    override suspend fun transceive(command: ByteArray): ByteArray = withContext(NonCancellable + dispatcher) {
        // Android throws an ordinary IOException for this, which could not be told from a lost card.
        if (command.size > properties.maxCommandLength) throw CommandRefusedException()
        try {
            card.transceive(command)
        } catch (e: Exception) {
            // TagLostException, another IOException, or a handle that is stale: it may have reached the card.
            throw CardLostException(cause = e)
        }
    }

    override suspend fun close() {
        withContext(NonCancellable + dispatcher) { closeQuietly(card) }
        ended()
    }
}

internal fun closeQuietly(card: IsoDep) {
    try {
        card.close()
    } catch (_: Exception) {
        // It is gone, which is all that was wanted.
    }
}
