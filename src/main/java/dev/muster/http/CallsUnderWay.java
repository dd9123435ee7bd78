package dev.muster.http;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.core5.http.Header;
import org.springframework.stereotype.Component;

/** The calls under way, each by a number that its request carries to the client. */
@Component
public final class CallsUnderWay {
  private final Map<String, CallTrace> traces = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /** The number for the header {@link HardenedClient#CALL}. */
  public String begin(CallTrace trace) {
    String number = Long.toString(numbers.incrementAndGet());
    trace.number = number;
    traces.put(number, trace);
    return number;
  }

  /** It has ended; nothing happens if it never began. */
  public void end(CallTrace trace) {
    if (trace.number != null) {
      traces.remove(trace.number);
    }
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
