package app.kazasu

import app.kazasu.ffi.CardResult
import app.kazasu.ffi.CardSession
import app.kazasu.ffi.Request
import app.kazasu.ffi.RequestException
import kotlinx.coroutines.flow.MutableSharedFlow
import java.util.Collections
import java.util.IdentityHashMap
import java.util.concurrent.atomic.AtomicReference
import app.kazasu.ffi.Options as FfiOptions

/** The calls of one [Kazasu], one at a time. */
internal class Work(
    val channel: CardChannel,
    val options: Kazasu.Options,
    val events: MutableSharedFlow<Progress>,
) {
    /** The one that waits for a tap. The next call gives it up, so that its secret does not linger. */
    val pending = AtomicReference<Session<*>?>()

    suspend fun <T> run(
        secrets: List<Secret>,
        consent: LastTryConsent?,
        value: (CardResult, TriesReport) -> T?,
        request: (Boolean) -> Request,
    ): Outcome<T> {
        secrets.forEach(Secret::requirePresent)
        consent?.requireUnused()
        return exclusively {
            pending.getAndSet(null)?.abandon()
            Session(this, secrets.firstOrNull()?.kind, value) { link ->
                consent?.use()
                open(request(consent != null), link)
            }.first()
        }
    }

    private fun open(request: Request, link: LinkProperties): CardSession {
        val options = FfiOptions(
            recogniseCard = options.recogniseCard,
            extendedLength = link.extendedLength,
            applicationSelected = link.applicationSelected,
            floor = options.floor.toUByte(),
            channel = link.kind.ffi,
        )
        try {
            return CardSession(request, options)
        } catch (e: RequestException) {
            throw when (e) {
                is RequestException.SecretGone -> SecretGoneException(e.secret.toApi())
                is RequestException.DigestLength -> IllegalArgumentException("digest of a wrong length", e)
                is RequestException.KnownCertificate -> IllegalArgumentException("known certificate: ${e.reason}", e)
            }
        }
    }

    /** Runs [block] unless something else runs on the same device, through whichever channel and [Kazasu]. */
    suspend fun <R> exclusively(block: suspend () -> R): R {
        val device = channel.device
        if (!busy.add(device)) throw BusyException()
        try {
            return block()
        } finally {
            busy.remove(device)
        }
    }

    private companion object {
        val busy: MutableSet<Any> = Collections.synchronizedSet(Collections.newSetFromMap(IdentityHashMap()))
    }
}
