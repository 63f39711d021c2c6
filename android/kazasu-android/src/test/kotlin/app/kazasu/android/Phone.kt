package app.kazasu.android

import android.app.Activity
import android.app.Application
import android.content.Context
import android.nfc.INfcTag
import android.nfc.NfcAdapter
import android.nfc.NfcManager
import android.nfc.Tag
import android.nfc.tech.IsoDep
import org.mockito.ArgumentMatchers.any
import org.mockito.ArgumentMatchers.anyInt
import org.mockito.ArgumentMatchers.anyLong
import org.mockito.Mockito
import org.mockito.Mockito.doAnswer
import org.mockito.Mockito.`when` as on
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.concurrent.thread

internal inline fun <reified T> mock(): T = Mockito.mock(T::class.java)

/** A phone: Android's own [Tag] and [IsoDep] over a played NFC service, and an adapter that hands tags out in reader mode. */
internal class Phone(hasNfc: Boolean = true) {
    val adapter: NfcAdapter = mock()
    val application: Application = mock()
    private val manager: NfcManager = mock()

    /** What the application tells about activities. */
    val followers = CopyOnWriteArrayList<Application.ActivityLifecycleCallbacks>()

    /** The threads on which anything that may block was called. */
    val threads = CopyOnWriteArrayList<Thread>()

    /** Handed out one by one, each as soon as reader mode is turned on. */
    val tags = ConcurrentLinkedQueue<Tag>()

    /** Whether NFC is switched on. */
    @Volatile
    var nfcOn = true

    /** Activities that are no more. */
    val destroyed = CopyOnWriteArrayList<Activity>()

    /** The callback of the reader mode that is on. */
    @Volatile
    var callback: NfcAdapter.ReaderCallback? = null

    val activity: Activity = created()

    init {
        on(application.getSystemService(Context.NFC_SERVICE)).thenReturn(manager)
        on(manager.defaultAdapter).thenReturn(adapter.takeIf { hasNfc })
        on(adapter.isEnabled).thenAnswer { nfcOn.also { threads += Thread.currentThread() } }
        doAnswer { followers.add(it.getArgument(0)) }.on(application).registerActivityLifecycleCallbacks(any())
        doAnswer { call ->
            threads += Thread.currentThread()
            callback = call.getArgument(1)
            tags.poll()?.let(::discovered)
        }.on(adapter).enableReaderMode(any(), any(), anyInt(), any())
        doAnswer {
            threads += Thread.currentThread()
            callback = null
        }.on(adapter).disableReaderMode(any())
    }

    /** Another instance of the activity. */
    inline fun <reified A : Activity> created(): A = mock<A>().also {
        on(it.application).thenReturn(application)
        on(it.applicationContext).thenReturn(application)
        on(it.isDestroyed).thenAnswer { call -> call.mock in destroyed }
    }

    /** Comes on a binder thread, which dies of an exception. */
    fun discovered(tag: Tag?) {
        val callback = checkNotNull(callback)
        thread(name = "binder") { callback.onTagDiscovered(tag) }
    }

    /** A tag of some technologies, as the NFC service makes it. */
    fun tag(service: INfcTag, vararg technologies: Int = intArrayOf(NFC_B, ISO_DEP)): Tag =
        Tag(byteArrayOf(8, 1, 2, 3), technologies, arrayOfNulls(technologies.size), handles++, 0L, service)

    /** The NFC service as it is with a card in the field that answers nothing but `9000`. */
    fun service(maxTransceive: Int = 65_279): INfcTag = mock<INfcTag>().also {
        fun <R> blocking(result: R): R = result.also { threads += Thread.currentThread() }
        on(it.isTagUpToDate(anyLong())).thenReturn(true)
        on(it.getMaxTransceiveLength(ISO_DEP)).thenReturn(maxTransceive)
        on(it.extendedLengthApdusSupported).thenReturn(maxTransceive > 261)
        on(it.connect(anyInt(), anyInt())).thenAnswer { blocking(0) }
        on(it.reconnect(anyInt())).thenAnswer { blocking(0) }
        on(it.transceive(anyInt(), any(), Mockito.anyBoolean())).thenAnswer { blocking(answer(0x90, 0x00)) }
    }

    companion object {
        const val NFC_A = 1
        const val NFC_B = 2
        const val ISO_DEP = 3

        private var handles = 1

        fun answer(vararg bytes: Int) =
            android.nfc.TransceiveResult(android.nfc.TransceiveResult.RESULT_SUCCESS, ByteArray(bytes.size) { bytes[it].toByte() })
    }
}

internal fun <T> org.mockito.stubbing.Stubber.on(mock: T): T = `when`(mock)
