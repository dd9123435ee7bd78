package dev.muster.http;

/** The reply is larger than {@code muster.http.max-reply-bytes}. */
public final class ReplyTooLarge extends Exception {
  private static final long serialVersionUID = 1L;
}
