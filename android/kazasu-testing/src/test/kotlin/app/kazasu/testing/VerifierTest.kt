package app.kazasu.testing

import app.kazasu.Done
import app.kazasu.Kazasu
import app.kazasu.Signed
import app.kazasu.ffi.AnchorSource
import app.kazasu.ffi.CertIdHash
import app.kazasu.ffi.CrlMark
import app.kazasu.ffi.CrlScope
import app.kazasu.ffi.Document
import app.kazasu.ffi.Environment
import app.kazasu.ffi.EvidenceException
import app.kazasu.ffi.EvidenceRecord
import app.kazasu.ffi.EvidenceSources
import app.kazasu.ffi.Fetch
import app.kazasu.ffi.HashAlgorithm
import app.kazasu.ffi.InputException
import app.kazasu.ffi.Policy
import app.kazasu.ffi.Purpose
import app.kazasu.ffi.ReplayInputs
import app.kazasu.ffi.Retention
import app.kazasu.ffi.RevocationPolicy
import app.kazasu.ffi.SignatureInput
import app.kazasu.ffi.Submission
import app.kazasu.ffi.TimeSource
import app.kazasu.ffi.ValidationTime
import app.kazasu.ffi.Verdict
import app.kazasu.ffi.Verifier
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import java.nio.ByteBuffer
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** The relying party's side, as a server on a JVM uses it. */
class VerifierTest {
    private val party = RelyingParty(Purpose.SIGNING)

    private suspend fun signature(): SignatureInput.Raw {
        val card = SimulatedCard("ichiro")
        val signed = assertIs<Done<Signed>>(Kazasu(card).openAccount(Flow.DOCUMENT, card.password())).value
        return SignatureInput.Raw(signed.certificate.der, signed.signature.bytes)
    }

    @Test
    fun `another document is rejected, and no attribute is told`() = runTest {
        val report = party.check("another".toByteArray(), signature())
        assertEquals(Verdict.REJECTED, report.verdict())
        assertEquals("bad_signature", report.codes().first())
        assertNull(report.attributes())
        assertTrue(report.checks().any { it.check == "signature" && it.error == "bad_signature" })
        assertTrue(!report.toString().contains("甲野"))
    }

    @Test
    fun `production anchors do not take invented people`() = runTest {
        val policy = party.policy(RevocationPolicy.NotChecked)
        val production = Verifier.production(Purpose.SIGNING, policy)
        val report = production.check(RelyingParty.submission(Flow.DOCUMENT, signature()), RelyingParty.TIME)
        assertEquals(Verdict.REJECTED, report.verdict())
        assertFailsWith<InputException.Anchors> { Verifier.test(Purpose.SIGNING, policy, emptyList()) }
        val early = policy.copy(clockSkewSeconds = 301u)
        assertFailsWith<InputException.ClockSkew> { Verifier.test(Purpose.SIGNING, early, Personas.signingAnchors) }
    }

    @Test
    fun `what is needed about revocation is told`() = runTest {
        val required = RevocationPolicy.Required(CrlScope.PARTITION, 1800u, ocspNonceRequired = true, rejectUnknownStatus = false)
        val strict = Verifier.test(Purpose.SIGNING, party.policy(required), Personas.signingAnchors)
        val submission = RelyingParty.submission(Flow.DOCUMENT, signature())
        assertEquals(Verdict.INDETERMINATE, strict.check(submission, RelyingParty.TIME).verdict())
        fun sources(nonce: Int) =
            EvidenceSources(crl = true, ocsp = true, "http://ocsp.example/", ByteArray(nonce), CertIdHash.SHA1)
        val fetches = strict.fetches(submission, RelyingParty.TIME, sources(32))
        assertEquals(2, fetches.size)
        assertIs<Fetch.Crl>(fetches[0])
        assertEquals("http://ocsp.example/", assertIs<Fetch.Ocsp>(fetches[1]).url)
        assertFailsWith<InputException.NonceLength> { strict.fetches(submission, RelyingParty.TIME, sources(8)) }
    }

    @Test
    fun `a record is checked again years later, and a changed one is not taken`() = runTest {
        val submission = RelyingParty.submission(Flow.DOCUMENT, signature())
        val everything = Retention(document = true, signature = true, certificate = true, revocation = true, attributes = true)
        val record = EvidenceRecord.ofCheck(party.verifier, submission, RelyingParty.TIME, everything)
        val read = EvidenceRecord.fromJson(record.json())
        val replay = read.replay(ReplayInputs(testAnchors = Personas.signingAnchors))
        assertEquals(Verdict.ACCEPTED, replay.verdict)
        assertEquals(Environment.TEST to AnchorSource.GIVEN, replay.environment to replay.anchors)
        assertEquals(party.policy(RevocationPolicy.NotChecked) to "not_checked", replay.policy to replay.revocation)
        val withoutAnchors = read.replay(ReplayInputs())
        assertEquals(Verdict.INDETERMINATE to AnchorSource.UNAVAILABLE, withoutAnchors.verdict to withoutAnchors.anchors)
        val tampered = record.json().replace("accepted", "rejected")
        assertFailsWith<EvidenceException.Tampered> { EvidenceRecord.fromJson(tampered) }
        assertFailsWith<EvidenceException.Encoding> { EvidenceRecord.fromJson("{}") }

        val hashes = Retention(document = false, signature = false, certificate = false, revocation = false, attributes = false)
        val second = EvidenceRecord.ofCheck(party.verifier, submission, RelyingParty.TIME, hashes).following(record)
        second.checkFollows(record)
        assertFailsWith<EvidenceException.Chain> { record.checkFollows(second) }
        assertEquals(Verdict.INDETERMINATE, second.replay(ReplayInputs()).verdict)

        val key = ByteBuffer.allocateDirect(32)
        val sealed = second.sealedBy("operator", key)
        sealed.checkSeal("operator", key)
        assertFailsWith<EvidenceException.Seal> { second.checkSeal("operator", key) }
    }

    @Test
    fun `input that no question can be made of is an error with its numbers`() = runTest {
        val submission = Submission(Document.Digest(HashAlgorithm.SHA256, ByteArray(20)), signature(), emptyList())
        val refused = assertFailsWith<InputException.DigestLength> { party.verifier.check(submission, RelyingParty.TIME) }
        assertEquals(32u to 20u, refused.expected to refused.got)
        val inMilliseconds = ValidationTime(RelyingParty.TIME.at * 1000, TimeSource.CLOCK)
        val good = RelyingParty.submission(Flow.DOCUMENT, signature())
        assertFailsWith<InputException.Time> { party.verifier.check(good, inMilliseconds) }
        val seen = good.copy(seenCrl = CrlMark(RelyingParty.TIME.at, "-1"))
        assertFailsWith<InputException.CrlNumber> { party.verifier.check(seen, RelyingParty.TIME) }
    }
}
