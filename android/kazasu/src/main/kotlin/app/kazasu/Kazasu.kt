package app.kazasu

import app.kazasu.ffi.Request
import app.kazasu.ffi.ToBeSigned
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.asSharedFlow

/**
 * JPKI over one [CardChannel].
 *
 * ```
 * val jpki = Kazasu(NfcChannel(activity))            // SimulatedCard("ichiro") in tests
 * when (val r = jpki.openAccount(document, password)) {
 *     is Done -> bank.submit(r.value)
 *     is WrongSecret -> ask(r.remaining)
 *     is NeedConsent -> askWhetherToRiskIt(r.remaining)
 *     is Blocked -> show(r.whoCanUnblock)
 *     is NeedTap -> show(r.reason)                   // r.resume(); nothing is spent
 *     is NeedSecret -> askAgain()                    // r.resume(password)
 *     is NotDone -> show(r.message.japanese)
 * }
 * ```
 *
 * **A wrong secret spends a try**, and a card without tries is unblocked at the municipal office only. So a call reads the
 * remaining tries first, stops before the last one without a [LastTryConsent], and sends one secret at most once.
 *
 * Every call may be cancelled at any point: the card is closed first, then a [KazasuCancellationException] says whether a try
 * may have been spent. One call at a time for each [device][CardChannel.device]; a second one is a [BusyException].
 *
 * @property channel the way to the card.
 */
public class Kazasu @JvmOverloads constructor(
    public val channel: CardChannel,
    private val options: Options = Options(),
) {
    /**
     * How to go about it.
     *
     * @property floor tries at or below which an attempt takes a [LastTryConsent]. Default: 1, the last try.
     * @property recogniseCard whether to read which card it is before the secret is sent (one exchange), so that another card
     *   on the next tap is recognised before a secret reaches it. Off means that a card lost before that ends the call.
     * @property dispatcher where the work between the exchanges is done, which is short.
     * @property trace where a record of each call goes, without a secret, a name or a certificate; `null` for none.
     */
    public data class Options @JvmOverloads constructor(
        val floor: Int = 1,
        val recogniseCard: Boolean = true,
        val dispatcher: CoroutineDispatcher = Dispatchers.Default,
        val trace: TraceSink? = null,
    ) {
        init {
            require(floor in 0..15) { "a floor of $floor tries; a card has 15 at most" }
        }
    }

    private val events = MutableSharedFlow<Progress>(
        replay = 1,
        extraBufferCapacity = 63,
        onBufferOverflow = BufferOverflow.DROP_OLDEST,
    )

    private val work = Work(channel, options, events)

    /**
     * Where the call under way stands; the newest first for a late collector, which is [Progress.CardFree] between two calls.
     * Never delays the card.
     */
    public val progress: Flow<Progress> = events.asSharedFlow()

    /**
     * Account opening: the customer's signature over [document] and the signing certificate, in one tap.
     *
     * @param document what is signed, for instance the application with the bank's nonce. Only its SHA-256 goes to the card.
     * @param password used by this call, and gone afterwards. If no card comes at all it is still there.
     * @param consent to the last try, if the user has given it.
     */
    @JvmOverloads
    public suspend fun openAccount(
        document: ByteArray,
        password: SigningPassword,
        consent: LastTryConsent? = null,
    ): Outcome<Signed> = sign(listOf(Document.of(document)), password, consent)

    /**
     * Signs several documents with one entry of the password, in order.
     *
     * @param knownCertificate the signing certificate if the caller has it, DER; it is then not read.
     */
    @JvmOverloads
    public suspend fun sign(
        documents: List<Document>,
        password: SigningPassword,
        consent: LastTryConsent? = null,
        knownCertificate: ByteArray? = null,
    ): Outcome<Signed> {
        require(documents.isNotEmpty()) { "there is nothing to sign" }
        return work.run(listOf(password), consent, Values::signed) { lastTry ->
            Request.Sign(documents.map(::toBeSigned), password.ffi, lastTry, knownCertificate)
        }
    }

    /**
     * Signs a relying party's challenge with the authentication key.
     *
     * @param challenge as the relying party framed it. Only its SHA-256 goes to the card.
     * @param knownCertificate the authentication certificate if the caller has it, DER: it is then not read, and a card that
     *   carries another one is refused before the PIN is sent.
     */
    @JvmOverloads
    public suspend fun authenticate(
        challenge: ByteArray,
        pin: AuthenticationPin,
        consent: LastTryConsent? = null,
        knownCertificate: ByteArray? = null,
    ): Outcome<Authenticated> = authenticateDigest(
        HashAlgorithm.Sha256,
        HashAlgorithm.Sha256.digest(challenge),
        pin,
        consent,
        knownCertificate,
    )

    /** The same for a challenge whose digest is known. */
    @JvmOverloads
    public suspend fun authenticateDigest(
        algorithm: HashAlgorithm,
        digest: ByteArray,
        pin: AuthenticationPin,
        consent: LastTryConsent? = null,
        knownCertificate: ByteArray? = null,
    ): Outcome<Authenticated> {
        val challenge = Document.ofDigest(algorithm, digest)
        return work.run(listOf(pin), consent, Values::authenticated) { lastTry ->
            Request.Authenticate(challenge.algorithm.ffi, challenge.digest, pin.ffi, lastTry, knownCertificate)
        }
    }

    /** Reads the signing certificate, which takes the password. */
    @JvmOverloads
    public suspend fun readCertificate(
        password: SigningPassword,
        consent: LastTryConsent? = null,
    ): Outcome<CardCertificate> =
        work.run(listOf(password), consent, Values::certificate) { Request.ReadSigningCertificate(password.ffi, it) }

    /**
     * Reads the authentication certificate. A card gives it freely; a phone wants the PIN first, and without one the outcome
     * is [Problem.PinNeeded].
     */
    @JvmOverloads
    public suspend fun readAuthenticationCertificate(
        pin: AuthenticationPin? = null,
        consent: LastTryConsent? = null,
    ): Outcome<CardCertificate> =
        work.run(listOfNotNull(pin), consent, Values::certificate) {
            Request.ReadAuthenticationCertificate(pin?.ffi, it)
        }

    /**
     * Reads one of the two CA certificates on the card. They are data, never anchors.
     *
     * @param kind [CertificateKind.SigningCa] or [CertificateKind.AuthenticationCa].
     */
    public suspend fun readCaCertificate(kind: CertificateKind): Outcome<CardCertificate> {
        val request = when (kind) {
            CertificateKind.SigningCa -> Request.ReadSigningCaCertificate
            CertificateKind.AuthenticationCa -> Request.ReadAuthenticationCaCertificate
            else -> throw IllegalArgumentException("$kind is no CA certificate")
        }
        return work.run(emptyList(), null, Values::certificate) { request }
    }

    /** Reads the remaining tries of both secrets; costs none. */
    public suspend fun remainingTries(): Outcome<TriesReport> =
        work.run(emptyList(), null, Values::tries) { Request.RemainingTries }

    /** Reads what kind of card it is and which certificates it says it has; needs no secret. */
    public suspend fun cardInfo(): Outcome<CardInfo> = work.run(emptyList(), null, Values::cardInfo) { Request.CardInfo }

    /** Replaces the authentication PIN. A link lost at the wrong moment is [Problem.ChangeOutcomeUnknown]. */
    @JvmOverloads
    public suspend fun changePin(
        present: AuthenticationPin,
        new: AuthenticationPin,
        consent: LastTryConsent? = null,
    ): Outcome<SecretKind> =
        work.run(listOf(present, new), consent, Values::changed) {
            Request.ChangeAuthenticationPin(present.ffi, new.ffi, it)
        }

    /** Replaces the signing password. A link lost at the wrong moment is [Problem.ChangeOutcomeUnknown]. */
    @JvmOverloads
    public suspend fun changePassword(
        present: SigningPassword,
        new: SigningPassword,
        consent: LastTryConsent? = null,
    ): Outcome<SecretKind> =
        work.run(listOf(present, new), consent, Values::changed) {
            Request.ChangeSigningPassword(present.ffi, new.ffi, it)
        }

    private fun toBeSigned(document: Document): ToBeSigned {
        val cms = document.cms ?: return ToBeSigned.Digest(document.algorithm.ffi, document.digest)
        return ToBeSigned.DetachedCms(document.algorithm.ffi, document.digest, cms.signingTime?.epochSecond)
    }
}
