package dev.muster.work;

/**
 * How a call went: whether it may still be on its way, and what is known of its reply. Its permit
 * depends on it.
 *
 * @param begunNanos {@link System#nanoTime} of the call's begin, once it was signed. Null if there
 *     was no call.
 * @param endedNanos {@link System#nanoTime} of the reply's arrival, or of the call's end without
 *     one: the permit is busy for one window from then on, however long the settlement waits. Null
 *     if there was no call.
 * @param over false if the request may still reach the vendor: then its permit stays taken
 * @param httpStatus of a reply that could be read; null otherwise
 * @param requestId the vendor's name for the call; null if it gave none
 * @param method of the request; null if there was none
 * @param template of its path, as the vendor's YAML has it; null if there was none
 */
public record Transit(
    Long begunNanos,
    Long endedNanos,
    boolean over,
    Integer httpStatus,
    String requestId,
    String method,
    String template) {
  /** Of a call that never left. */
  public static final Transit NONE = new Transit(null, null, true, null, null, null, null);
}
