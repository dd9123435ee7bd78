package dev.muster.vendor.enos;

import dev.muster.fault.Fault;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Token;
import java.time.Duration;

/** Reads what the token service brings. */
final class EnosTokens {
  /**
   * Where the reply does not say how long the token lives. Documented is 7200 s for a new one, but
   * asking again brings the same token with less left, so anything long could outlive it.
   */
  static final Duration LIFETIME_IF_UNSAID = Duration.ofSeconds(60);

  /**
   * @throws Fault if there is no token
   */
  static Token read(EnosAnswer answer) {
    String access = Fields.text(answer.content().data(), "accessToken");
    if (access == null) {
      throw answer.incomplete("the reply has status 0 but brings no access token");
    }
    Integer seconds = Fields.integer(answer.content().data(), "expire");
    Duration lifetime =
        seconds == null || seconds <= 0 ? LIFETIME_IF_UNSAID : Duration.ofSeconds(seconds);
    return new Token(access, null, lifetime, null);
  }

  private EnosTokens() {}
}
