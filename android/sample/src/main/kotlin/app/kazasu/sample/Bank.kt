package app.kazasu.sample

import app.kazasu.Signed
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible
import java.io.IOException
import java.net.HttpURLConnection
import java.net.URL
import java.util.Base64

/** The relying party, which has yet to check all of it. */
fun interface Bank {
    /** @throws IOException if the bank did not say that it has taken it. It may have received it all the same. */
    suspend fun submit(document: ByteArray, signed: Signed)
}

/**
 * Posts document, certificate and signature as a form of Base64 fields.
 *
 * @param timeoutMillis for the connection, and for the answer. A cancellation takes effect then at the latest.
 */
class HttpBank(private val url: URL, private val timeoutMillis: Int = 20_000) : Bank {
    override suspend fun submit(document: ByteArray, signed: Signed): Unit = runInterruptible(Dispatchers.IO) {
        val fields = mapOf(
            "document" to document,
            "certificate" to signed.certificate.der,
            "signature" to signed.signature.bytes,
        )
        // The alphabet for addresses needs no other escapes.
        val encoder = Base64.getUrlEncoder().withoutPadding()
        val body = fields.entries.joinToString("&") { (name, value) -> "$name=${encoder.encodeToString(value)}" }.toByteArray()
        val connection = url.openConnection() as HttpURLConnection
        try {
            connection.connectTimeout = timeoutMillis
            connection.readTimeout = timeoutMillis
            connection.doOutput = true
            // Without a known length it would be sent a second time, unasked, where the connection ends early.
            connection.setFixedLengthStreamingMode(body.size)
            connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded")
            connection.outputStream.use { it.write(body) }
            if (connection.responseCode !in 200..299) throw IOException("the bank answered ${connection.responseCode}")
        } finally {
            connection.disconnect()
        }
    }
}
