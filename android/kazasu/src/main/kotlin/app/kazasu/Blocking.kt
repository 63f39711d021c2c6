package app.kazasu

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible

/** A [CardChannel] for Java and for code without coroutines: its methods block. */
public interface BlockingCardChannel {
    /**
     * Blocks until a card is at the reader. Interrupted when the caller gives up.
     *
     * @throws ChannelException if no card can come.
     */
    @Throws(ChannelException::class, InterruptedException::class)
    public fun awaitCard(reason: TapReason): BlockingCardLink
}

/** A [CardLink] for Java and for code without coroutines: its methods block. */
public interface BlockingCardLink {
    /** What the link can carry. */
    public val properties: LinkProperties

    /**
     * Sends one command APDU and returns the response APDU; see [CardLink.transceive].
     *
     * @throws CardLostException if the card left or the link failed.
     * @throws CommandRefusedException if not one byte of the command was sent.
     */
    @Throws(ChannelException::class)
    public fun transceive(command: ByteArray): ByteArray

    /** Ends the link and takes the card's power away. Called exactly once. */
    public fun close()
}

/** This channel for coroutines; its methods run on [Dispatchers.IO]. */
public fun BlockingCardChannel.asCardChannel(): CardChannel = SuspendingChannel(this)

private class SuspendingChannel(private val channel: BlockingCardChannel) : CardChannel {
    override suspend fun awaitCard(reason: TapReason): CardLink =
        SuspendingLink(runInterruptible(Dispatchers.IO) { channel.awaitCard(reason) })
}

private class SuspendingLink(private val link: BlockingCardLink) : CardLink {
    override val properties: LinkProperties get() = link.properties

    override suspend fun transceive(command: ByteArray): ByteArray =
        runInterruptible(Dispatchers.IO) { link.transceive(command) }

    override suspend fun close() = runInterruptible(Dispatchers.IO) { link.close() }
}

/**
 * [Kazasu] for Java callers: the same calls, which block. Not for the main thread of an app.
 *
 * Interrupting the thread cancels the call: the card is closed first, then [InterruptedException] or
 * [KazasuCancellationException] is thrown.
 */
public class BlockingKazasu @JvmOverloads constructor(
    channel: CardChannel,
    options: Kazasu.Options = Kazasu.Options(),
) {
    /** The same over a channel that blocks. */
    @JvmOverloads
    public constructor(channel: BlockingCardChannel, options: Kazasu.Options = Kazasu.Options()) :
        this(channel.asCardChannel(), options)

    private val kazasu = Kazasu(channel, options)

    /** See [Kazasu.openAccount]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun openAccount(
        document: ByteArray,
        password: SigningPassword,
        consent: LastTryConsent? = null,
    ): Outcome<Signed> = runBlocking { kazasu.openAccount(document, password, consent) }

    /** See [Kazasu.sign]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun sign(
        documents: List<Document>,
        password: SigningPassword,
        consent: LastTryConsent? = null,
        knownCertificate: ByteArray? = null,
    ): Outcome<Signed> = runBlocking { kazasu.sign(documents, password, consent, knownCertificate) }

    /** See [Kazasu.authenticate]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun authenticate(
        challenge: ByteArray,
        pin: AuthenticationPin,
        consent: LastTryConsent? = null,
        knownCertificate: ByteArray? = null,
    ): Outcome<Authenticated> = runBlocking { kazasu.authenticate(challenge, pin, consent, knownCertificate) }

    /** See [Kazasu.readCertificate]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun readCertificate(password: SigningPassword, consent: LastTryConsent? = null): Outcome<CardCertificate> =
        runBlocking { kazasu.readCertificate(password, consent) }

    /** See [Kazasu.readAuthenticationCertificate]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun readAuthenticationCertificate(
        pin: AuthenticationPin? = null,
        consent: LastTryConsent? = null,
    ): Outcome<CardCertificate> = runBlocking { kazasu.readAuthenticationCertificate(pin, consent) }

    /** See [Kazasu.readCaCertificate]. */
    @Throws(ChannelException::class, InterruptedException::class)
    public fun readCaCertificate(kind: CertificateKind): Outcome<CardCertificate> =
        runBlocking { kazasu.readCaCertificate(kind) }

    /** See [Kazasu.remainingTries]. */
    @Throws(ChannelException::class, InterruptedException::class)
    public fun remainingTries(): Outcome<TriesReport> = runBlocking { kazasu.remainingTries() }

    /** See [Kazasu.cardInfo]. */
    @Throws(ChannelException::class, InterruptedException::class)
    public fun cardInfo(): Outcome<CardInfo> = runBlocking { kazasu.cardInfo() }

    /** See [Kazasu.changePin]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun changePin(
        present: AuthenticationPin,
        new: AuthenticationPin,
        consent: LastTryConsent? = null,
    ): Outcome<SecretKind> = runBlocking { kazasu.changePin(present, new, consent) }

    /** See [Kazasu.changePassword]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun changePassword(
        present: SigningPassword,
        new: SigningPassword,
        consent: LastTryConsent? = null,
    ): Outcome<SecretKind> = runBlocking { kazasu.changePassword(present, new, consent) }

    /** See [NeedTap.resume]. */
    @Throws(ChannelException::class, InterruptedException::class)
    public fun <T> resume(needed: NeedTap<T>): Outcome<T> = runBlocking { needed.resume() }

    /** See [NeedSecret.resume]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun <T> resume(needed: NeedSecret<T>, secret: Secret, consent: LastTryConsent? = null): Outcome<T> =
        runBlocking { needed.resume(secret, consent) }
}
