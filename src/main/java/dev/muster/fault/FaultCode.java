package dev.muster.fault;

/**
 * Muster's own stable codes for what no vendor code describes. They stand in {@code error_code}
 * beside the vendors' codes, are documented in docs/errors.md, and are never reused.
 */
public final class FaultCode {
  /** The vendor was not reached: no connection, no name, no TLS. Nothing was sent. */
  public static final String UNREACHABLE = "unreachable";

  /** No whole reply within the call's deadline. */
  public static final String TIMEOUT = "timeout";

  /** Muster itself stopped after the request had begun to leave. The database names it too. */
  public static final String LOST = "lost";

  /** The connection broke after the request had begun to leave. */
  public static final String DISCONNECTED = "disconnected";

  /** The reply was cut off, empty, not JSON at all, or its head was too long. */
  public static final String UNREADABLE = "unreadable";

  /**
   * The reply was whole, yet is not one valid JSON document, or one too deep or long to be read.
   */
  public static final String MALFORMED = "malformed";

  /** The reply was larger than {@code muster.http.max-reply-bytes}. */
  public static final String TOO_LARGE = "too_large";

  /** The reply was JSON, but not of the documented shape: what must be there is missing. */
  public static final String INCOMPLETE = "incomplete";

  /**
   * A code, or a status without a code, that stands in no table. The vendor's own code stands in
   * the message.
   */
  public static final String UNCLASSIFIED = "unclassified";

  /** The device is allocated, but to another organisation. */
  public static final String ALLOCATED_ELSEWHERE = "allocated_elsewhere";

  /** The vendor answered that the allocation failed, in its own words. */
  public static final String ALLOCATE_FAILED = "allocate_failed";

  /** The database refused to store what was read. */
  public static final String UNSTORABLE = "unstorable";

  /** This replica can't decrypt the stored token: it was sealed with another key. */
  public static final String TOKEN_UNREADABLE = "token_unreadable";

  /** A defect of Muster's own; the log holds its stack trace. */
  public static final String DEFECT = "defect";

  private FaultCode() {}
}
