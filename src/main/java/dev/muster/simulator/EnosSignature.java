package dev.muster.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;

/**
 * The two digests of the EnOS gateway, after its documents "Get Access Token" and "Invoke API with
 * Access Token". Written for the simulator alone, so that it judges the client independently.
 */
final class EnosSignature {
  /** Lower-case hex SHA-256 of app key, timestamp and app secret. */
  static String encryption(String appKey, String timestamp, String appSecret) {
    return hex(digest().digest(utf8(appKey + timestamp + appSecret)));
  }

  /**
   * Lower-case hex SHA-256 of the token, every decoded query parameter as name then value in ASCII
   * order of the names, the body's bytes as sent, the timestamp and the app secret.
   */
  static String signature(
      String token,
      SortedMap<String, String> query,
      byte[] body,
      String timestamp,
      String appSecret) {
    MessageDigest digest = digest();
    digest.update(utf8(token));
    for (Map.Entry<String, String> parameter : query.entrySet()) {
      digest.update(utf8(parameter.getKey() + parameter.getValue()));
    }
    digest.update(body);
    digest.update(utf8(timestamp + appSecret));
    return hex(digest.digest());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private EnosSignature() {}
}
