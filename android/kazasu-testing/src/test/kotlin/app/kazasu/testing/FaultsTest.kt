package app.kazasu.testing

import app.kazasu.Kazasu
import app.kazasu.NotDone
import app.kazasu.Problem
import app.kazasu.testing.ffi.FaultKind
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import kotlin.test.assertEquals
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.minutes

class FaultsTest {
    @ParameterizedTest
    @EnumSource(Flow::class)
    fun `each fault at each exchange comes to an outcome, with one VERIFY for one consent`(flow: Flow) = runTest(timeout = 10.minutes) {
        for (right in listOf(true, false)) {
            val exchanges = exchangesOf(flow, right)
            assertTrue(exchanges > 0)
            for (at in 0 until exchanges) {
                for (kind in KINDS) run(flow, right, listOf(listOf(FlakyCard.fault(at, kind))), "$kind at $at")
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Flow::class)
    fun `a card lost twice`(flow: Flow) = runTest(timeout = 10.minutes) {
        val exchanges = exchangesOf(flow, true)
        val lost = listOf(FaultKind.LostBefore, FaultKind.LostAfter)
        for (first in 0 until exchanges) {
            for (second in 0 until exchanges) {
                for (kind in lost) {
                    val plan = listOf(first, second).map { listOf(FlakyCard.fault(it, kind)) }
                    run(flow, true, plan, "$kind at $first and $second")
                }
            }
        }
    }

    @Test
    fun `what a seed does, it does again`() = runTest(timeout = 10.minutes) {
        for (seed in 1L..150L) {
            val journals = List(2) {
                val card = FlakyCard(seed)
                val typed = Flow.Typed(card)
                val (outcome, consents) = Kazasu(card).openAccount(Flow.DOCUMENT, typed.password)
                    .toTheEnd(Flow.OpenAccount.secret, typed)
                card.assertVerifies(consents, "seed $seed")
                card.assertLeft("seed $seed")
                card.journal.map { it.toString() }
            }
            assertEquals(journals[0], journals[1], "seed $seed")
        }
    }

    private suspend fun run(
        flow: Flow,
        right: Boolean,
        faults: List<List<app.kazasu.testing.ffi.Fault>>,
        about: String,
    ) {
        val card = SimulatedCard("ichiro")
        card.faults = faults
        val typed = Flow.Typed(card, right)
        val (outcome, consents) = flow.call(Kazasu(card), typed).toTheEnd(flow.secret, typed)
        val case = "$flow, right: $right, $about: $outcome"
        card.assertVerifies(consents, case)
        card.assertLeft(case)
        if (outcome is NotDone) assertNotEquals(Problem.Defect, outcome.problem, case)
    }

    private suspend fun exchangesOf(flow: Flow, right: Boolean): Int {
        val card = SimulatedCard("ichiro")
        flow.call(Kazasu(card), Flow.Typed(card, right))
        return card.journal.size
    }

    private companion object {
        val KINDS = listOf(
            FaultKind.LostBefore,
            FaultKind.LostAfter,
            FaultKind.RefusedByTransport,
            FaultKind.WarmReset,
            FaultKind.ColdReset,
            FaultKind.Status(0x6F00u),
            FaultKind.StatusAfter(0x6F00u),
            FaultKind.StatusAfter(0x6110u),
            FaultKind.StatusAfter(0x6C10u),
            FaultKind.StatusAfter(0x63C0u),
            FaultKind.Answer(byteArrayOf()),
            FaultKind.AnswerAfter(byteArrayOf(0x90.toByte())),
            FaultKind.Truncate(1u),
            FaultKind.ShortData(0u),
            FaultKind.Append(byteArrayOf(1, 2, 3)),
            FaultKind.FlipBit(77u),
            FaultKind.Garbage,
        )
    }
}
