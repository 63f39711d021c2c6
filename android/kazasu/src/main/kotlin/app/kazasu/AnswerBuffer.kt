package app.kazasu

import java.nio.Buffer
import java.nio.ByteBuffer

/** Native memory to lend answers from: one piece for a whole session, overwritten after each use. */
internal class AnswerBuffer {
    private var buffer: ByteBuffer = ByteBuffer.allocateDirect(512)
    private var zeros = ByteArray(512)

    fun <R> lend(answer: ByteArray, use: (ByteBuffer) -> R): R {
        if (buffer.capacity() < answer.size) {
            buffer = ByteBuffer.allocateDirect(answer.size)
            zeros = ByteArray(answer.size)
        }
        buffer.toStart()
        buffer.put(answer)
        buffer.toRead()
        try {
            return use(buffer)
        } finally {
            buffer.toStart()
            buffer.put(zeros, 0, answer.size)
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
