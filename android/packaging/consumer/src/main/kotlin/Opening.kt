import java.lang.management.ManagementFactory
import java.lang.management.ThreadMXBean

private val threads: ThreadMXBean = ManagementFactory.getThreadMXBean()

/** Nanoseconds on the wall and on the processor. */
internal class Taken(val wall: Long, val processor: Long) {
    operator fun minus(other: Taken) = Taken(wall - other.wall, processor - other.processor)
}

/** Adds up what a part takes that stays on one thread. */
internal class StopWatch {
    private var wall = 0L
    private var processor = 0L

    inline fun <R> time(work: () -> R): R {
        val processorBefore = threads.currentThreadCpuTime
        val wallBefore = System.nanoTime()
        try {
            return work()
        } finally {
            wall += System.nanoTime() - wallBefore
            processor += threads.currentThreadCpuTime - processorBefore
        }
    }

    fun take(): Taken = Taken(wall, processor).also {
        wall = 0
        processor = 0
    }
}

/** A way to open an account, whose [card] is timed apart. */
internal class Opening(private val what: String, private val card: StopWatch, private val open: suspend () -> Unit) {
    private var all = mutableListOf<Taken>()
    private var ofCard = mutableListOf<Taken>()

    /** One, and what it takes beside the card. */
    suspend fun once(): Taken {
        card.take()
        val processorBefore = processor()
        val wallBefore = System.nanoTime()
        open()
        val wall = System.nanoTime() - wallBefore
        all += Taken(wall, processor() - processorBefore)
        ofCard += card.take()
        return all.last() - ofCard.last()
    }

    suspend fun warmUp(times: Int) {
        repeat(times) { once() }
        all.clear()
        ofCard.clear()
    }

    suspend fun measure(times: Int) {
        val before = Upkeep()
        repeat(times) { once() }
        println("  $what; meanwhile ${Upkeep() - before}")
        line("all of it", all)
        line("in the simulated card", ofCard)
        line("the rest", all.zip(ofCard, Taken::minus))
    }

    private fun line(what: String, taken: List<Taken>) {
        val wall = taken.map { it.wall / 1e3 }.sorted()
        val processor = taken.map { it.processor / 1e3 }.sorted()
        val figures = listOf(wall.first(), wall.at(0.5), wall.at(0.9), processor.at(0.5))
        println("    %-28s".format(what) + figures.joinToString("") { " %8.0f µs".format(it) })
    }

    private fun List<Double>.at(part: Double) = this[(part * size).toInt()]

    private companion object {
        /** Of all threads of Java, those that clean up included; the compiler's and the collector's are none. */
        fun processor(): Long = threads.allThreadIds.sumOf { threads.getThreadCpuTime(it).coerceAtLeast(0) }
    }
}

/** What the virtual machine did for itself so far: if that is much, a measurement came too early. */
private class Upkeep private constructor(private val compiling: Long, private val collections: Long, private val collecting: Long) {
    constructor() : this(
        ManagementFactory.getCompilationMXBean().totalCompilationTime,
        ManagementFactory.getGarbageCollectorMXBeans().sumOf { it.collectionCount },
        ManagementFactory.getGarbageCollectorMXBeans().sumOf { it.collectionTime },
    )

    operator fun minus(before: Upkeep) =
        Upkeep(compiling - before.compiling, collections - before.collections, collecting - before.collecting)

    override fun toString() = "$compiling ms of compiling, $collections collections of $collecting ms in all"
}
