package app.kazasu.android

import android.content.Context
import android.nfc.NfcAdapter
import android.os.Build

/**
 * Where on the phone to hold the card, for a picture.
 *
 * @property x from the left edge of the back as the screen faces the user, 0 to 1.
 * @property y from the bottom edge, 0 to 1.
 */
public data class AntennaHint(val x: Float, val y: Float) {
    public companion object {
        /** The first antenna that the phone tells of; `null` before Android 14 and where it tells of none. */
        @JvmStatic
        public fun of(context: Context): AntennaHint? {
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.UPSIDE_DOWN_CAKE) return null
            val info = try {
                NfcAdapter.getDefaultAdapter(context)?.nfcAntennaInfo
            } catch (_: RuntimeException) {
                null
            } ?: return null
            val antenna = info.availableNfcAntennas.firstOrNull() ?: return null
            if (info.deviceWidth <= 0 || info.deviceHeight <= 0) return null
            return AntennaHint(
                (antenna.locationX.toFloat() / info.deviceWidth).coerceIn(0f, 1f),
                (antenna.locationY.toFloat() / info.deviceHeight).coerceIn(0f, 1f),
            )
        }
    }
}
