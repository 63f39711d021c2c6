package app.kazasu

import app.kazasu.ffi.CardException
import app.kazasu.ffi.CardResult
import app.kazasu.ffi.CardSession
import app.kazasu.ffi.InternalException
import app.kazasu.ffi.Known
import app.kazasu.ffi.Misuse
import app.kazasu.ffi.Step
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.EmptyCoroutineContext
import app.kazasu.ffi.Outcome as FfiOutcome
import app.kazasu.ffi.Stage as FfiStage

/**
 * One request over one or more taps: the loop around the card machine.
 *
 * A tap runs to its end whatever happens to the caller's coroutine, because what the card does cannot be taken back and
 * what it has opened must be closed. Cancellation is looked at before each command.
 */
internal class Session<out T>(
    private val work: Work,
    /** The secret that it uses, if any. */
    private val uses: SecretKind?,
    private val value: (CardResult, TriesReport) -> T?,
    private val open: (LinkProperties) -> CardSession,
) {
    private var machine: CardSession? = null

    /** What is known while a tap is awaited; `null` before the first one, during one and at the end. */
    private val awaiting = AtomicReference<Known?>()

    private val answers = AnswerBuffer()

    /** Whether a command that may spend a try has been handed to a link. */
    private var verified = false

    suspend fun first(): Outcome<T> = tap(TapReason.Start, null) { link -> open(link).also { machine = it }.start() }

    suspend fun resume(): Outcome<T> = again { known ->
        val reason = if (known == Known.NOTHING_SPENT) TapReason.Continue else TapReason.LookAtCounter
        tap(reason, known) { machine().resume() }
    }

    suspend fun resume(secret: Secret, consent: LastTryConsent?): Outcome<T> {
        require(secret.kind == uses) { "this work uses the $uses, not the ${secret.kind}" }
        secret.requirePresent()
        consent?.requireUnused()
        return again { known ->
            tap(TapReason.SecretEnteredAgain, known) {
                consent?.use()
                try {
                    when (secret) {
                        is AuthenticationPin -> machine().resumeWithPin(secret.ffi, consent != null)
                        is SigningPassword -> machine().resumeWithPassword(secret.ffi, consent != null)
                    }
                } catch (_: Misuse.SecretGone) {
                    // Wiped while the card was awaited.
                    await(known)
                    throw SecretGoneException(secret.kind)
                }
            }
        }
    }

    fun abandon() {
        giveUp()
    }

    /** Ends the wait for a tap, and says what is known. */
    fun giveUp(): Outcome<T>? {
        if (awaiting.getAndSet(null) == null) return null
        work.pending.compareAndSet(this, null)
        try {
            return machine().abandon().toApi(value).also { trace() }
        } finally {
            release()
        }
    }

    private suspend fun again(go: suspend (Known) -> Outcome<T>): Outcome<T> = work.exclusively {
        val known = awaiting.getAndSet(null) ?: throw SessionOverException()
        work.pending.compareAndSet(this, null)
        go(known)
    }

    /** One tap, and what it comes to. [before] is what was known while it was awaited. */
    private suspend fun tap(reason: TapReason, before: Known?, begin: (LinkProperties) -> Step): Outcome<T> {
        val caller = currentCoroutineContext()[Job]
        var end: Step? = null
        val cancelled = try {
            withContext(NonCancellable + work.options.dispatcher) { end = drive(caller, reason, begin) }
            caller.cancellation()
        } catch (e: CancellationException) {
            caller.cancellation() ?: e
        } catch (e: ChannelException) {
            // No card came. What was awaited is still awaited.
            if (before != null) await(before) else release()
            throw e
        } catch (e: InternalException) {
            release()
            throw DefectException(e)
        } catch (e: Misuse) {
            release()
            throw DefectException(e)
        } catch (e: Throwable) {
            // A caller's mistake that shows at the card, or a link or a sink that breaks its word.
            if (awaiting.get() == null) release()
            throw e
        }
        if (cancelled != null) throw cancellation(end, before, cancelled)
        return when (val step = end) {
            is Step.Done -> step.outcome.toApi(value).also { release() }
            is Step.NeedTap -> await(step.known).let { needs(step.known) }
            is Step.Transmit, null -> throw DefectException(IllegalStateException("a tap without an end"))
        }
    }

    private suspend fun drive(caller: Job?, reason: TapReason, begin: (LinkProperties) -> Step): Step {
        work.events.tryEmit(Progress.AwaitingCard(reason))
        val link = link(caller, reason)
        try {
            var step = begin(link.properties)
            var exchange = 0
            var cancelling = false
            while (step is Step.Transmit) {
                step = if (!cancelling && caller?.isActive == false) {
                    cancelling = true
                    step.command.fill(0)
                    machine().cancel()
                } else {
                    exchange += 1
                    work.events.tryEmit(Progress.Working(step.stage.toApi(), exchange, step.left.toApi()))
                    if (step.stage is FfiStage.Verifying) verified = true
                    trace()
                    transceive(link, step.command)
                }
            }
            return step
        } finally {
            try {
                trace()
            } finally {
                link.closeQuietly()
                work.events.tryEmit(Progress.CardFree)
            }
        }
    }

    /** A link, for as long as the caller wants one. */
    private suspend fun link(caller: Job?, reason: TapReason): CardLink {
        var link: CardLink? = null
        try {
            withContext(caller ?: EmptyCoroutineContext) { link = work.channel.awaitCard(reason) }
            return checkNotNull(link)
        } catch (e: Throwable) {
            link?.closeQuietly()
            work.events.tryEmit(Progress.CardFree)
            throw when (e) {
                is CancellationException, is ChannelException, is Error -> e
                // As a vendor's NFC service may throw.
                else -> ChannelFailedException("no card, but ${e.javaClass.simpleName}", e)
            }
        }
    }

    private suspend fun transceive(link: CardLink, command: ByteArray): Step {
        val answer = try {
            if (command.size > link.properties.maxCommandLength) return machine().channelRefused()
            link.transceive(command)
        } catch (_: CommandRefusedException) {
            return machine().channelRefused()
        } catch (_: Exception) {
            // Whatever else went wrong in the channel: the command may have reached the card.
            return machine().cardLost()
        } finally {
            command.fill(0)
        }
        try {
            return answers.lend(answer) { machine().handleResponse(it) }
        } finally {
            answer.fill(0)
        }
    }

    private fun trace() {
        val sink = work.options.trace ?: return
        val lines = machine?.takeTrace().orEmpty()
        try {
            if (lines.isNotEmpty()) sink.append(lines)
        } catch (_: Exception) {
            // A full disk is no reason to leave a card open.
        }
    }

    private fun cancellation(end: Step?, before: Known?, cause: Throwable): KazasuCancellationException {
        val outcome: FfiOutcome? = when {
            end is Step.Done -> end.outcome
            // Cancelled between two taps.
            end is Step.NeedTap || before != null -> (machine().cancel() as? Step.Done)?.outcome
            else -> null
        }
        try {
            trace()
        } finally {
            release()
        }
        val error = (outcome?.result as? CardResult.Failed)?.error
        return KazasuCancellationException(
            code = error?.code() ?: "interrupted",
            done = outcome != null && error == null,
            trySpent = outcome.trySpent(),
            tries = outcome?.tries?.toApi() ?: NOTHING_KNOWN,
            cause = cause,
        )
    }

    private fun FfiOutcome?.trySpent(): TrySpent {
        val error = (this?.result as? CardResult.Failed)?.error ?: return TrySpent.No
        return if (error is CardException.Blocked && verified) TrySpent.Yes else error.trySpent()
    }

    private fun await(known: Known) {
        awaiting.set(known)
        work.pending.set(this)
    }

    private fun needs(known: Known): Outcome<T> = when (known) {
        Known.NOTHING_SPENT -> NeedTap(NeedTap.Reason.NothingSpent, this)
        Known.VERIFY_OUTCOME_UNKNOWN -> NeedTap(NeedTap.Reason.MaySpend, this)
        Known.SECRET_ACCEPTED -> NeedSecret(this)
    }

    private fun machine(): CardSession = machine ?: throw SessionOverException()

    /** Frees the machine, which wipes what it holds. */
    private fun release() {
        machine?.close()
        machine = null
    }

    private companion object {
        suspend fun CardLink.closeQuietly() {
            try {
                close()
            } catch (_: Exception) {
                // The card is gone one way or the other, and what came of the work counts more.
            }
        }

        val NOTHING_KNOWN = TriesReport(Tries.NotAsked, Tries.NotAsked)

        /** The exception that a cancelled job stands for. */
        fun Job?.cancellation(): CancellationException? =
            try {
                this?.ensureActive()
                null
            } catch (e: CancellationException) {
                e
            }
    }
}
