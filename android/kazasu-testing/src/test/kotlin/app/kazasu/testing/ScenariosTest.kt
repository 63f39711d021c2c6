package app.kazasu.testing

import app.kazasu.AuthenticationPin
import app.kazasu.Blocked
import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.CertificateKind
import app.kazasu.Document
import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.KazasuCancellationException
import app.kazasu.LastTryConsent
import app.kazasu.NeedConsent
import app.kazasu.NeedSecret
import app.kazasu.NeedTap
import app.kazasu.NotDone
import app.kazasu.Outcome
import app.kazasu.SecretKind
import app.kazasu.SigningPassword
import app.kazasu.TapReason
import app.kazasu.WrongSecret
import app.kazasu.testing.ffi.Scenario
import app.kazasu.testing.ffi.ScenarioFlow
import app.kazasu.testing.ffi.ScenarioRetap
import app.kazasu.testing.ffi.scenarioInputs
import app.kazasu.testing.ffi.scenarios
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory
import java.time.Instant
import java.util.concurrent.ConcurrentSkipListSet
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** The scenarios that all languages share (`core/sim/scenarios`), through the Kotlin API, each by its name. */
class ScenariosTest {
    @TestFactory
    fun scenario(): List<DynamicTest> = ALL.map { scenario ->
        DynamicTest.dynamicTest(scenario.name) {
            runBlocking { Run(scenario).check() }
            DONE += scenario.name
        }
    }

    companion object {
        private val ALL = scenarios()
        private val DONE = ConcurrentSkipListSet<String>()

        @JvmStatic
        @AfterAll
        fun `none is left out`() {
            assertTrue(ALL.size > 50, "${ALL.size} scenarios")
            assertEquals(ALL.map { it.name }.toSortedSet(), DONE.toSortedSet(), "failed or left out")
        }
    }
}

private class Run(private val scenario: Scenario) {
    private val inputs = scenarioInputs()
    private val card = SimulatedCard(scenario.persona)
    private val other = scenario.otherPersona?.let(::SimulatedCard)
    private var taps = 0

    init {
        card.faults = scenario.faults
        other?.faults = scenario.faults.drop(1)
    }

    suspend fun check() {
        val code = code()
        val expected = scenario.expected
        val about = "${scenario.name}: ${scenario.about}"
        assertEquals(expected.code, code, about)
        assertEquals(expected.verifies.toInt(), card.verifyCount, "$about: VERIFY")
        assertEquals(expected.verifiesOnOther.toInt(), other?.verifyCount ?: 0, "$about: VERIFY on the other card")
        assertEquals(expected.pinTries.toInt(), card.triesLeft(SecretKind.AuthenticationPin), "$about: tries of the PIN")
        assertEquals(expected.passwordTries.toInt(), card.triesLeft(SecretKind.SigningPassword), "$about: tries of the password")
        assertEquals(expected.taps.toInt(), taps, "$about: taps")
        listOfNotNull(card, other).forEach { it.assertLeft(about) }
    }

    private suspend fun code(): String = try {
        outcome().code()
    } catch (e: KazasuCancellationException) {
        if (e.done) "completed" else e.code
    }

    private fun Outcome<*>.code(): String {
        val remaining = scenario.expected.remaining?.toInt()
        return when (this) {
            is Done -> "completed"
            is WrongSecret -> "wrong_secret".also { assertEquals(remaining, this.remaining, scenario.name) }
            is Blocked -> "blocked"
            is NeedConsent -> if (this.remaining == null) "tries_not_reported" else "last_try".also { assertEquals(remaining, this.remaining) }
            is NotDone -> code.also { if (scenario.expected.finding != null) checkFinding(this) }
            is NeedTap, is NeedSecret -> error("not over")
        }
    }

    private fun checkFinding(outcome: NotDone) {
        val words = checkNotNull(scenario.expected.finding).split('_')
        val finding = words.joinToString("") { it.replaceFirstChar(Char::uppercase) }
        assertTrue(outcome.detail.contains("finding=$finding"), "${scenario.name}: ${outcome.detail}")
        val remaining = scenario.expected.remaining ?: return
        assertTrue(outcome.detail.contains("remaining=$remaining"), "${scenario.name}: ${outcome.detail}")
    }

    /** Goes on as the scenario says, cancelling where it says. */
    private suspend fun outcome(): Outcome<*> {
        val jpki = Kazasu(Reader())
        var outcome: Outcome<*> = cancellable { call(jpki) }
        while (true) {
            val retap = if (taps == 1) scenario.retap else ScenarioRetap.SAME_CARD
            outcome = when (val now = outcome) {
                is NeedTap -> when (retap) {
                    ScenarioRetap.NEVER -> now.giveUp()
                    ScenarioRetap.CANCEL -> cancelWaiting { now.resume() }
                    else -> cancellable { now.resume() }
                }
                is NeedSecret -> {
                    val right = scenario.newConsentRight
                    when {
                        retap == ScenarioRetap.CANCEL -> cancelWaiting { now.resume(secret(true)) }
                        retap == ScenarioRetap.NEVER || right == null -> now.giveUp()
                        else -> cancellable { now.resume(secret(right), consent()) }
                    }
                }
                else -> return outcome
            }
        }
    }

    private var job: Job? = null

    private suspend fun cancellable(call: suspend () -> Outcome<*>): Outcome<*> {
        val result = CompletableDeferred<Result<Outcome<*>>>()
        return coroutineScope {
            val work = async(Dispatchers.Default, CoroutineStart.LAZY) { result.complete(runCatching { call() }) }
            job = work
            work.join()
            result.await().getOrThrow()
        }
    }

    private var waiting: CompletableDeferred<Unit>? = null

    private suspend fun cancelWaiting(call: suspend () -> Outcome<*>): Outcome<*> {
        val waits = CompletableDeferred<Unit>().also { waiting = it }
        val result = CompletableDeferred<Result<Outcome<*>>>()
        return coroutineScope {
            val work = async(Dispatchers.Default) { result.complete(runCatching { call() }) }
            waits.await()
            work.cancel()
            work.join()
            result.await().getOrThrow()
        }
    }

    /** The first card, then the other one if there is one. Cancels where the scenario says. */
    private inner class Reader : CardChannel {
        override suspend fun awaitCard(reason: TapReason): CardLink {
            waiting?.let {
                it.complete(Unit)
                awaitCancellation()
            }
            val tap = taps
            taps += 1
            val now = if (tap > 0 && other != null) other else card
            val at = scenario.cancelAt?.toInt().takeIf { scenario.cancelTap?.toInt() == tap }
            // What is cancelled during one exchange is seen before the next.
            now.beforeExchange = { exchange -> if (at != null && exchange == at - 1) job?.cancel() }
            return now.awaitCard(reason).also { if (at == 0) job?.cancel() }
        }
    }

    private fun consent() = if (scenario.evenIfLastTry) LastTryConsent.givenByUser() else null

    private fun secret(right: Boolean) =
        if (scenario.flow in PIN_FLOWS) pin(right) else password(right)

    private fun pin(right: Boolean) = if (right) card.pin() else AuthenticationPin(inputs.wrongPin.clone())

    private fun password(right: Boolean) = if (right) card.password() else SigningPassword(inputs.wrongPassword.clone())

    private suspend fun call(jpki: Kazasu): Outcome<*> {
        val right = scenario.rightSecret
        val bare = Document.of(inputs.document)
        val cms = Document.cms(inputs.document, Instant.ofEpochSecond(1_790_000_000))
        return when (scenario.flow) {
            ScenarioFlow.REMAINING_TRIES -> jpki.remainingTries()
            ScenarioFlow.CARD_INFO -> jpki.cardInfo()
            ScenarioFlow.READ_SIGNING_CA -> jpki.readCaCertificate(CertificateKind.SigningCa)
            ScenarioFlow.READ_AUTHENTICATION_CA -> jpki.readCaCertificate(CertificateKind.AuthenticationCa)
            ScenarioFlow.READ_AUTHENTICATION -> jpki.readAuthenticationCertificate()
            ScenarioFlow.READ_AUTHENTICATION_WITH_PIN -> jpki.readAuthenticationCertificate(pin(right), consent())
            ScenarioFlow.READ_SIGNING -> jpki.readCertificate(password(right), consent())
            ScenarioFlow.AUTHENTICATE -> jpki.authenticate(inputs.document, pin(right), consent())
            ScenarioFlow.AUTHENTICATE_KNOWN ->
                jpki.authenticate(inputs.document, pin(right), consent(), card.certificate(CertificateKind.Authentication))
            ScenarioFlow.OPEN_ACCOUNT -> jpki.sign(listOf(cms), password(right), consent())
            ScenarioFlow.SIGN_TWO -> jpki.sign(listOf(bare, cms), password(right), consent())
            ScenarioFlow.SIGN_KNOWN ->
                jpki.sign(listOf(bare), password(right), consent(), card.certificate(CertificateKind.Signing))
            ScenarioFlow.CHANGE_PIN -> jpki.changePin(pin(right), AuthenticationPin(inputs.newPin.clone()), consent())
            ScenarioFlow.CHANGE_PASSWORD ->
                jpki.changePassword(password(right), SigningPassword(inputs.newPassword.clone()), consent())
        }
    }

    private companion object {
        val PIN_FLOWS = setOf(
            ScenarioFlow.READ_AUTHENTICATION_WITH_PIN,
            ScenarioFlow.AUTHENTICATE,
            ScenarioFlow.AUTHENTICATE_KNOWN,
            ScenarioFlow.CHANGE_PIN,
        )
    }
}
