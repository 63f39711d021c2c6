package app.kazasu.sample

import android.text.Editable
import android.text.InputFilter

/**
 * Lets more through than the 16 characters of a password: the SDK refuses one that is too long for nothing, while one that was
 * cut off would go to the card and spend a try.
 */
fun secretFilter(): InputFilter = InputFilter.LengthFilter(64)

/** Takes what was typed out of an input field, and overwrites it there. */
fun Editable.takeSecret(): CharArray {
    val typed = CharArray(length)
    getChars(0, length, typed, 0)
    // Of the same length, so that it takes the place of the characters in the field's own array.
    replace(0, length, "0".repeat(length))
    clear()
    return typed
}
