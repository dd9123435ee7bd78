package dev.muster.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.core5.http.Header;
import org.springframework.stereotype.Component;

/** The calls under way, each by a number that its request carries to the client. */
@Component
public final class CallsUnderWay {
  /**
   * A reply's byte becomes so many of heap while it is parsed, mapped and written out: "1," is one
   * node of 16 bytes, "{}," one of 80, and each is copied three times.
   */
  private static final int HEAP_BYTES = 128;

  /** Bytes of all replies that are read at once: they take a quarter of the heap at most. */
  private static final int ROOM =
      (int) Math.min(Runtime.getRuntime().maxMemory() / 4 / HEAP_BYTES, Integer.MAX_VALUE);

  /**
   * Bytes of all replies that come in or wait for room: with a copy of each, a quarter of the heap.
   */
  private static final int ON_THE_WAY =
      (int) Math.min(Runtime.getRuntime().maxMemory() / 8, Integer.MAX_VALUE);

  /** Bytes. Smaller replies, nearly all, come in without a look: 256 calls at once have them. */
  private static final int SMALL = 4_096;

  /** Fair, so that many small replies can't keep a large one waiting. */
  private final Semaphore room = new Semaphore(ROOM, true);

  private final Semaphore onTheWay = new Semaphore(ON_THE_WAY, true);

  private final Map<String, CallTrace> traces = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /** The number for the header {@link HardenedClient#CALL}. */
  public String begin(CallTrace trace) {
    String number = Long.toString(numbers.incrementAndGet());
    trace.number = number;
    trace.begunNanos = System.nanoTime();
    traces.put(number, trace);
    return number;
  }

  /**
   * Reads a reply of no more than so many bytes, as soon as there is memory for it.
   *
   * @param announced its length; negative if it is not known
   * @throws InterruptedIOException if there is none before the call's deadline
   */
  byte[] read(InputStream content, long announced, int most, CallTrace trace) throws IOException {
    byte[] beginning = content.readNBytes(Math.min(SMALL, most));
    if (beginning.length < SMALL || most == SMALL) {
      return beginning;
    }
    int bytes = Math.min(announced < 0 ? most : (int) Math.min(announced, most), ON_THE_WAY);
    trace.admitted(null);
    try {
      if (!onTheWay.tryAcquire(bytes, trace.left(), TimeUnit.NANOSECONDS)) {
        throw new InterruptedIOException("no memory for the reply before the deadline");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    }
    trace.admitted(() -> onTheWay.release(bytes));
    byte[] rest = content.readNBytes(most - SMALL);
    byte[] whole = Arrays.copyOf(beginning, SMALL + rest.length);
    System.arraycopy(rest, 0, whole, SMALL, rest.length);
    return whole;
  }

  /** Waits until there is memory to read the reply of this call, takes it, and makes it UTF-8. */
  public void admit(CallTrace trace) {
    int bytes = Math.min(trace.body.length, ROOM);
    if (bytes > SMALL) {
      room.acquireUninterruptibly(bytes);
      trace.admitted(() -> room.release(bytes));
    }
    trace.body = ReplyCharset.utf8(trace.body, trace.contentType);
  }

  /** It has ended; nothing happens if it never began. */
  public void end(CallTrace trace) {
    if (trace.number != null) {
      traces.remove(trace.number);
    }
    trace.admitted(null);
  }

  /**
   * The call that a request belongs to.
   *
   * @throws IOException if it belongs to none: nothing may be sent for it
   */
  CallTrace of(Header number) throws IOException {
    CallTrace trace = number == null ? null : traces.get(number.getValue());
    if (trace == null) {
      throw new IOException("the request belongs to no call under way");
    }
    return trace;
  }
}
