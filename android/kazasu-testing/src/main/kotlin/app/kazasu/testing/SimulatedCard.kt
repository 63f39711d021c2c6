package app.kazasu.testing

import app.kazasu.AuthenticationPin
import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.CardLostException
import app.kazasu.CertificateKind
import app.kazasu.CommandRefusedException
import app.kazasu.LinkKind
import app.kazasu.LinkProperties
import app.kazasu.SecretKind
import app.kazasu.SigningPassword
import app.kazasu.TapReason
import app.kazasu.testing.ffi.Exchange
import app.kazasu.testing.ffi.Fault
import app.kazasu.testing.ffi.LinkException
import app.kazasu.testing.ffi.Purpose
import app.kazasu.testing.ffi.Secret
import java.nio.ByteBuffer
import app.kazasu.testing.ffi.SimulatedCard as FfiCard

/**
 * A simulated My Number Card that is held to the reader whenever one is wanted: a [CardChannel] for tests, without a phone
 * and without a card.
 *
 * ```
 * val card = SimulatedCard("ichiro")
 * val outcome = Kazasu(card).openAccount(document, card.password())
 * ```
 *
 * Counters and changed secrets last as long as the object. Nothing here belongs in a released app.
 */
public open class SimulatedCard private constructor(
    private val card: FfiCard,
    /** What the link says of itself. */
    private val properties: LinkProperties,
) : CardChannel {
    /**
     * The card of a persona of the deck; see [Personas.names].
     *
     * @throws IllegalArgumentException if there is no such persona.
     */
    @JvmOverloads
    public constructor(persona: String, properties: LinkProperties = LinkProperties(kind = LinkKind.Simulated)) :
        this(checked { FfiCard.named(persona) }, properties)

    /** What happens at which exchange of the coming taps, the next one first. Setting it forgets what was set before. */
    public var faults: List<List<Fault>> = emptyList()
        set(value) {
            field = value
            card.setFaults(value)
        }

    /** Called before each command, with its number in the tap from 0: the place to cancel at. */
    public var beforeExchange: (suspend (Int) -> Unit)? = null

    /** How many links were opened, and how many of them have been closed. */
    public val taps: Taps = Taps()

    /** See [SimulatedCard.taps]. */
    public class Taps internal constructor() {
        /** Links opened. */
        @Volatile
        public var opened: Int = 0
            internal set

        /** Links closed. */
        @Volatile
        public var closed: Int = 0
            internal set
    }

    override suspend fun awaitCard(reason: TapReason): CardLink {
        card.tap()
        taps.opened += 1
        return Link()
    }

    /** The right password, as the persona has it, for one use. */
    public fun password(): SigningPassword = SigningPassword(card.secret(Secret.SIGNING_PASSWORD))

    /** The right PIN, as the persona has it, for one use. */
    public fun pin(): AuthenticationPin = AuthenticationPin(card.secret(Secret.AUTHENTICATION_PIN))

    /** What the counter of a secret really is; 0 is blocked. */
    public fun triesLeft(secret: SecretKind): Int = card.triesLeft(secret.ffi).toInt()

    /** Whether a secret counts as verified at this moment: never once a call is over. */
    public fun isUnlocked(secret: SecretKind): Boolean = card.isUnlocked(secret.ffi)

    /** How many VERIFY commands with a secret have reached the card. */
    public val verifyCount: Int get() = card.verifyCount().toInt()

    /** What reached the card so far: headers, lengths and status words, no data field. */
    public val journal: List<Exchange> get() = card.journal()

    /** The certificate on the card, DER, if it is issued. */
    public fun certificate(kind: CertificateKind): ByteArray? = when (kind) {
        CertificateKind.Signing -> card.certificate(Purpose.SIGNING)
        CertificateKind.Authentication -> card.certificate(Purpose.AUTHENTICATION)
        CertificateKind.SigningCa, CertificateKind.AuthenticationCa ->
            throw IllegalArgumentException("$kind is not the holder's certificate")
    }

    private inner class Link : CardLink {
        private var exchange = 0
        private var closed = false

        override val properties: LinkProperties get() = this@SimulatedCard.properties

        override suspend fun transceive(command: ByteArray): ByteArray {
            check(!closed) { "a command after close" }
            beforeExchange?.invoke(exchange)
            exchange += 1
            val buffer = ByteBuffer.allocateDirect(command.size)
            try {
                buffer.put(command).flip()
                return card.transmit(buffer)
            } catch (e: LinkException.Lost) {
                throw CardLostException(cause = e)
            } catch (e: LinkException.Refused) {
                throw CommandRefusedException(cause = e)
            } finally {
                buffer.clear()
                repeat(command.size) { buffer.put(0) }
            }
        }

        override suspend fun close() {
            check(!closed) { "closed twice" }
            closed = true
            taps.closed += 1
            card.leave()
        }
    }

    public companion object {
        /**
         * The card of a persona in JSON, as `core/sim/personas/schema.json` has it.
         *
         * @throws IllegalArgumentException with path and reason if it cannot be one.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromJson(json: String, properties: LinkProperties = LinkProperties(kind = LinkKind.Simulated)): SimulatedCard =
            SimulatedCard(checked { FfiCard.fromJson(json) }, properties)
    }
}

private val SecretKind.ffi: Secret
    get() = when (this) {
        SecretKind.AuthenticationPin -> Secret.AUTHENTICATION_PIN
        SecretKind.SigningPassword -> Secret.SIGNING_PASSWORD
    }
