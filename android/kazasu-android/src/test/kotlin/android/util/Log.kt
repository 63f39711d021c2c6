package android.util

/** The framework's own log is native; its classes find this one first. */
object Log {
    @JvmStatic
    fun i(tag: String?, message: String?): Int = 0

    @JvmStatic
    fun w(tag: String?, message: String?): Int = 0

    @JvmStatic
    fun e(tag: String?, message: String?): Int = 0

    @JvmStatic
    fun e(tag: String?, message: String?, cause: Throwable?): Int = 0
}
