package dev.muster.simulator.enos;

import dev.muster.simulator.Incoming;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/**
 * The two digests of the EnOS gateway, after its documents "Get Access Token" and "Invoke API with
 * Access Token". Written for the simulator alone, so that it judges the client independently.
 */
public final class SignatureCheck {
  /** Lower-case hex SHA-256 of app key, timestamp and app secret. */
  public static String encryption(String appKey, String timestamp, String appSecret) {
    return sha256(utf8(appKey + timestamp + appSecret));
  }

  /**
   * Lower-case hex SHA-256 of the token, every decoded query parameter as name then value in ASCII
   * order of the names, the body's bytes as sent, the timestamp and the app secret.
   */
  public static String signature(
      String token,
      SortedMap<String, String> query,
      byte[] body,
      String timestamp,
      String appSecret) {
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes(utf8(token));
    query.forEach((name, value) -> signed.writeBytes(utf8(name + value)));
    signed.writeBytes(body);
    signed.writeBytes(utf8(timestamp + appSecret));
    return sha256(signed.toByteArray());
  }

  /** Whether a request is signed by its token's application, and in time. */
  static boolean passes(Incoming in, TokenService.Session session, EnosSettings settings) {
    String timestamp = in.header("apim-timestamp");
    String secret = session.account().appSecret();
    String expected = signature(session.token(), in.query(), in.body(), timestamp, secret);
    if (!expected.equals(in.header("apim-signature")) || !timestamp.matches("\\d{1,18}")) {
      return false;
    }
    long off = Math.abs(System.currentTimeMillis() - Long.parseLong(timestamp));
    return settings.maxSkewMillis() == 0 || off <= settings.maxSkewMillis();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private SignatureCheck() {}
}
