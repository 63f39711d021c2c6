package app.kazasu.sample

import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.Signed
import app.kazasu.testing.SimulatedCard
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.SocketTimeoutException
import java.net.URL
import java.util.Base64
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs

class HttpBankTest {
    private var status = 201
    private val bodies = mutableListOf<String>()
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0).apply {
        createContext("/applications") { exchange ->
            bodies += exchange.requestBody.readBytes().decodeToString()
            exchange.sendResponseHeaders(status, -1)
            exchange.close()
        }
        start()
    }

    @AfterEach
    fun stop() = server.stop(0)

    @Test
    fun `the bank gets document, certificate and signature`() = runTest {
        val card = SimulatedCard("ichiro")
        val document = "document".toByteArray()
        val signed = assertIs<Done<Signed>>(Kazasu(card).openAccount(document, card.password())).value
        val bank = HttpBank(URL("http", "localhost", server.address.port, "/applications"))
        bank.submit(document, signed)
        val fields = bodies.single().split('&').associate { it.substringBefore('=') to it.substringAfter('=') }
        assertEquals(setOf("document", "certificate", "signature"), fields.keys)
        assertContentEquals(signed.certificate.der, Base64.getUrlDecoder().decode(fields["certificate"]))
        status = 503
        assertFailsWith<IOException> { bank.submit(document, signed) }
    }

    @Test
    fun `a bank that says nothing is waited for no longer than told, and nothing is sent twice`() = runTest {
        val card = SimulatedCard("ichiro")
        val signed = assertIs<Done<Signed>>(Kazasu(card).openAccount(byteArrayOf(1), card.password())).value
        val connections = AtomicInteger()
        var mute = false
        ServerSocket(0, 0, InetAddress.getLoopbackAddress()).use { socket ->
            thread(isDaemon = true) {
                while (true) {
                    val connection = try { socket.accept() } catch (_: IOException) { return@thread }
                    connections.incrementAndGet()
                    connection.getInputStream().read()
                    if (!mute) connection.close()
                }
            }
            val bank = HttpBank(URL("http", "localhost", socket.localPort, "/"), timeoutMillis = 500)
            assertFailsWith<IOException> { bank.submit(byteArrayOf(1), signed) }
            assertEquals(1, connections.get())
            mute = true
            assertFailsWith<SocketTimeoutException> { bank.submit(byteArrayOf(1), signed) }
        }
    }
}
