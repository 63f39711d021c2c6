package app.kazasu.android

import android.content.Context
import android.content.ServiceConnection
import android.os.DeadObjectException
import android.os.IBinder
import android.os.ServiceSpecificException
import android.se.omapi.ISecureElementChannel
import android.se.omapi.ISecureElementReader
import android.se.omapi.ISecureElementService
import android.se.omapi.ISecureElementSession
import android.se.omapi.SEService
import app.kazasu.BusyException
import app.kazasu.CardLink
import app.kazasu.CardLostException
import app.kazasu.ChannelException
import app.kazasu.CommandRefusedException
import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.LinkKind
import app.kazasu.SecretKind
import app.kazasu.TapReason
import app.kazasu.testing.SimulatedCard
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.mockito.ArgumentMatchers.any
import org.mockito.ArgumentMatchers.anyByte
import org.mockito.ArgumentMatchers.anyInt
import org.mockito.ArgumentMatchers.anyString
import org.mockito.ArgumentMatchers.eq
import org.mockito.Mockito.doAnswer
import org.mockito.Mockito.doReturn
import org.mockito.Mockito.doThrow
import org.mockito.Mockito.never
import org.mockito.Mockito.timeout
import org.mockito.Mockito.times
import org.mockito.Mockito.verify
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import org.mockito.Mockito.`when` as on

/** Android's own `SEService`, `Reader`, `Session` and `Channel`, over a played secure element service. */
class SecureElementChannelTest {
    private val context: Context = mock()
    private val service: ISecureElementService = mock()
    private val reader: ISecureElementReader = mock()
    private val session: ISecureElementSession = mock()
    private val channel: ISecureElementChannel = mock()
    private val kazasu = SecureElementChannel(context)

    init {
        val binder: IBinder = mock()
        on(binder.queryLocalInterface(anyString())).thenReturn(service)
        on(context.bindService(any(), any<ServiceConnection>(), anyInt())).thenAnswer {
            it.getArgument<ServiceConnection>(1).onServiceConnected(null, binder)
            true
        }
        on(service.readers).thenReturn(arrayOf("SIM1", "eSE1"))
        on(service.getReader(any())).thenReturn(mock<ISecureElementReader>())
        on(service.getReader("eSE1")).thenReturn(reader)
        on(reader.isSecureElementPresent).thenReturn(true)
        on(reader.openSession()).thenReturn(session)
        on(session.openLogicalChannel(any(), anyByte(), any())).thenReturn(channel)
    }

    private suspend fun link(): CardLink = kazasu.awaitCard(TapReason.Start)

    private suspend fun failure(): ChannelException = assertFailsWith<ChannelException> { link() }.also {
        assertEquals(it.code, it.userMessage.code)
        verify(context, times(1)).unbindService(any())
    }

    private fun verifyClosedOnce() {
        verify(channel, times(1)).close()
        verify(session, times(1)).close()
        verify(context, times(1)).unbindService(any())
    }

    @Test
    fun `a whole call, with the application selected by Android`(): Unit = runBlocking {
        val card = SimulatedCard("android-phone")
        var held: CardLink? = null
        on(session.openLogicalChannel(any(), anyByte(), any())).thenAnswer { call ->
            val aid = call.getArgument<ByteArray>(0)
            runBlocking {
                held = card.awaitCard(TapReason.Start)
                held?.transceive(byteArrayOf(0, 0xA4.toByte(), 4, 0x0C, aid.size.toByte()) + aid)
            }
            channel
        }
        on(channel.transmit(any())).thenAnswer { call ->
            val command = call.getArgument<ByteArray>(0)
            // As Android does: an application is selected by a channel of its own.
            if (command[1] == 0xA4.toByte() && command[2] == 4.toByte()) throw SecurityException("SELECT by DF name")
            runBlocking { checkNotNull(held).transceive(command) }
        }
        doAnswer { runBlocking { held?.close() } }.on(channel).close()
        assertIs<Done<*>>(Kazasu(kazasu).authenticate("challenge".toByteArray(), card.pin()))
        assertEquals(1, card.verifyCount)
        assertFalse(card.isUnlocked(SecretKind.AuthenticationPin))
        verifyClosedOnce()
    }

    @Test
    fun `no access rule for this app`(): Unit = runBlocking {
        on(session.openLogicalChannel(any(), anyByte(), any())).thenThrow(SecurityException("no access rule"))
        assertEquals("secure_element_denied", failure().code)
    }

    @Test
    fun `no such application in it`(): Unit = runBlocking {
        val missing = ServiceSpecificException(SEService.NO_SUCH_ELEMENT_ERROR, "no such application")
        on(session.openLogicalChannel(any(), anyByte(), any())).thenThrow(missing)
        assertEquals("secure_element_missing", failure().code)
        verify(channel, never()).transmit(any())
    }

    @Test
    fun `no such element`(): Unit = runBlocking {
        on(service.readers).thenReturn(arrayOf("SIM1"))
        assertEquals("secure_element_missing", failure().code)
    }

    @Test
    fun `a phone without the service never answers`() = runTest {
        doReturn(false).on(context).bindService(any(), any<ServiceConnection>(), anyInt())
        val patient = SecureElementChannel(context, dispatcher = StandardTestDispatcher(testScheduler))
        assertEquals("secure_element_missing", assertFailsWith<ChannelException> { patient.awaitCard(TapReason.Start) }.code)
        verify(context, times(1)).unbindService(any())
    }

    @Test
    fun `an Android that does not know secure elements`(): Unit = runBlocking {
        doThrow(NoClassDefFoundError("android/se/omapi/SEService")).on(context)
            .bindService(any(), any<ServiceConnection>(), anyInt())
        assertEquals("secure_element_missing", assertFailsWith<ChannelException> { link() }.code)
    }

    @Test
    fun `an element that is not there`(): Unit = runBlocking {
        on(reader.isSecureElementPresent).thenReturn(false)
        assertEquals("secure_element_missing", failure().code)
    }

    @Test
    fun `no channel is free, or the session is closed, or the element is mute`(): Unit = runBlocking {
        val open = on(session.openLogicalChannel(any(), anyByte(), any()))
        open.thenReturn(null)
            .thenThrow(IllegalStateException("session is closed"))
            .thenThrow(ServiceSpecificException(SEService.IO_ERROR, "no answer"))
            .thenThrow(DeadObjectException())
        repeat(4) { assertEquals("channel_failed", assertFailsWith<ChannelException> { link() }.code) }
        verify(context, times(4)).unbindService(any())
    }

    @Test
    fun `a session that is closed in the middle is a lost card, and is closed once`(): Unit = runBlocking {
        val link = link()
        on(channel.transmit(any()))
            .thenThrow(IllegalStateException("Channel is closed"))
            .thenThrow(ServiceSpecificException(SEService.IO_ERROR, "no answer"))
            .thenThrow(DeadObjectException())
            .thenReturn(null)
        repeat(4) { assertFailsWith<CardLostException> { link.transceive(ByteArray(4)) } }
        doThrow(IllegalStateException()).on(session).close()
        link.close()
        verifyClosedOnce()
    }

    @Test
    fun `what the platform refuses was not sent`(): Unit = runBlocking {
        val link = link()
        assertEquals(LinkKind.SecureElement, link.properties.kind)
        on(channel.transmit(any())).thenThrow(SecurityException("by an access rule"))
        assertFailsWith<CommandRefusedException> { link.transceive(ByteArray(4)) }
        assertFailsWith<CommandRefusedException> { link.transceive(ByteArray(262)) }
        verify(channel, times(1)).transmit(any())
        link.close()
        verifyClosedOnce()
    }

    @Test
    fun `one call at a time on the secure element`(): Unit = runBlocking {
        doReturn(true).on(context).bindService(any(), any<ServiceConnection>(), anyInt())
        val wait = launch(Dispatchers.Default) { Kazasu(kazasu).remainingTries() }
        verify(context, timeout(5_000)).bindService(any(), any<ServiceConnection>(), anyInt())
        assertFailsWith<BusyException> { Kazasu(SecureElementChannel(context)).remainingTries() }
        wait.cancelAndJoin()
    }

    @Test
    fun `a wait that is cancelled ends the binding`(): Unit = runBlocking {
        doReturn(true).on(context).bindService(any(), any<ServiceConnection>(), anyInt())
        val wait = launch(Dispatchers.Default) { link() }
        verify(context, timeout(5_000)).bindService(any(), any<ServiceConnection>(), eq(Context.BIND_AUTO_CREATE))
        wait.cancelAndJoin()
        verify(context, times(1)).unbindService(any())
    }
}
