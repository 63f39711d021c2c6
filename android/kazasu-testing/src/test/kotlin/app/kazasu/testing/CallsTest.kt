package app.kazasu.testing

import app.kazasu.ffi.HashAlgorithm
import app.kazasu.ffi.InputException
import app.kazasu.ffi.Policy
import app.kazasu.ffi.Purpose
import app.kazasu.ffi.RevocationPolicy
import app.kazasu.ffi.SecretException
import app.kazasu.ffi.SigningPassword
import app.kazasu.ffi.Verifier
import app.kazasu.ffi.digest
import app.kazasu.testing.ffi.InternalException
import app.kazasu.testing.ffi.panics
import org.junit.jupiter.api.Test
import java.nio.ByteBuffer
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith

/** A thread uses one call status for all of its calls: no call sees what came of another one. */
class CallsTest {
    private val zeros = digest(HashAlgorithm.SHA256, direct(ByteArray(64)))

    @Test
    fun `a call that fails leaves nothing to the next one`() {
        repeat(5) { round ->
            assertEquals(round, assertFailsWith<SecretException.Length> { password("A".repeat(round)) }.characters.toInt())
            assertContentEquals(zeros, digest(HashAlgorithm.SHA256, direct(ByteArray(64))))
            assertFailsWith<SecretException.LowerCase> { password("kazasu2026") }
            assertEquals("on purpose", assertFailsWith<InternalException> { panics() }.message)
            assertEquals("on purpose", assertFailsWith<InternalException> { panics() }.message)
            password("KAZASU2026").use { assertEquals(false, it.isGone()) }
        }
    }

    @Test
    fun `a call that fails while arguments are made leaves nothing to the next one`() {
        val closed = password("KAZASU2026").apply { close() }
        assertFailsWith<IllegalStateException> { closed.isGone() }
        assertContentEquals(zeros, digest(HashAlgorithm.SHA256, direct(ByteArray(64))))
        assertFailsWith<IllegalArgumentException> { digest(HashAlgorithm.SHA256, ByteBuffer.allocate(64)) }
        assertContentEquals(zeros, digest(HashAlgorithm.SHA256, direct(ByteArray(64))))
        val policy = Policy(RevocationPolicy.NotChecked, true, false, false, 0u)
        assertFailsWith<InputException.Anchors> { Verifier.test(Purpose.SIGNING, policy, listOf(ByteArray(3))) }
        assertContentEquals(zeros, digest(HashAlgorithm.SHA256, direct(ByteArray(64))))
    }

    @Test
    fun `threads do not share it`() {
        val threads = Executors.newFixedThreadPool(4)
        try {
            val work = List(4) { number ->
                Callable {
                    repeat(500) {
                        if (number % 2 == 0) {
                            assertFailsWith<SecretException.Length> { password("A") }
                        } else {
                            assertContentEquals(zeros, digest(HashAlgorithm.SHA256, direct(ByteArray(64))))
                        }
                    }
                }
            }
            threads.invokeAll(work).forEach { it.get() }
        } finally {
            threads.shutdownNow()
        }
    }

    private fun password(characters: String) = SigningPassword(direct(characters.toByteArray()))

    private fun direct(bytes: ByteArray): ByteBuffer = ByteBuffer.allocateDirect(bytes.size).put(bytes).flip()
}
