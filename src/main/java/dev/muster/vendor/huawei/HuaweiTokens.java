package dev.muster.vendor.huawei;

import dev.muster.vendor.Token;
import java.time.Duration;

/** Maps Huawei's reply to a login or a refresh. */
final class HuaweiTokens {
  /** Huawei document 'Authentication': expiresIn has the fixed value of 3600 seconds. */
  static final Duration LIFETIME = Duration.ofSeconds(3600);

  /**
   * The newer of Huawei's documents says 24 hours, the older one month. Too short costs a login a
   * day, too long a refused refresh.
   */
  static final Duration REFRESH_LIFETIME = Duration.ofHours(24);

  /** Null if the reply holds no token. */
  static Token token(HuaweiReply reply) {
    if (reply.accessToken() == null) {
      return null;
    }
    Integer seconds = reply.expiresIn();
    Duration lifetime = seconds == null || seconds <= 0 ? LIFETIME : Duration.ofSeconds(seconds);
    String refresh = reply.refreshToken();
    return new Token(
        reply.accessToken().trim(), refresh, lifetime, refresh == null ? null : REFRESH_LIFETIME);
  }

  private HuaweiTokens() {}
}
