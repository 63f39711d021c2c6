package app.kazasu.android

import android.nfc.AvailableNfcAntenna
import android.nfc.NfcAntennaInfo
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertNull

class AntennaHintTest {
    private fun hint(width: Int, height: Int, vararg antennas: Pair<Int, Int>) =
        AntennaHint.of(NfcAntennaInfo(width, height, false, antennas.map { (x, y) -> AvailableNfcAntenna(x, y) }))

    @Test
    fun `millimetres become parts of the phone`() {
        assertEquals(AntennaHint(0.5f, 0.75f), hint(70, 160, 35 to 120, 1 to 1))
        assertEquals(AntennaHint(1f, 0f), hint(70, 160, 90 to -3))
    }

    @Test
    fun `a phone that tells nothing of use gives no hint`() {
        assertNull(hint(70, 160))
        assertNull(hint(0, 160, 35 to 120))
    }
}
