package app.kazasu

import app.kazasu.ffi.CatalogueEntry
import app.kazasu.ffi.errorEntry
import java.util.Locale

/** What to tell the user about a code, and who can do what about it: an entry of the error catalogue. */
public class UserMessage private constructor(private val entry: CatalogueEntry) {
    /** The code. */
    public val code: String get() = entry.code

    /** A sentence in Japanese. */
    public val japanese: String get() = entry.ja

    /** The same in easy Japanese (やさしい日本語). */
    public val easyJapanese: String get() = entry.easyJa

    /** The same in English. */
    public val english: String get() = entry.en

    /** The sentence for users of [locale]: in Japanese where its language is that, otherwise in English. */
    @JvmOverloads
    public fun text(locale: Locale = Locale.getDefault()): String =
        if (locale.language == Locale.JAPANESE.language) japanese else english

    /** What happened, for developers. */
    public val cause: String get() = entry.cause

    /** What to do next, as a code such as `tap_again` or `enter_again`. */
    public val nextAction: String get() = entry.nextAction

    /** Who can do it. */
    public val whoActs: List<WhoActs> get() = entry.whoActs.mapNotNull(WhoActs::of)

    /** Whether doing the same again can succeed. */
    public val retryable: Boolean get() = entry.retryable

    override fun toString(): String = "UserMessage($code)"

    public companion object {
        /** The entry for a code; that of `bug` for a code that the catalogue does not have. */
        @JvmStatic
        public fun of(code: String): UserMessage = UserMessage(errorEntry(code) ?: checkNotNull(errorEntry("bug")))
    }
}

/** Who can do something about an error. */
public enum class WhoActs(private val word: String) {
    /** The holder of the card. */
    User("user"),

    /** The municipal office (市区町村の窓口). */
    MunicipalOffice("municipal_office"),

    /** A kiosk in a convenience store, for one of the two secrets if the other is known. */
    Kiosk("kiosk"),

    /** Whoever writes the app. */
    Developer("developer"),

    /** The relying party. */
    RelyingParty("relying_party"),

    /** J-LIS. */
    JLis("j_lis"),
    ;

    internal companion object {
        fun of(word: String): WhoActs? = entries.find { it.word == word }
    }
}
