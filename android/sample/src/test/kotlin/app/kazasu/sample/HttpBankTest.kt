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
import java.net.URL
import java.util.Base64
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
}
