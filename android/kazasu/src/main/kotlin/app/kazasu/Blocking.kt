package app.kazasu

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.dropWhile
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

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
    override val device: Any get() = channel

    override suspend fun awaitCard(reason: TapReason): CardLink {
        var link: BlockingCardLink? = null
        try {
            runInterruptible(Dispatchers.IO) { link = channel.awaitCard(reason) }
            return SuspendingLink(checkNotNull(link))
        } catch (e: Throwable) {
            // A card may come in the moment of the cancellation.
            withContext(NonCancellable + Dispatchers.IO) { link?.close() }
            throw e
        }
    }
}

private class SuspendingLink(private val link: BlockingCardLink) : CardLink {
    override val properties: LinkProperties get() = link.properties

    override suspend fun transceive(command: ByteArray): ByteArray =
        runInterruptible(Dispatchers.IO) { link.transceive(command) }

    override suspend fun close() = runInterruptible(Dispatchers.IO) { link.close() }
}

/** Takes the events of [Kazasu.progress]. */
public fun interface ProgressListener {
    /**
     * Where the call stands. Comes on the thread of the call, which waits meanwhile. An exception is passed over, as one of a
     * [TraceSink] is; an [Error] is thrown in place of the outcome once the call is over.
     */
    public fun onProgress(progress: Progress)
}

/**
 * [Kazasu] for Java callers: the same calls, which block. Not for the main thread of an app.
 *
 * Interrupting the thread cancels the call: the card is closed first, then a [KazasuCancellationException] says whether a try
 * may have been spent, and the thread is interrupted still. The same holds for a thread that was interrupted before the call
 * began. An interrupt that comes too late to cancel anything takes no outcome away. [InterruptedException] itself would be for a
 * call that did not begin; nothing was sent.
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

    /** Is told of what happens in the coming calls; `null` for nobody. */
    @Volatile
    public var progressListener: ProgressListener? = null

    private fun <R> call(call: suspend () -> R): R {
        var ended: Result<R>? = null
        var broken: Error? = null
        try {
            runBlocking {
                val told = progressListener?.let { listener ->
                    // Before the call begins, so that no event is missed; what is kept of the call before is not told. No child
                    // of the call, whose cancellation it outlives.
                    launch(Job(), CoroutineStart.UNDISPATCHED) {
                        kazasu.progress.dropWhile { it !is Progress.AwaitingCard }.collect { progress ->
                            try {
                                listener.onProgress(progress)
                            } catch (_: InterruptedException) {
                                Thread.currentThread().interrupt()
                            } catch (_: Exception) {
                                // A display that fails is no reason to leave a card.
                            } catch (e: Error) {
                                broken = broken ?: e
                            }
                        }
                    }
                }
                ended = runCatching { call() }
                if (told != null) {
                    // A call that was quick has left events to tell.
                    withContext(NonCancellable) { yield() }
                    told.cancel()
                }
            }
        } catch (e: InterruptedException) {
            // It hides what the call came to, which says more.
            if (ended == null) throw e
            Thread.currentThread().interrupt()
        }
        val value = checkNotNull(ended).getOrThrow()
        broken?.let { throw it }
        return value
    }

    /** See [Kazasu.openAccount]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun openAccount(
        document: ByteArray,
        password: SigningPassword,
        consent: LastTryConsent? = null,
    ): Outcome<Signed> = call { kazasu.openAccount(document, password, consent) }

    /** See [Kazasu.sign]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun sign(
        documents: List<Document>,
        password: SigningPassword,
        consent: LastTryConsent? = null,
        knownCertificate: ByteArray? = null,
    ): Outcome<Signed> = call { kazasu.sign(documents, password, consent, knownCertificate) }

    /** See [Kazasu.authenticate]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun authenticate(
        challenge: ByteArray,
        pin: AuthenticationPin,
        consent: LastTryConsent? = null,
        knownCertificate: ByteArray? = null,
    ): Outcome<Authenticated> = call { kazasu.authenticate(challenge, pin, consent, knownCertificate) }

    /** See [Kazasu.authenticateDigest]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun authenticateDigest(
        algorithm: HashAlgorithm,
        digest: ByteArray,
        pin: AuthenticationPin,
        consent: LastTryConsent? = null,
        knownCertificate: ByteArray? = null,
    ): Outcome<Authenticated> = call { kazasu.authenticateDigest(algorithm, digest, pin, consent, knownCertificate) }

    /** See [Kazasu.readCertificate]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun readCertificate(password: SigningPassword, consent: LastTryConsent? = null): Outcome<CardCertificate> =
        call { kazasu.readCertificate(password, consent) }

    /** See [Kazasu.readAuthenticationCertificate]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun readAuthenticationCertificate(
        pin: AuthenticationPin? = null,
        consent: LastTryConsent? = null,
    ): Outcome<CardCertificate> = call { kazasu.readAuthenticationCertificate(pin, consent) }

    /** See [Kazasu.readCaCertificate]. */
    @Throws(ChannelException::class, InterruptedException::class)
    public fun readCaCertificate(kind: CertificateKind): Outcome<CardCertificate> =
        call { kazasu.readCaCertificate(kind) }

    /** See [Kazasu.remainingTries]. */
    @Throws(ChannelException::class, InterruptedException::class)
    public fun remainingTries(): Outcome<TriesReport> = call { kazasu.remainingTries() }

    /** See [Kazasu.cardInfo]. */
    @Throws(ChannelException::class, InterruptedException::class)
    public fun cardInfo(): Outcome<CardInfo> = call { kazasu.cardInfo() }

    /** See [Kazasu.changePin]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun changePin(
        present: AuthenticationPin,
        new: AuthenticationPin,
        consent: LastTryConsent? = null,
    ): Outcome<SecretKind> = call { kazasu.changePin(present, new, consent) }

    /** See [Kazasu.changePassword]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun changePassword(
        present: SigningPassword,
        new: SigningPassword,
        consent: LastTryConsent? = null,
    ): Outcome<SecretKind> = call { kazasu.changePassword(present, new, consent) }

    /** See [NeedTap.resume]. */
    @Throws(ChannelException::class, InterruptedException::class)
    public fun <T> resume(needed: NeedTap<T>): Outcome<T> = call { needed.resume() }

    /** See [NeedSecret.resume]. */
    @JvmOverloads
    @Throws(ChannelException::class, InterruptedException::class)
    public fun <T> resume(needed: NeedSecret<T>, secret: Secret, consent: LastTryConsent? = null): Outcome<T> =
        call { needed.resume(secret, consent) }
}
