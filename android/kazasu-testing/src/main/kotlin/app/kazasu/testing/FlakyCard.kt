package app.kazasu.testing

import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.TapReason
import app.kazasu.testing.ffi.Fault
import app.kazasu.testing.ffi.FaultKind
import app.kazasu.testing.ffi.seededFaults
import kotlinx.coroutines.awaitCancellation

/** A [SimulatedCard] that leaves the field, or does worse, where a test says. */
public class FlakyCard private constructor(persona: String, plan: List<List<Fault>>) : SimulatedCard(persona) {
    init {
        faults = plan
    }

    /**
     * Loses the card once, in the first tap.
     *
     * @param loseAt at which exchange, counted from 0.
     * @param after whether the card has carried out the command, so that only its answer is lost.
     */
    @JvmOverloads
    public constructor(loseAt: Int, after: Boolean = false, persona: String = "ichiro") :
        this(persona, listOf(listOf(fault(loseAt, if (after) FaultKind.LostAfter else FaultKind.LostBefore))))

    /**
     * Does what a seed says in the coming [taps]; about every other one goes well. The same seed does the same, on every
     * machine and in every language.
     */
    @JvmOverloads
    public constructor(seed: Long, taps: Int = 8, persona: String = "ichiro") :
        this(persona, seededFaults(seed.toULong(), taps.toUInt()))

    public companion object {
        /** One fault, for [SimulatedCard.faults]. */
        @JvmStatic
        public fun fault(at: Int, kind: FaultKind): Fault = Fault(at.toUInt(), kind)
    }
}

/** A reader at which one card after another is held; the last one again and again. `null` never comes. */
public class CardSequence(private vararg val cards: CardChannel?) : CardChannel {
    private var next = 0

    override suspend fun awaitCard(reason: TapReason): CardLink {
        val card = cards[next.coerceAtMost(cards.lastIndex)]
        next += 1
        return card?.awaitCard(reason) ?: awaitCancellation()
    }
}
