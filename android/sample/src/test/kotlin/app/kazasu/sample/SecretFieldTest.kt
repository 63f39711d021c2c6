package app.kazasu.sample

import android.text.Editable
import android.text.Spanned
import org.junit.jupiter.api.Test
import org.mockito.ArgumentMatchers.any
import org.mockito.ArgumentMatchers.anyInt
import org.mockito.Mockito.inOrder
import org.mockito.Mockito.mock
import kotlin.test.assertContentEquals
import kotlin.test.assertNull
import org.mockito.Mockito.`when` as on

class SecretFieldTest {
    @Test
    fun `what is too long for a password is not cut off to one`() {
        val typed = "KAZASU2026KAZASU2026"
        assertNull(secretFilter().filter(typed, 0, typed.length, mock(Spanned::class.java), 0, 0))
    }

    @Test
    fun `what was typed is overwritten in the field before it is cleared`() {
        val field = mock(Editable::class.java)
        on(field.length).thenReturn(4)
        on(field.getChars(anyInt(), anyInt(), any(), anyInt())).thenAnswer { call ->
            "AB12".toCharArray().copyInto(call.getArgument(2))
        }
        assertContentEquals("AB12".toCharArray(), field.takeSecret())
        val order = inOrder(field)
        order.verify(field).replace(0, 4, "0000")
        order.verify(field).clear()
    }
}
