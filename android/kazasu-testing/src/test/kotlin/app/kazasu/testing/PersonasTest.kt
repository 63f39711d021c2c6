package app.kazasu.testing

import app.kazasu.Kazasu
import app.kazasu.LastTryConsent
import app.kazasu.NotDone
import app.kazasu.Problem
import app.kazasu.UserMessage
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue

class PersonasTest {
    @ParameterizedTest
    @MethodSource("names")
    fun `every call comes to an outcome with every persona`(persona: String) = runTest {
        for (flow in Flow.entries) {
            for (right in listOf(true, false)) {
                for (lastTry in listOf(false, true)) {
                    val card = SimulatedCard(persona)
                    val consent = if (lastTry) LastTryConsent.givenByUser() else null
                    val about = "$persona, $flow, right: $right, last try: $lastTry"
                    val outcome = flow.call(Kazasu(card), Flow.Typed(card, right, consent))
                    card.assertVerifies(if (flow.secret == null) 0 else 1, about)
                    card.assertLeft(about)
                    if (outcome is NotDone) {
                        assertNotEquals(Problem.Defect, outcome.problem, "$about: $outcome")
                        assertEquals(outcome.code, outcome.message.code, about)
                        assertTrue(outcome.message.japanese.isNotEmpty())
                    }
                }
            }
        }
    }

    @Test
    fun `there are at least 25 of them, and no others`() {
        assertTrue(Personas.names.size >= 25)
        assertEquals("no persona is called nobody", assertFailsWith<IllegalArgumentException> { SimulatedCard("nobody") }.message)
        val refused = assertFailsWith<IllegalArgumentException> { SimulatedCard.fromJson("{}") }
        assertTrue(refused.message.orEmpty().contains("missing field"), refused.message)
    }

    @Test
    fun `the catalogue has a sentence for each language`() {
        val blocked = UserMessage.of("blocked")
        assertTrue(blocked.english.isNotEmpty() && blocked.easyJapanese.isNotEmpty() && blocked.whoActs.size == 2)
        assertEquals("bug", UserMessage.of("no_such_code").code)
    }

    private companion object {
        @JvmStatic
        fun names() = Personas.names
    }
}
