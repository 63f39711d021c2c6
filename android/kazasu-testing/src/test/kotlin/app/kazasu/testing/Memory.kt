package app.kazasu.testing

import com.sun.management.HotSpotDiagnosticMXBean
import java.io.RandomAccessFile
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import kotlin.random.Random

/** A secret that the test itself does not hold in the clear, so that finding it means that somebody else does. */
class Needle {
    private val masked = ByteArray(16)

    /** The characters, once: the caller's array is all there is of them. */
    fun characters(): CharArray {
        val random = Random.Default
        return CharArray(masked.size) { at ->
            // At least one letter and one digit, as a password has them.
            val range = if (at % 2 == 0) 'A'..'Z' else '0'..'9'
            range.first.plus(random.nextInt(range.last - range.first + 1)).also { masked[at] = (it.code xor MASK).toByte() }
        }
    }

    /** How often it stands in the heap of this JVM, garbage included: as bytes or as characters. */
    fun inHeap(): Int {
        val folder = Files.createTempDirectory("kazasu-heap")
        val dump = folder.resolve("heap.hprof")
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean::class.java).dumpHeap(dump.toString(), false)
            return FileChannel.open(dump).use { file -> inChannel(file, 0, Files.size(dump)) }
        } finally {
            Files.deleteIfExists(dump)
            Files.deleteIfExists(folder)
        }
    }

    /** How often it stands in all the writable memory of this process: heap, native memory, stacks. */
    fun inProcess(): Int = RandomAccessFile("/proc/self/mem", "r").use { memory ->
        Files.readAllLines(Path.of("/proc/self/maps"))
            .map { it.split(Regex("\\s+")) }
            .filter { it[1].startsWith("rw") && !it.getOrElse(5) { "" }.startsWith("[v") }
            .sumOf { (range) ->
                val (start, end) = range.split('-').map { it.toULong(16).toLong() }
                if (start < 0) 0 else inChannel(memory.channel, start, end)
            }
    }

    private fun inChannel(channel: FileChannel, start: Long, end: Long): Int {
        var found = 0
        var at = start
        while (at < end) {
            SCRATCH.clear().limit(minOf(SCRATCH.capacity().toLong(), end - at).toInt())
            val read = try {
                channel.read(SCRATCH, at)
            } catch (_: java.io.IOException) {
                // A page that was given back meanwhile.
                -1
            }
            if (read <= 0) return found
            found += inScratch(read)
            at += if (read < SCRATCH.capacity()) read else read - OVERLAP
        }
        return found
    }

    private fun inScratch(len: Int): Int {
        var found = 0
        for (at in 0 until len) {
            val first = SCRATCH.get(at)
            if (first != (masked[0].toInt() xor MASK).toByte()) continue
            if (stands(at, 1, len) || stands(at, 2, len)) found += 1
        }
        return found
    }

    /** Characters are two bytes each, little-endian in memory and big-endian in a dump; the other one is zero. */
    private fun stands(at: Int, width: Int, len: Int): Boolean {
        if (at + width * (masked.size - 1) >= len) return false
        for (i in masked.indices) {
            if ((SCRATCH.get(at + width * i).toInt() xor MASK).toByte() != masked[i]) return false
        }
        return true
    }

    private companion object {
        const val MASK = 0x5A
        const val OVERLAP = 64
        val SCRATCH: ByteBuffer = ByteBuffer.allocateDirect(1 shl 20)
    }
}
