package app.kazasu.sample

import app.kazasu.Blocked
import app.kazasu.BusyException
import app.kazasu.ChannelException
import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.KazasuCancellationException
import app.kazasu.LastTryConsent
import app.kazasu.NeedConsent
import app.kazasu.NeedSecret
import app.kazasu.NeedTap
import app.kazasu.NotDone
import app.kazasu.Outcome
import app.kazasu.Progress
import app.kazasu.SecretFormatException
import app.kazasu.Signed
import app.kazasu.SigningPassword
import app.kazasu.TapReason
import app.kazasu.TrySpent
import app.kazasu.UserMessage
import app.kazasu.WrongSecret
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.launch
import java.io.IOException

/** An account opening, which outlives the activity that shows it. All of it runs in [scope], on one thread. */
class AccountOpening(
    private val jpki: Kazasu,
    private val bank: Bank,
    private val scope: CoroutineScope,
) : AutoCloseable {
    private val shown = MutableStateFlow<Screen>(Screen.Form())

    /** What is to be shown. */
    val screen: StateFlow<Screen> get() = shown

    /** What the user has written so far. No secret. */
    var draft: String? = null

    private var call: Job? = null

    /** Whether the next attempt may be the last one. */
    private var consented = false

    /** What goes on when the password has been entered again, and the document that it signs. */
    private var interrupted: Pair<String, NeedSecret<Signed>>? = null

    /** Overwrites [typed]. */
    fun sign(document: String, typed: CharArray) {
        if (call?.isActive == true) return typed.fill('0')
        draft = document
        val password = try {
            SigningPassword.fromUpperCased(typed)
        } catch (e: SecretFormatException) {
            shown.value = Screen.Form(Text.OfSdk(e.userMessage))
            return
        }
        val consent = if (consented) LastTryConsent.givenByUser() else null
        // Another document takes another signature.
        val before = interrupted?.takeIf { (signed, _) -> signed == document }?.second
        if (before == null) interrupted?.second?.close()
        consented = false
        interrupted = null
        start(document, password) {
            before?.resume(password, consent) ?: jpki.openAccount(document.toByteArray(), password, consent)
        }
    }

    /** The user's answer to whether to risk the last try. */
    fun consent(given: Boolean) {
        consented = given
        shown.value = Screen.Form(if (given) Text.Own(R.string.enter_for_last_try) else null)
    }

    /** The user does not want to hold the card, or to wait for the bank. */
    fun cancel() {
        call?.cancel()
    }

    /** Back to the first screen. */
    fun startAgain() {
        shown.value = Screen.Form()
    }

    /** The user has left. */
    override fun close() {
        interrupted?.second?.close()
        scope.cancel()
    }

    private fun start(document: String, password: SigningPassword, first: suspend () -> Outcome<Signed>) {
        shown.value = Screen.Hold()
        call = scope.launch {
            val progress = launch { jpki.progress.collect(::show) }
            var outcome: Outcome<Signed>? = null
            shown.value = try {
                outcome = first()
                while (outcome is NeedTap) outcome = outcome.resume()
                progress.cancel()
                after(outcome, document)
            } catch (e: ChannelException) {
                // No card can come. Giving up wipes the password, and says what is known.
                val known = (outcome as? NeedTap)?.giveUp() as? NotDone
                if (known != null && known.trySpent != TrySpent.No) {
                    again(known.message)
                } else {
                    Screen.Form(Text.OfSdk(e.userMessage), nfcSettings = e.code == "nfc_off")
                }
            } catch (e: KazasuCancellationException) {
                Screen.Form(Text.OfSdk(e.userMessage))
            } catch (_: BusyException) {
                // A call that was left is still closing its card.
                Screen.Form(Text.Own(R.string.busy))
            } finally {
                progress.cancel()
                // Wipes it where no card has come to take it.
                password.close()
            }
        }
    }

    private fun show(progress: Progress) {
        shown.value = when (progress) {
            is Progress.AwaitingCard -> when (progress.reason) {
                TapReason.Start, TapReason.SecretEnteredAgain -> Screen.Hold()
                TapReason.Continue -> Screen.Hold(Text.Own(R.string.hold_again))
                TapReason.LookAtCounter -> Screen.Hold(Text.Own(R.string.hold_to_look))
            }
            is Progress.Working -> Screen.Hold(Text.Own(R.string.working), progress.left.done)
            Progress.CardFree -> return
        }
    }

    private suspend fun after(outcome: Outcome<Signed>, document: String): Screen = when (outcome) {
        is Done -> try {
            shown.value = Screen.Hold(Text.Own(R.string.sending), done = 1f)
            bank.submit(document.toByteArray(), outcome.value)
            Screen.Result(Text.Own(R.string.done))
        } catch (_: IOException) {
            Screen.Result(Text.Own(R.string.maybe_sent))
        } catch (_: CancellationException) {
            Screen.Result(Text.Own(R.string.maybe_sent))
        }
        is WrongSecret -> Screen.Form(
            outcome.remaining?.let { Text.Own(R.string.wrong_password, it) } ?: Text.Own(R.string.wrong_password_uncounted),
        )
        is NeedConsent -> Screen.Form(
            question = Text.Own(if (outcome.remaining == null) R.string.tries_unknown else R.string.last_try),
        )
        is Blocked -> Screen.Result(Text.OfSdk(outcome.message))
        is NeedSecret -> {
            interrupted = document to outcome
            Screen.Form(Text.Own(R.string.enter_again))
        }
        is NeedTap -> error("resumed before")
        is NotDone -> again(outcome.message)
    }

    private fun again(message: UserMessage): Screen =
        if (message.retryable) Screen.Form(Text.OfSdk(message)) else Screen.Result(Text.OfSdk(message))
}
