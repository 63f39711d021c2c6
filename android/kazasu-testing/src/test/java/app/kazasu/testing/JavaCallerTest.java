package app.kazasu.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import app.kazasu.BlockingCardChannel;
import app.kazasu.BlockingCardLink;
import app.kazasu.BlockingKazasu;
import app.kazasu.BusyException;
import app.kazasu.CardLink;
import app.kazasu.CardLostException;
import app.kazasu.Done;
import app.kazasu.HashAlgorithm;
import app.kazasu.KazasuCancellationException;
import app.kazasu.LinkProperties;
import app.kazasu.NeedTap;
import app.kazasu.Outcome;
import app.kazasu.Progress;
import app.kazasu.SecretFormatException;
import app.kazasu.SecretKind;
import app.kazasu.Signed;
import app.kazasu.SigningPassword;
import app.kazasu.TrySpent;
import app.kazasu.WrongSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import org.junit.jupiter.api.Test;

/** What a caller in Java writes. */
class JavaCallerTest {
    private static final byte[] DOCUMENT = "document".getBytes();

    @Test
    void accountOpening() throws Exception {
        SimulatedCard card = new SimulatedCard("ichiro");
        Outcome<Signed> outcome = new BlockingKazasu(card).openAccount(DOCUMENT, card.password());
        Done<?> done = assertInstanceOf(Done.class, outcome);
        Signed signed = assertInstanceOf(Signed.class, done.getValue());
        assertEquals(256, signed.getSignature().getBytes().length);
    }

    @Test
    void aWrongPasswordAndOneThatCannotBe() throws Exception {
        SimulatedCard card = new SimulatedCard("ichiro");
        SigningPassword wrong = new SigningPassword("WRONG0000".toCharArray());
        Outcome<Signed> outcome = new BlockingKazasu(card).openAccount(DOCUMENT, wrong);
        assertEquals(4, assertInstanceOf(WrongSecret.class, outcome).getRemaining());
        assertThrows(SecretFormatException.class, () -> new SigningPassword("wrong".toCharArray()));
    }

    @Test
    void aLostCardIsResumed() throws Exception {
        FlakyCard card = new FlakyCard(2, false);
        BlockingKazasu jpki = new BlockingKazasu(card);
        Outcome<Signed> outcome = jpki.openAccount(DOCUMENT, card.password());
        NeedTap<?> lost = assertInstanceOf(NeedTap.class, outcome);
        assertInstanceOf(Done.class, jpki.resume(lost));
    }

    @Test
    void aChannelOfJavaOwnMaking() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        BlockingCardChannel channel = reason -> new BlockingCardLink() {
            @Override
            public LinkProperties getProperties() {
                return new LinkProperties();
            }

            @Override
            public byte[] transceive(byte[] command) throws CardLostException {
                throw new CardLostException();
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        assertInstanceOf(NeedTap.class, new BlockingKazasu(channel).remainingTries());
        assertEquals(1, closed.get());
    }

    /** Calls on a thread of its own, and interrupts that when {@code when} says so. */
    private static Throwable interrupted(CountDownLatch when, ThrowingCall call) throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean still = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            try {
                call.run();
            } catch (Throwable e) {
                thrown.set(e);
                still.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        assertTrue(when.await(10, TimeUnit.SECONDS));
        caller.interrupt();
        caller.join(10_000);
        assertFalse(caller.isAlive());
        assertTrue(still.get(), "the thread is interrupted still");
        return thrown.get();
    }

    private interface ThrowingCall {
        void run() throws Exception;
    }

    /** A simulated card that takes its time at VERIFY. */
    private static BlockingCardChannel slow(SimulatedCard card, CountDownLatch atVerify, AtomicInteger closed) {
        return reason -> {
            CardLink link = within(continuation -> card.awaitCard(reason, continuation));
            return new BlockingCardLink() {
                @Override
                public LinkProperties getProperties() {
                    return link.getProperties();
                }

                @Override
                public byte[] transceive(byte[] command) {
                    byte[] answer = within(continuation -> link.transceive(command, continuation));
                    if (command[1] == 0x20 && command.length > 5) {
                        atVerify.countDown();
                        LockSupport.parkNanos(300_000_000);
                    }
                    return answer;
                }

                @Override
                public void close() {
                    within(link::close);
                    closed.incrementAndGet();
                }
            };
        };
    }

    @SuppressWarnings("unchecked")
    private static <T> T within(Function<Continuation<T>, Object> call) {
        try {
            return BuildersKt.runBlocking(
                    EmptyCoroutineContext.INSTANCE, (scope, continuation) -> call.apply((Continuation<T>) continuation));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anInterruptClosesTheCardAndSaysWhatIsSpent() throws Exception {
        SimulatedCard card = new SimulatedCard("ichiro");
        CountDownLatch atVerify = new CountDownLatch(1);
        AtomicInteger closed = new AtomicInteger();
        AtomicInteger closedBefore = new AtomicInteger();
        BlockingCardChannel channel = slow(card, atVerify, closed);
        SigningPassword wrong = new SigningPassword("WRONG0000".toCharArray());
        Throwable thrown = interrupted(atVerify, () -> {
            try {
                new BlockingKazasu(channel).openAccount(DOCUMENT, wrong);
            } finally {
                closedBefore.set(closed.get());
            }
        });
        assertEquals(1, closedBefore.get());
        assertEquals(TrySpent.Yes, assertInstanceOf(KazasuCancellationException.class, thrown).getTrySpent());
        assertEquals(4, card.triesLeft(SecretKind.SigningPassword));
    }

    @Test
    void anInterruptEndsTheWaitForACard() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        BlockingCardChannel never = reason -> {
            waits.countDown();
            Thread.sleep(60_000);
            throw new AssertionError("nobody interrupted");
        };
        SigningPassword password = new SimulatedCard("ichiro").password();
        Throwable thrown = interrupted(waits, () -> new BlockingKazasu(never).openAccount(DOCUMENT, password));
        assertEquals(TrySpent.No, assertInstanceOf(KazasuCancellationException.class, thrown).getTrySpent());
        assertFalse(password.isGone());
    }

    @Test
    void aCardThatComesAtTheMomentOfTheInterruptIsClosed() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        AtomicInteger closed = new AtomicInteger();
        BlockingCardChannel stubborn = reason -> {
            waits.countDown();
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                // The card is there by now.
            }
            return new BlockingCardLink() {
                @Override
                public LinkProperties getProperties() {
                    return new LinkProperties();
                }

                @Override
                public byte[] transceive(byte[] command) {
                    throw new AssertionError("nobody waits for it");
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        };
        Throwable thrown = interrupted(waits, () -> new BlockingKazasu(stubborn).remainingTries());
        assertInstanceOf(KazasuCancellationException.class, thrown);
        assertEquals(1, closed.get());
    }

    @Test
    void oneCallAtATimeOnAChannelOfJava() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        BlockingCardChannel never = reason -> {
            waits.countDown();
            Thread.sleep(60_000);
            throw new AssertionError("nobody interrupted");
        };
        AtomicReference<Throwable> second = new AtomicReference<>();
        CountDownLatch tried = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            try {
                waits.await();
                new BlockingKazasu(never).cardInfo();
            } catch (Throwable e) {
                second.set(e);
            }
            tried.countDown();
        });
        other.start();
        interrupted(tried, () -> new BlockingKazasu(never).remainingTries());
        assertInstanceOf(BusyException.class, second.get());
    }

    @Test
    void aListenerIsToldOfEachStep() throws Exception {
        SimulatedCard card = new SimulatedCard("ichiro");
        BlockingKazasu jpki = new BlockingKazasu(card);
        List<Progress> told = new ArrayList<>();
        jpki.setProgressListener(progress -> {
            assertEquals("caller", Thread.currentThread().getName().split(" ")[0]);
            told.add(progress);
        });
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                for (int i = 0; i < 2; i++) {
                    told.clear();
                    byte[] digest = HashAlgorithm.Sha256.digest(DOCUMENT);
                    assertInstanceOf(Done.class, jpki.authenticateDigest(HashAlgorithm.Sha256, digest, card.pin()));
                    assertInstanceOf(Progress.AwaitingCard.class, told.get(0));
                    assertInstanceOf(Progress.Working.class, told.get(1));
                    assertEquals(Progress.CardFree.INSTANCE, told.get(told.size() - 1));
                    assertEquals(1, told.stream().filter(Progress.CardFree.INSTANCE::equals).count());
                }
            } catch (Throwable e) {
                failed.set(e);
            }
        }, "caller");
        caller.start();
        caller.join(20_000);
        assertNull(failed.get());
    }
}
