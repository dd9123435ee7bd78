package dev.muster.work;

/**
 * What is known of a call's way and of its reply. The permit of a call depends on it.
 *
 * @param answeredNanos {@link System#nanoTime} of the reply's arrival: the permit is busy for one
 *     window from then on, however long the settlement waits. Null if no reply came.
 * @param over false if the request may still reach the vendor: then its permit stays taken
 * @param httpStatus of a reply that could be read; null otherwise
 * @param requestId the vendor's name for the call; null if it gave none
 */
public record Arrival(Long answeredNanos, boolean over, Integer httpStatus, String requestId) {
  /** Of a call that never left. */
  public static final Arrival NONE = new Arrival(null, true, null, null);
}
