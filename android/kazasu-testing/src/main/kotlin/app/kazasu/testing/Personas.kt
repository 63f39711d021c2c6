package app.kazasu.testing

import app.kazasu.testing.ffi.Purpose
import app.kazasu.testing.ffi.SimException
import app.kazasu.testing.ffi.personaNames
import app.kazasu.testing.ffi.testAnchors

/** The deck of simulated card holders (docs/personas.md). All are invented. */
public object Personas {
    /** Their names, as [SimulatedCard] takes them. */
    @JvmStatic
    public val names: List<String> by lazy { personaNames() }

    /** The CA certificates of the test hierarchy, DER: the anchors of a verifier for signing certificates. */
    @JvmStatic
    public val signingAnchors: List<ByteArray> get() = checked { testAnchors(Purpose.SIGNING) }

    /** The same for authentication certificates. */
    @JvmStatic
    public val authenticationAnchors: List<ByteArray> get() = checked { testAnchors(Purpose.AUTHENTICATION) }
}

internal inline fun <R> checked(make: () -> R): R =
    try {
        make()
    } catch (e: SimException) {
        throw IllegalArgumentException(
            when (e) {
                is SimException.UnknownPersona -> "no persona is called ${e.name}"
                is SimException.Persona -> e.reason
            },
            e,
        )
    }
