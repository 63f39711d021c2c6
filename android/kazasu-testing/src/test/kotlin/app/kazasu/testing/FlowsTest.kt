package app.kazasu.testing

import app.kazasu.Authenticated
import app.kazasu.CardCertificate
import app.kazasu.CardInfo
import app.kazasu.CertificateKind
import app.kazasu.Document
import app.kazasu.Done
import app.kazasu.HashAlgorithm
import app.kazasu.Kazasu
import app.kazasu.LinkProperties
import app.kazasu.Outcome
import app.kazasu.Progress
import app.kazasu.SecretKind
import app.kazasu.Signed
import app.kazasu.SigningPassword
import app.kazasu.Stage
import app.kazasu.TokenKind
import app.kazasu.Tries
import app.kazasu.WrongSecret
import app.kazasu.ffi.Purpose
import app.kazasu.ffi.SignatureInput
import app.kazasu.ffi.Verdict
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch

import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue

class FlowsTest {
    private val card = SimulatedCard("ichiro")
    private val jpki = Kazasu(card)

    private inline fun <reified T> Outcome<*>.done(): T = assertIs<T>(assertIs<Done<*>>(this).value)

    @Test
    fun `account opening gives a signature that the relying party accepts`() = runTest {
        val signed: Signed = jpki.openAccount(Flow.DOCUMENT, card.password()).done()
        val raw = SignatureInput.Raw(signed.certificate.der, signed.signature.bytes)
        val report = RelyingParty(Purpose.SIGNING).check(Flow.DOCUMENT, raw)
        assertEquals(Verdict.ACCEPTED, report.verdict(), report.codes().toString())
        assertEquals("甲野　一郎", report.attributes()?.name())
        assertContentEquals(card.certificate(CertificateKind.Signing), signed.certificate.der)
        card.assertLeft("account opening")
        assertEquals(1, card.verifyCount)
    }

    @Test
    fun `several documents take one entry of the password`() = runTest {
        val documents = HashAlgorithm.entries.map { Document.of(Flow.DOCUMENT, it) } + Document.cms(Flow.DOCUMENT)
        val signed: Signed = jpki.sign(documents, card.password()).done()
        assertEquals(4, signed.signatures.size)
        assertEquals(1, card.verifyCount)
        val party = RelyingParty(Purpose.SIGNING)
        for (signature in signed.signatures) {
            val input = signature.cms?.let { SignatureInput.Cms(it, null) }
                ?: SignatureInput.Raw(signed.certificate.der, signature.bytes)
            assertEquals(Verdict.ACCEPTED, party.check(Flow.DOCUMENT, input).verdict())
        }
    }

    @Test
    fun `a log-in gives a signature over the challenge`() = runTest {
        val authenticated: Authenticated = jpki.authenticate(Flow.DOCUMENT, card.pin()).done()
        val raw = SignatureInput.Raw(authenticated.certificate.der, authenticated.signature.bytes)
        assertEquals(Verdict.ACCEPTED, RelyingParty(Purpose.AUTHENTICATION).check(Flow.DOCUMENT, raw).verdict())
        val again: Authenticated =
            jpki.authenticate(Flow.DOCUMENT, card.pin(), knownCertificate = authenticated.certificate.der).done()
        assertContentEquals(authenticated.signature.bytes, again.signature.bytes)
    }

    @Test
    fun `certificates are read as they stand on the card`() = runTest {
        val signing: CardCertificate = jpki.readCertificate(card.password()).done()
        assertContentEquals(card.certificate(CertificateKind.Signing), signing.der)
        val authentication: CardCertificate = jpki.readAuthenticationCertificate().done()
        assertContentEquals(card.certificate(CertificateKind.Authentication), authentication.der)
        val ca: CardCertificate = jpki.readCaCertificate(CertificateKind.SigningCa).done()
        assertTrue(Personas.signingAnchors.any { it.contentEquals(ca.der) })
        assertEquals(1, card.verifyCount)
    }

    @Test
    fun `tries and card information take no secret`() = runTest {
        val tries = assertIs<Done<*>>(jpki.remainingTries())
        assertEquals(Tries.Remaining(3), tries.tries.authenticationPin)
        assertEquals(Tries.Remaining(5), tries.tries.of(SecretKind.SigningPassword))
        val info: CardInfo = jpki.cardInfo().done()
        assertEquals(TokenKind.MyNumberCard, info.kind)
        assertEquals(true, info.signingIssued)
        assertEquals(0, card.verifyCount)
    }

    @Test
    fun `a changed secret is in force`() = runTest {
        val new = "NEWPASS99"
        val changed = jpki.changePassword(card.password(), SigningPassword(new.toCharArray()))
        assertEquals(SecretKind.SigningPassword, changed.done<SecretKind>())
        assertIs<WrongSecret>(jpki.openAccount(Flow.DOCUMENT, card.password()))
        jpki.openAccount(Flow.DOCUMENT, SigningPassword(new.toCharArray())).done<Signed>()
    }

    @Test
    fun `a wrong secret tells how many tries remain`() = runTest {
        val outcome = assertIs<WrongSecret>(jpki.openAccount(Flow.DOCUMENT, Flow.wrongPassword()))
        assertEquals(4, outcome.remaining)
        assertEquals(4, card.triesLeft(SecretKind.SigningPassword))
        card.assertLeft("wrong password")
    }

    @Test
    fun `progress tells each stage, and how much is left`() = runTest {
        val seen = mutableListOf<Progress>()
        val collector = launch(Dispatchers.Unconfined) { jpki.progress.toList(seen) }
        jpki.openAccount(Flow.DOCUMENT, card.password()).done<Signed>()
        collector.cancel()
        val work = seen.filterIsInstance<Progress.Working>()
        assertIs<Progress.AwaitingCard>(seen.first())
        assertEquals(Progress.CardFree, seen.last())
        assertEquals(1..work.size, work.first().exchange..work.last().exchange)
        assertTrue(work.any { it.stage == Stage.Verifying(SecretKind.SigningPassword) })
        assertTrue(work.any { it.stage == Stage.Signing(1, 1) })
        assertEquals(Stage.Leaving, work.last().stage)
        assertEquals(1, work.last().left.exchanges)
        assertTrue(work.zipWithNext().all { (one, next) -> next.left.milliseconds < one.left.milliseconds })
    }

    @Test
    fun `a trace of a call holds neither secret nor name nor certificate`() = runTest {
        val lines = StringBuilder()
        val traced = Kazasu(card, Kazasu.Options(trace = lines::append))
        traced.openAccount(Flow.DOCUMENT, card.password()).done<Signed>()
        val text = lines.toString()
        assertTrue(text.lines().first().contains("kazasu-trace"), text)
        assertEquals(card.journal.size, text.lines().count { it.contains("\"event\":\"command\"") }, text)
        assertTrue(text.trim().lines().last().contains("\"event\":\"outcome\""), text)
        for (secret in listOf("KAZASU2026", "4b415a41535532303236", "甲野")) {
            assertTrue(!text.contains(secret, ignoreCase = true), "$secret in the trace")
        }
    }

    @Test
    fun `the callers in Java are compiled among the tests`() {
        assertEquals("JavaCallerTest", Class.forName("app.kazasu.testing.JavaCallerTest").simpleName)
    }

    @Test
    fun `an old channel gets no long command`() = runTest {
        val old = SimulatedCard("ichiro", LinkProperties(maxCommandLength = 261, extendedLength = false))
        Kazasu(old).openAccount(Flow.DOCUMENT, old.password()).done<Signed>()
        assertTrue(old.journal.all { (it.le ?: 0u) <= 256u }, old.journal.toString())
        old.assertLeft("an old channel")
    }
}
