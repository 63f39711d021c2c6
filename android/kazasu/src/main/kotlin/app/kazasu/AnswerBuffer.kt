package app.kazasu

import java.nio.Buffer
import java.nio.ByteBuffer

/** Native memory to lend answers from: one piece for a whole session, overwritten after each use. */
internal class AnswerBuffer {
    private var buffer: ByteBuffer = ByteBuffer.allocateDirect(512)

    fun <R> lend(answer: ByteArray, use: (ByteBuffer) -> R): R {
        if (buffer.capacity() < answer.size) buffer = ByteBuffer.allocateDirect(answer.size)
        buffer.toStart()
        buffer.put(answer)
        buffer.toRead()
        try {
            return use(buffer)
        } finally {
            buffer.toStart()
            repeat(answer.size) { buffer.put(0) }
        }
    }
}

// As Buffer has them: ByteBuffer's own came with Android 10.

internal fun Buffer.toStart() {
    clear()
}

internal fun Buffer.toRead() {
    flip()
}
