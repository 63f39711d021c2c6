package app.kazasu

import java.nio.ByteBuffer

/** Native memory to lend answers from: one piece for a whole session, overwritten after each use. */
internal class AnswerBuffer {
    private var buffer: ByteBuffer = ByteBuffer.allocateDirect(512)

    fun <R> lend(answer: ByteArray, use: (ByteBuffer) -> R): R {
        if (buffer.capacity() < answer.size) buffer = ByteBuffer.allocateDirect(answer.size)
        buffer.clear()
        buffer.put(answer).flip()
        try {
            return use(buffer)
        } finally {
            buffer.rewind()
            repeat(answer.size) { buffer.put(0) }
        }
    }
}
