package app.kazasu.testing

import app.kazasu.ffi.Document
import app.kazasu.ffi.Policy
import app.kazasu.ffi.Purpose
import app.kazasu.ffi.Report
import app.kazasu.ffi.RevocationPolicy
import app.kazasu.ffi.SignatureInput
import app.kazasu.ffi.Submission
import app.kazasu.ffi.TimeSource
import app.kazasu.ffi.ValidationTime
import app.kazasu.ffi.Verifier
import java.time.Instant

/** The bank's side of the tests: the test hierarchy, and revocation left alone. */
class RelyingParty(purpose: Purpose) {
    val verifier: Verifier = Verifier.test(
        purpose,
        policy(RevocationPolicy.NotChecked),
        if (purpose == Purpose.SIGNING) Personas.signingAnchors else Personas.authenticationAnchors,
    )

    fun policy(revocation: RevocationPolicy) = Policy(
        revocation = revocation,
        signedAttributesRequired = true,
        longerHashes = true,
        bareHash = false,
        clockSkewSeconds = 0u,
    )

    fun check(document: ByteArray, signature: SignatureInput): Report =
        verifier.check(submission(document, signature), TIME)

    companion object {
        val TIME = ValidationTime(Instant.parse("2026-04-01T00:00:00Z").epochSecond, TimeSource.GIVEN)

        fun submission(document: ByteArray, signature: SignatureInput) =
            Submission(Document.Bytes(document), signature, emptyList())
    }
}
