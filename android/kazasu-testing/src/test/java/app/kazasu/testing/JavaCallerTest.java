package app.kazasu.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import app.kazasu.BlockingCardChannel;
import app.kazasu.BlockingCardLink;
import app.kazasu.BlockingKazasu;
import app.kazasu.CardLostException;
import app.kazasu.Done;
import app.kazasu.LinkProperties;
import app.kazasu.NeedTap;
import app.kazasu.Outcome;
import app.kazasu.SecretFormatException;
import app.kazasu.SecretKind;
import app.kazasu.Signed;
import app.kazasu.SigningPassword;
import app.kazasu.TapReason;
import app.kazasu.WrongSecret;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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

    @Test
    void anInterruptClosesTheCard() throws Exception {
        SimulatedCard card = new SimulatedCard("ichiro");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            BlockingCardChannel never = reason -> {
                assertEquals(TapReason.Start, reason);
                Thread.sleep(60_000);
                throw new AssertionError("nobody interrupted");
            };
            try {
                new BlockingKazasu(never).openAccount(DOCUMENT, card.password());
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        caller.start();
        Thread.sleep(300);
        caller.interrupt();
        caller.join(10_000);
        assertFalse(caller.isAlive());
        Throwable e = thrown.get();
        assertTrue(e instanceof InterruptedException || e instanceof java.util.concurrent.CancellationException, "" + e);
        assertFalse(card.isUnlocked(SecretKind.SigningPassword));
    }
}
