package app.kazasu.android

import android.nfc.Tag
import android.nfc.TagLostException
import android.nfc.tech.IsoDep
import app.kazasu.CardLostException
import app.kazasu.CommandRefusedException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.mockito.ArgumentMatchers.any
import org.mockito.Mockito.doThrow
import org.mockito.Mockito.never
import org.mockito.Mockito.times
import org.mockito.Mockito.verify
import java.io.IOException
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertSame
import kotlin.test.assertTrue
import org.mockito.Mockito.`when` as on

class IsoDepLinkTest {
    private val tag: Tag = mock()
    private val card: IsoDep = mock<IsoDep>().also {
        on(it.maxTransceiveLength).thenReturn(261)
        on(it.tag).thenReturn(tag)
    }
    private val ends = mutableListOf<Tag?>()
    private val link = IsoDepLink(card, Dispatchers.IO, ends::add)

    @Test
    fun `bytes go to the card and back as they are`(): Unit = runBlocking {
        val answer = byteArrayOf(0x63, 0xC5.toByte())
        val command = byteArrayOf(0, 0x20, 0, 0x9B.toByte())
        on(card.transceive(command)).thenReturn(answer)
        assertSame(answer, link.transceive(command))
        link.close()
        verify(card, times(1)).close()
        assertEquals(listOf<Tag?>(tag), ends)
    }

    @Test
    fun `a lost tag is told from another failure, and no lost tag is ignored`(): Unit = runBlocking {
        val failures = listOf(
            TagLostException("Tag was lost.") to "the card left the field",
            IOException("Transceive failed") to "the link to the card failed",
            SecurityException("Permission Denial: Tag is out of date") to "NFC failed",
            IllegalStateException("Call connect() first!") to "NFC failed",
        )
        for ((thrown, message) in failures) {
            doThrow(thrown).on(card).transceive(any())
            val lost = assertFailsWith<CardLostException> { link.transceive(ByteArray(4)) }
            assertEquals(message to "card_lost", lost.message to lost.code)
            // Coroutines may put a copy of an exception around it.
            assertTrue(generateSequence<Throwable>(lost) { it.cause }.any { it === thrown })
        }
        doThrow(IOException()).on(card).close()
        link.close()
        verify(card, times(1)).close()
        assertEquals(listOf<Tag?>(null), ends)
    }

    @Test
    fun `what is too long is not handed to the card`(): Unit = runBlocking {
        assertFailsWith<CommandRefusedException> { link.transceive(ByteArray(262)) }
        verify(card, never()).transceive(any())
        link.close()
        assertEquals(listOf<Tag?>(tag), ends)
    }
}
