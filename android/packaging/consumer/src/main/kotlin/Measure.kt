import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.SigningPassword
import app.kazasu.TapReason
import app.kazasu.UserMessage
import app.kazasu.ffi.digest
import app.kazasu.testing.SimulatedCard
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import kotlin.system.measureNanoTime
import app.kazasu.ffi.HashAlgorithm as FfiHashAlgorithm

private const val WARM_UP = 10_000
private const val RUNS = 2_000
private const val ROUNDS = 20
private const val CALLS = 2_000

/**
 * What the Kotlin side costs: account openings less the time of the simulated card, through the shell and on the bindings
 * alone, and single calls into the library.
 *
 * Beside the time on the wall stands that on the processor, of all threads of ours: what else the machine does lengthens it
 * less.
 */
suspend fun main() {
    println("JVM ${Runtime.version()}, ${Runtime.getRuntime().availableProcessors()} processors, load ${load()}")
    val channel = TimedChannel(SimulatedCard("ichiro"))
    val jpki = Kazasu(channel)
    val shell = Opening("shell, coroutines, binding, core", channel.card) {
        val outcome = jpki.openAccount(DOCUMENT, SigningPassword("KAZASU2026".toByteArray()))
        check(outcome is Done) { outcome }
    }
    val first = shell.once()
    println("account opening, the very first of a process: %.0f µs beside the card".format(first.wall / 1e3))
    val bare = BareOpening()
    val binding = Opening("binding and core, without shell", bare.card) { bare.open() }
    println("account opening: one tap, ${channel.commands} commands; $WARM_UP to warm up, then $RUNS")
    println("best, median, nine of ten; on the processor: median")
    listOf(shell, binding).forEach { opening ->
        opening.warmUp(WARM_UP)
        opening.measure(RUNS)
    }

    println("one call into the library; best and median of $ROUNDS rounds of $CALLS, after as many to warm up")
    SigningPassword("KAZASU2026".toByteArray()).use { password ->
        call("  without arguments: isGone") { password.isGone }
    }
    val bytes = ByteBuffer.allocateDirect(256)
    call("  256 bytes lent, a digest back") { digest(FfiHashAlgorithm.SHA256, bytes) }
    call("  a record of texts back: UserMessage.of") { UserMessage.of("blocked") }
    println("load at the end: ${load()}")
}

internal val DOCUMENT = "application".toByteArray()

private fun load(): String = "%.1f".format(ManagementFactory.getOperatingSystemMXBean().systemLoadAverage)

private inline fun call(what: String, crossinline call: () -> Any?) {
    var seen = 0
    val rounds = List(2 * ROUNDS) { measureNanoTime { repeat(CALLS) { if (call() != null) seen += 1 } } }
    check(seen == 2 * ROUNDS * CALLS)
    val sorted = rounds.drop(ROUNDS).sorted().map { it / 1e3 / CALLS }
    println("%-44s %8.1f µs %8.1f µs".format(what, sorted.first(), sorted[sorted.size / 2]))
}

/** Counts how long a card takes, from the command handed over to the answer. */
private class TimedChannel(private val channel: CardChannel) : CardChannel {
    val card = StopWatch()
    var commands = 0

    override suspend fun awaitCard(reason: TapReason): CardLink {
        val link = card.time { channel.awaitCard(reason) }
        return object : CardLink {
            override val properties = link.properties

            override suspend fun transceive(command: ByteArray): ByteArray {
                commands += 1
                return card.time { link.transceive(command) }
            }

            override suspend fun close() = card.time { link.close() }
        }
    }
}
