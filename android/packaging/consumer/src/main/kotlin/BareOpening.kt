import app.kazasu.ffi.CardResult
import app.kazasu.ffi.CardSession
import app.kazasu.ffi.ChannelKind
import app.kazasu.ffi.HashAlgorithm
import app.kazasu.ffi.Options
import app.kazasu.ffi.Request
import app.kazasu.ffi.SigningPassword
import app.kazasu.ffi.Step
import app.kazasu.ffi.ToBeSigned
import app.kazasu.testing.ffi.SimulatedCard
import java.nio.ByteBuffer
import java.security.MessageDigest

/** Account opening on the generated bindings: one thread, no coroutine. As in the shell, secrets are overwritten. */
internal class BareOpening {
    val card = StopWatch()

    private val simulated = SimulatedCard.named("ichiro")
    private val command = ByteBuffer.allocateDirect(512)
    private val answer = ByteBuffer.allocateDirect(4096)

    fun open() {
        val digest = MessageDigest.getInstance("SHA-256").digest(DOCUMENT)
        val password = SigningPassword(answer.hold("KAZASU2026".toByteArray()))
        answer.wipe()
        val documents = listOf(ToBeSigned.Digest(HashAlgorithm.SHA256, digest))
        val request = Request.Sign(documents, password, evenIfLastTry = false, knownCertificate = null)
        val result = CardSession(request, Options(channel = ChannelKind.SIMULATED)).use(::drive)
        check((result as? CardResult.Signed)?.signatures?.size == 1) { "$result" }
        // As in the shell: the empty object is left to the collector.
    }

    private fun drive(session: CardSession): CardResult {
        card.time { simulated.tap() }
        var step = session.start()
        while (step is Step.Transmit) {
            val bytes = step.command
            val got = card.time { simulated.transmit(command.hold(bytes)).also { command.wipe() } }
            bytes.fill(0)
            step = session.handleResponse(answer.hold(got))
            answer.wipe()
            got.fill(0)
        }
        card.time { simulated.leave() }
        return (step as Step.Done).outcome.result
    }
}

private fun ByteBuffer.hold(bytes: ByteArray): ByteBuffer {
    clear()
    put(bytes)
    flip()
    return this
}

private fun ByteBuffer.wipe() {
    rewind()
    while (hasRemaining()) put(0)
}
