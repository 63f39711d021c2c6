package app.kazasu.android

import android.content.Context
import android.nfc.NfcAdapter
import android.nfc.NfcAntennaInfo
import android.os.Build

/**
 * Where on the phone to hold the card, for a picture.
 *
 * @property x from the left edge as the user faces the screen in portrait, 0 to 1.
 * @property y from the bottom edge, 0 to 1.
 */
public data class AntennaHint(val x: Float, val y: Float) {
    public companion object {
        /**
         * The first antenna that the phone tells of; `null` before Android 14 and where it tells of none. Asks the NFC service,
         * which blocks: not for the main thread.
         */
        @JvmStatic
        public fun of(context: Context): AntennaHint? {
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.UPSIDE_DOWN_CAKE) return null
            return try {
                NfcAdapter.getDefaultAdapter(context)?.nfcAntennaInfo?.let(::of)
            } catch (_: RuntimeException) {
                // No NFC, or a service that does not answer: there is no hint.
                null
            }
        }

        internal fun of(info: NfcAntennaInfo): AntennaHint? {
            val antenna = info.availableNfcAntennas.firstOrNull() ?: return null
            if (info.deviceWidth <= 0 || info.deviceHeight <= 0) return null
            return AntennaHint(
                (antenna.locationX.toFloat() / info.deviceWidth).coerceIn(0f, 1f),
                (antenna.locationY.toFloat() / info.deviceHeight).coerceIn(0f, 1f),
            )
        }
    }
}
