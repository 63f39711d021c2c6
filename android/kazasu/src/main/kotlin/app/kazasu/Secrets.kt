package app.kazasu

import java.nio.ByteBuffer
import java.nio.CharBuffer
import java.nio.charset.CodingErrorAction
import app.kazasu.ffi.AuthenticationPin as FfiPin
import app.kazasu.ffi.SecretException as FfiSecretException
import app.kazasu.ffi.SigningPassword as FfiPassword

/** One of the two secrets of the JPKI application. */
public enum class SecretKind {
    /** 利用者証明用暗証番号: four digits, three tries. */
    AuthenticationPin,

    /** 署名用パスワード: 6 to 16 characters, five tries. */
    SigningPassword,
}

/**
 * A secret as the user typed it: **one consent to one VERIFY**.
 *
 * The characters live in native memory, which is overwritten when they have been used, by [close], and when the object is
 * collected. A secret that was used is gone: a second call with it is a [SecretGoneException]. `toString` shows nothing.
 */
public sealed class Secret(
    /** Which of the two. */
    public val kind: SecretKind,
) : AutoCloseable {
    /** Whether the characters are gone: used or wiped. */
    public abstract val isGone: Boolean

    final override fun toString(): String = "$kind(..)"

    internal fun requirePresent() {
        if (isGone) throw SecretGoneException(kind)
    }
}

/** 利用者証明用暗証番号: exactly four digits. */
public class AuthenticationPin private constructor(internal val ffi: FfiPin) : Secret(SecretKind.AuthenticationPin) {
    /**
     * Takes what the user typed and **overwrites [characters]**, also when it fails.
     *
     * @throws SecretFormatException if it cannot be a PIN; nothing reaches the card.
     */
    public constructor(characters: CharArray) : this(take(characters) { FfiPin(it) })

    /**
     * Takes what the user typed, ASCII or UTF-8, and **overwrites [bytes]**, also when it fails.
     *
     * @throws SecretFormatException if it cannot be a PIN; nothing reaches the card.
     */
    public constructor(bytes: ByteArray) : this(take(bytes) { FfiPin(it) })

    override val isGone: Boolean get() = ffi.isGone()

    override fun close(): Unit = ffi.wipe()
}

/** 署名用パスワード: 6 to 16 characters of `A`-`Z` and `0`-`9`, at least one of each. */
public class SigningPassword private constructor(internal val ffi: FfiPassword) : Secret(SecretKind.SigningPassword) {
    /**
     * Takes what the user typed and **overwrites [characters]**, also when it fails. Lower case is refused, because the card
     * would count it as wrong; see [fromUpperCased].
     *
     * @throws SecretFormatException if it cannot be a password; nothing reaches the card.
     */
    public constructor(characters: CharArray) : this(take(characters) { FfiPassword(it) })

    /**
     * Takes what the user typed, ASCII or UTF-8, and **overwrites [bytes]**, also when it fails. Lower case is refused.
     *
     * @throws SecretFormatException if it cannot be a password; nothing reaches the card.
     */
    public constructor(bytes: ByteArray) : this(take(bytes) { FfiPassword(it) })

    override val isGone: Boolean get() = ffi.isGone()

    override fun close(): Unit = ffi.wipe()

    public companion object {
        /**
         * The same with `a`-`z` folded to upper case first, for input fields that cannot force upper case. **Overwrites
         * [characters]**, also when it fails.
         *
         * @throws SecretFormatException if it cannot be a password; nothing reaches the card.
         */
        @JvmStatic
        public fun fromUpperCased(characters: CharArray): SigningPassword =
            SigningPassword(take(characters) { FfiPassword.fromUpperCased(it) })
    }
}

/** An input that cannot be the secret. Says what is wrong, never what was typed. */
public class SecretFormatException internal constructor(
    /** What is wrong. */
    public val reason: Reason,
    /** Its code in the error catalogue. */
    public val code: String,
) : IllegalArgumentException("not a possible secret: $reason") {
    /** What to tell the user. */
    public val userMessage: UserMessage get() = UserMessage.of(code)

    /** What is wrong with an input. */
    public enum class Reason {
        /** The length: four for the PIN, 6 to 16 for the password. */
        Length,

        /** A full-width character of a Japanese input method. */
        FullWidth,

        /** A lower-case letter. */
        LowerCase,

        /** Any other character that the secret cannot have. */
        Character,

        /** A password needs at least one letter and one digit. */
        Composition,
    }
}

/** The secret was used before or has been wiped: each entry by the user is one consent. */
public class SecretGoneException internal constructor(
    /** Which one. */
    public val kind: SecretKind,
) : IllegalStateException("the $kind was used before or has been wiped")

private inline fun <S> take(characters: CharArray, make: (ByteBuffer) -> S): S {
    // Straight into native memory: no array of ours in between.
    val buffer = ByteBuffer.allocateDirect(3 * characters.size)
    try {
        // Half a surrogate pair becomes a question mark, which no secret has.
        val encoder = Charsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE)
        encoder.encode(CharBuffer.wrap(characters), buffer, true)
        buffer.toRead()
        return translated { make(buffer) }
    } finally {
        characters.fill('\u0000')
        buffer.wipe()
    }
}

private inline fun <S> take(bytes: ByteArray, make: (ByteBuffer) -> S): S {
    val buffer = ByteBuffer.allocateDirect(bytes.size)
    try {
        buffer.put(bytes)
        buffer.toRead()
        return translated { make(buffer) }
    } finally {
        bytes.fill(0)
        buffer.wipe()
    }
}

private inline fun <S> translated(make: () -> S): S =
    try {
        make()
    } catch (e: FfiSecretException) {
        val reason = when (e) {
            is FfiSecretException.Length -> SecretFormatException.Reason.Length
            is FfiSecretException.FullWidth -> SecretFormatException.Reason.FullWidth
            is FfiSecretException.LowerCase -> SecretFormatException.Reason.LowerCase
            is FfiSecretException.Character -> SecretFormatException.Reason.Character
            is FfiSecretException.Composition -> SecretFormatException.Reason.Composition
        }
        throw SecretFormatException(reason, e.code())
    }

/** Overwrites all of a direct buffer, whatever its position. */
internal fun ByteBuffer.wipe() {
    toStart()
    while (hasRemaining()) put(0)
}
