package app.kazasu

import java.security.MessageDigest
import java.time.Instant

/** A hash function that signatures are made with. SHA-1 is none. */
public enum class HashAlgorithm(internal val jca: String, internal val length: Int) {
    /** What to use unless there is a reason. */
    Sha256("SHA-256", 32),

    /** 48 bytes. */
    Sha384("SHA-384", 48),

    /** 64 bytes. */
    Sha512("SHA-512", 64),
    ;

    /** The digest of [data]. */
    public fun digest(data: ByteArray): ByteArray = MessageDigest.getInstance(jca).digest(data)
}

/** One thing to sign. Only its digest goes to the card. */
public class Document private constructor(
    internal val algorithm: HashAlgorithm,
    internal val digest: ByteArray,
    internal val cms: Cms?,
) {
    internal class Cms(val signingTime: Instant?)

    init {
        require(digest.size == algorithm.length) {
            "a digest of ${digest.size} bytes where ${algorithm.length} belong"
        }
    }

    public companion object {
        /** Signs [bytes]; the result is the bare signature of the card (RSASSA-PKCS1-v1_5). */
        @JvmStatic
        @JvmOverloads
        public fun of(bytes: ByteArray, algorithm: HashAlgorithm = HashAlgorithm.Sha256): Document =
            Document(algorithm, algorithm.digest(bytes), null)

        /** The same for a document whose digest is known. */
        @JvmStatic
        public fun ofDigest(algorithm: HashAlgorithm, digest: ByteArray): Document =
            Document(algorithm, digest.clone(), null)

        /**
         * Signs [bytes] as a detached CMS SignedData (RFC 5652), which names the certificate and carries it along.
         *
         * @param signingTime the signer's claim of the time, if one shall stand in it. It proves nothing.
         */
        @JvmStatic
        @JvmOverloads
        public fun cms(
            bytes: ByteArray,
            signingTime: Instant? = null,
            algorithm: HashAlgorithm = HashAlgorithm.Sha256,
        ): Document = Document(algorithm, algorithm.digest(bytes), Cms(signingTime))

        /** The same for a document whose digest is known. */
        @JvmStatic
        @JvmOverloads
        public fun cmsOfDigest(
            algorithm: HashAlgorithm,
            digest: ByteArray,
            signingTime: Instant? = null,
        ): Document = Document(algorithm, digest.clone(), Cms(signingTime))
    }
}

/** One of the four certificates of the JPKI application. */
public enum class CertificateKind {
    /** 署名用電子証明書. */
    Signing,

    /** Certificate of the CA that issued the signing certificate. Data, never an anchor. */
    SigningCa,

    /** 利用者証明用電子証明書. */
    Authentication,

    /** Certificate of the CA that issued the authentication certificate. */
    AuthenticationCa,
}

/** A certificate as it stands on the card. Not judged: that is the relying party's work. `toString` shows nothing of it. */
public class CardCertificate internal constructor(
    /** Which one. */
    public val kind: CertificateKind,
    /** Exactly the DER. A signing certificate holds name, address, date of birth and sex. */
    public val der: ByteArray,
) {
    override fun toString(): String = "CardCertificate($kind, ${der.size} bytes)"
}

/** One signature of the card, checked against the key in its certificate. */
public class Signature internal constructor(
    /** The hash function. */
    public val algorithm: HashAlgorithm,
    /** The digest under the signature: of the document, or of the CMS signed attributes. */
    public val digest: ByteArray,
    /** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2), as long as the modulus. */
    public val bytes: ByteArray,
    /** The detached CMS SignedData in DER, if one was asked for. It holds the certificate. */
    public val cms: ByteArray?,
) {
    override fun toString(): String = "Signature($algorithm, ${bytes.size} bytes)"
}

/** Signatures by the signing key, with the certificate that the relying party still has to validate. */
public class Signed internal constructor(
    /** The signing certificate. */
    public val certificate: CardCertificate,
    /** One per document, in order. */
    public val signatures: List<Signature>,
) {
    /** The first signature: the only one of [Kazasu.openAccount]. */
    public val signature: Signature get() = signatures.first()

    override fun toString(): String = "Signed($signatures)"
}

/** A signature by the authentication key, with the certificate that the relying party still has to validate. */
public class Authenticated internal constructor(
    /** The authentication certificate. */
    public val certificate: CardCertificate,
    /** Over the challenge. */
    public val signature: Signature,
) {
    override fun toString(): String = "Authenticated($signature)"
}

/** What the card says about itself without a secret. */
public data class CardInfo internal constructor(
    /** Kind of token. */
    val kind: TokenKind,
    /** The token label. */
    val label: String,
    /** Whether the signing certificate is issued; `null` where the card has no such file. A hint, no proof. */
    val signingIssued: Boolean?,
    /** Whether the authentication certificate is issued, likewise. */
    val authenticationIssued: Boolean?,
)

/** What kind of token answers. */
public enum class TokenKind {
    /** The My Number Card. */
    MyNumberCard,

    /** The older resident register card. */
    JukiCard,

    /** An Android phone. */
    AndroidPhone,

    /** An iPhone. */
    IPhone,

    /** None of these. */
    Other,
}
