package dev.muster.simulator;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Admits by an exact log of arrivals, for each scope (an app, an address) by itself. A refused call
 * takes no place in the window.
 */
final class SlidingWindow {
  private final Map<String, Log> logs = new ConcurrentHashMap<>();

  /** Whether a call that arrived at this {@link System#nanoTime()} is still within the limit. */
  boolean admit(String scope, Limit limit, long nanos) {
    return limit.requests() <= 0
        || logs.compute(scope, (s, log) -> log != null && log.fits(limit) ? log : new Log(limit))
            .admit(nanos);
  }

  void clear() {
    logs.clear();
  }

  private static final class Log {
    private final Limit limit;
    private final long windowNanos;
    private final long[] admitted;
    private long count;

    Log(Limit limit) {
      this.limit = limit;
      this.windowNanos = TimeUnit.MILLISECONDS.toNanos(limit.windowMillis());
      this.admitted = new long[limit.requests()];
    }

    boolean fits(Limit other) {
      return limit.equals(other);
    }

    synchronized boolean admit(long nanos) {
      int slot = (int) (count % admitted.length);
      if (count >= admitted.length && nanos - admitted[slot] < windowNanos) {
        return false;
      }
      admitted[slot] = nanos;
      count++;
      return true;
    }
  }
}
