package app.kazasu.sample

import android.app.Activity
import android.app.AlertDialog
import android.content.ActivityNotFoundException
import android.content.Intent
import android.os.Build
import android.os.Bundle
import android.provider.Settings
import android.text.InputType
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.WindowManager
import android.view.inputmethod.EditorInfo
import android.widget.Button
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.ProgressBar
import android.widget.ScrollView
import android.widget.TextView
import app.kazasu.Kazasu
import app.kazasu.android.AntennaHint
import app.kazasu.android.NfcChannel
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.net.URL

/** Account opening in three screens: document and password, hold the card, result. */
class AccountActivity : Activity() {
    private lateinit var opening: AccountOpening
    private val views = MainScope()
    private var dialog: AlertDialog? = null
    private var document: EditText? = null
    private var password: EditText? = null
    private var hold: HoldViews? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        // No screenshots, and no picture among the recent apps.
        window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
        opening = lastNonConfigurationInstance as AccountOpening?
            ?: AccountOpening(Kazasu(NfcChannel(this)), HttpBank(URL(getString(R.string.bank_url))), MainScope())
        views.launch { opening.screen.collect(::show) }
    }

    /** The account opening goes on when the screen is turned, with a password that was being typed wiped. */
    override fun onRetainNonConfigurationInstance(): Any {
        document?.let { opening.draft = it.text.toString() }
        return opening
    }

    override fun onDestroy() {
        password?.text?.takeSecret()?.fill('0')
        views.cancel()
        dialog?.dismiss()
        if (!isChangingConfigurations) opening.close()
        super.onDestroy()
    }

    private fun show(screen: Screen) {
        if (screen !is Screen.Hold) hold = null
        when (screen) {
            is Screen.Form -> showForm(screen)
            is Screen.Hold -> (hold ?: HoldViews().also { hold = it }).show(screen)
            is Screen.Result -> column(string(screen.text), text(screen.text), button(R.string.start_again) { opening.startAgain() })
        }
    }

    private fun showForm(form: Screen.Form) {
        val document = EditText(this).apply {
            hint = getString(R.string.document)
            setText(opening.draft ?: getString(R.string.document_example))
        }
        val password = EditText(this).apply {
            hint = getString(R.string.password)
            inputType = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_PASSWORD or
                InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS
            imeOptions = EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING
            importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO
            filters = arrayOf(secretFilter())
            isSaveEnabled = false
        }
        this.document = document
        this.password = password
        column(
            form.note?.let(::string) ?: getString(R.string.app_name),
            form.note?.let(::text),
            document,
            password,
            button(R.string.sign) { opening.sign(document.text.toString(), password.text.takeSecret()) },
            if (form.nfcSettings) {
                button(R.string.nfc_settings, ::showNfcSettings)
            } else {
                null
            },
        )
        form.question?.let(::ask)
    }

    private fun showNfcSettings() {
        try {
            startActivity(Intent(Settings.ACTION_NFC_SETTINGS))
        } catch (_: ActivityNotFoundException) {
            // Not every phone has a page of its own for it.
            startActivity(Intent(Settings.ACTION_SETTINGS))
        }
    }

    private fun ask(question: Text) {
        dialog = AlertDialog.Builder(this)
            .setMessage(string(question))
            .setPositiveButton(R.string.risk_it) { _, _ -> opening.consent(true) }
            .setNegativeButton(R.string.not_now) { _, _ -> opening.consent(false) }
            .setCancelable(false)
            .show()
            // A window of its own, and what it asks may block the card: see the column.
            .also { it.window?.decorView?.filterTouchesWhenObscured = true }
    }

    /** Kept while the card works, so that nothing but bar and text changes. */
    private inner class HoldViews {
        private val note = TextView(this@AccountActivity).apply {
            // Spoken as it changes: the phone is in one hand and the card in the other.
            accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
        }
        private val where = TextView(this@AccountActivity)
        private val bar = ProgressBar(this@AccountActivity, null, android.R.attr.progressBarStyleHorizontal)

        init {
            document = null
            password = null
            views.launch {
                val hint = withContext(Dispatchers.IO) { AntennaHint.of(applicationContext) } ?: return@launch
                where.text = getString(R.string.hold_where, (100 * (1 - hint.y)).toInt())
            }
            column(
                getString(R.string.hold),
                note,
                bar,
                where,
                button(R.string.cancel) { opening.cancel() },
            )
        }

        fun show(screen: Screen.Hold) {
            note.text = string(screen.note)
            bar.progress = (100 * screen.done).toInt()
        }
    }

    /** Another screen, whose [title] a screen reader speaks. */
    private fun column(title: String, vararg children: View?) {
        val column = LinearLayout(this).apply { orientation = LinearLayout.VERTICAL }
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) column.accessibilityPaneTitle = title
        for (child in children.filterNotNull()) column.addView(child, LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT))
        setContentView(
            ScrollView(this).apply {
                addView(column)
                // Android 15 draws the app under the bars of the system.
                fitsSystemWindows = true
                // No touch that another app's window has covered something for.
                filterTouchesWhenObscured = true
            },
        )
    }

    private fun text(text: Text) = TextView(this).apply { this.text = string(text) }

    private fun button(label: Int, action: () -> Unit) = Button(this).apply {
        setText(label)
        setOnClickListener { action() }
    }

    private fun string(text: Text): String = when (text) {
        is Text.Own -> if (text.number == null) getString(text.id) else getString(text.id, text.number)
        is Text.OfSdk -> text.message.text(resources.configuration.locales[0])
    }
}
