package app.kazasu.sample

import app.kazasu.UserMessage

/** Which of the three screens is shown, and what it says. */
sealed interface Screen {
    /**
     * Document and password.
     *
     * @property note what happened before.
     * @property question whether to risk the last try: asked before anything else, and answered by [AccountOpening.consent].
     * @property nfcSettings whether the settings are what helps.
     */
    data class Form(
        val note: Text? = null,
        val question: Text? = null,
        val nfcSettings: Boolean = false,
    ) : Screen

    /**
     * The card is wanted or at work.
     *
     * @property done how much of the tap, 0 to 1.
     */
    data class Hold(val note: Text = Text.Own(R.string.hold), val done: Float = 0f) : Screen

    /** What came of it. */
    data class Result(val text: Text) : Screen
}

/** What is shown to the user. */
sealed interface Text {
    /** A string of this app. */
    data class Own(val id: Int, val number: Int? = null) : Text

    /** A sentence of the SDK's catalogue. */
    class OfSdk(val message: UserMessage) : Text
}
