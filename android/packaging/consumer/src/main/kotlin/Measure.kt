import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.SigningPassword
import app.kazasu.TapReason
import app.kazasu.UserMessage
import app.kazasu.ffi.digest
import app.kazasu.testing.SimulatedCard
import java.nio.ByteBuffer
import kotlin.system.measureNanoTime
import app.kazasu.ffi.HashAlgorithm as FfiHashAlgorithm

private const val WARM_UP = 200
private const val RUNS = 500
private const val ROUNDS = 20
private const val CALLS = 2_000

/** What the Kotlin side costs: single calls into the library, and account openings less the time of the simulated card. */
suspend fun main() {
    val document = "application".toByteArray()
    val channel = TimedChannel(SimulatedCard("ichiro"))
    val jpki = Kazasu(channel)

    /** One account opening: nanoseconds of all of it, and of that in the simulated card. */
    suspend fun open(): Pair<Long, Long> {
        channel.nanoseconds = 0
        val start = System.nanoTime()
        val outcome = jpki.openAccount(document, SigningPassword("KAZASU2026".toByteArray()))
        val all = System.nanoTime() - start
        check(outcome is Done) { outcome }
        return all to channel.nanoseconds
    }

    val first = open()
    channel.commands = 0
    repeat(WARM_UP) { open() }
    println("account opening: one tap, ${channel.commands / WARM_UP} commands; best and median of $RUNS")
    val runs = List(RUNS) { open() }
    line("  all of it", runs.map { (all, _) -> all })
    line("  in the simulated card", runs.map { (_, card) -> card })
    line("  the rest: shell, binding, core", runs.map { (all, card) -> all - card })
    println("  the rest, very first call of a process: %.0f µs".format((first.first - first.second) / 1e3))

    println("one call into the library; best and median of $ROUNDS rounds of $CALLS")
    SigningPassword("KAZASU2026".toByteArray()).use { password ->
        call("  without arguments: isGone") { password.isGone }
    }
    val bytes = ByteBuffer.allocateDirect(256)
    call("  256 bytes lent, a digest back") { digest(FfiHashAlgorithm.SHA256, bytes) }
    call("  a record of texts back: UserMessage.of") { UserMessage.of("blocked") }
}

private fun line(what: String, nanoseconds: List<Long>, calls: Int = 1) {
    val sorted = nanoseconds.sorted().map { it / 1e3 / calls }
    println("%-44s %8.1f µs %8.1f µs".format(what, sorted.first(), sorted[sorted.size / 2]))
}

private inline fun call(what: String, crossinline call: () -> Any?) {
    var seen = 0
    val rounds = List(2 * ROUNDS) { measureNanoTime { repeat(CALLS) { if (call() != null) seen += 1 } } }
    check(seen == 2 * ROUNDS * CALLS)
    line(what, rounds.drop(ROUNDS), CALLS)
}

/** Counts how long a card takes, from the command handed over to the answer. */
private class TimedChannel(private val card: SimulatedCard) : CardChannel {
    var nanoseconds = 0L
    var commands = 0

    override suspend fun awaitCard(reason: TapReason): CardLink {
        val link = timed { card.awaitCard(reason) }
        return object : CardLink {
            override val properties = link.properties

            override suspend fun transceive(command: ByteArray): ByteArray {
                commands += 1
                return timed { link.transceive(command) }
            }

            override suspend fun close() = timed { link.close() }
        }
    }

    private inline fun <R> timed(work: () -> R): R {
        val start = System.nanoTime()
        try {
            return work()
        } finally {
            nanoseconds += System.nanoTime() - start
        }
    }
}
