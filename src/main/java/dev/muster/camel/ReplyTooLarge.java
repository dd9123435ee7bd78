package dev.muster.camel;

/** The reply is larger than {@code muster.http.max-reply-bytes}. */
final class ReplyTooLarge extends Exception {
  private static final long serialVersionUID = 1L;
}
