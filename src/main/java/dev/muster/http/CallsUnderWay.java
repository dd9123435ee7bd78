package dev.muster.http;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
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
   * Bytes. Smaller replies, nearly all, are admitted without a look: 256 calls at once have them.
   */
  private static final int SMALL = 4_096;

  /** Fair, so that many small replies can't keep a large one waiting. */
  private final Semaphore room = new Semaphore(ROOM, true);

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

  /** Waits until there is memory to read the reply of this call, and takes it. */
  public void admit(CallTrace trace) {
    int bytes = Math.min(trace.body.length, ROOM);
    if (bytes > SMALL) {
      room.acquireUninterruptibly(bytes);
      trace.admitted(() -> room.release(bytes));
    }
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
