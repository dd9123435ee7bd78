package dev.muster.vendor.enos;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Timestamps for token calls, none twice for one app key within this process. The token service
 * remembers each {@code encryption} it was sent and answers 1001 to one it knows; with the same app
 * key and secret, an equal timestamp makes an equal {@code encryption}.
 */
final class EnosTimestamps {
  private final Map<String, Long> lastByAppKey = new ConcurrentHashMap<>();

  /** Epoch milliseconds: now, or the first later one that was not given out yet. */
  long next(String appKey, Instant now) {
    return lastByAppKey.merge(
        appKey, now.toEpochMilli(), (last, wanted) -> Math.max(last + 1, wanted));
  }
}
