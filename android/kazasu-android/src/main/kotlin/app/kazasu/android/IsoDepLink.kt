package app.kazasu.android

import android.nfc.Tag
import android.nfc.TagLostException
import android.nfc.tech.IsoDep
import app.kazasu.CardLink
import app.kazasu.CardLostException
import app.kazasu.CommandRefusedException
import app.kazasu.LinkKind
import app.kazasu.LinkProperties
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import java.io.IOException

/**
 * A connected card.
 *
 * @param ended called last, with the tag if the card was well to the end.
 */
internal class IsoDepLink(
    private val card: IsoDep,
    private val dispatcher: CoroutineDispatcher,
    private val ended: (Tag?) -> Unit,
) : CardLink {
    /** What the phone's NFC controller can carry; it says nothing of the card. 261 bytes are a short command at its longest. */
    override val properties = LinkProperties(
        maxCommandLength = card.maxTransceiveLength,
        extendedLength = card.isExtendedLengthApduSupported,
        kind = LinkKind.Nfc,
    )

    private var lost = false

    override suspend fun transceive(command: ByteArray): ByteArray = withContext(NonCancellable + dispatcher) {
        // Android's exception for this could not be told from a lost card.
        if (command.size > properties.maxCommandLength) throw CommandRefusedException()
        try {
            card.transceive(command)
        } catch (e: Exception) {
            lost = true
            throw CardLostException(
                when (e) {
                    is TagLostException -> "the card left the field"
                    // It may lie there still: mute for too long, or disturbed. The command may have reached it all the same.
                    is IOException -> "the link to the card failed"
                    // A stale handle, or an NFC service that has died.
                    else -> "NFC failed"
                },
                e,
            )
        }
    }

    override suspend fun close(): Unit = withContext(NonCancellable + dispatcher) {
        card.closeQuietly()
        ended(card.tag.takeUnless { lost })
    }
}

internal fun IsoDep.closeQuietly() {
    try {
        close()
    } catch (_: Exception) {
        // It is gone, which is all that was wanted.
    }
}
