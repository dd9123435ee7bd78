package dev.muster.vendor.enos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * What EnOS asks for as proof of the app secret: SHA-256 over UTF-8, in lower-case hex.
 *
 * <p>Source: EnOS documents "Getting Access Token" and "Invoking API with Access Token".
 */
final class EnosSignature {
  private static final MessageDigest SHA_256 = untouched();

  /**
   * The header {@code apim-signature}.
   *
   * @param query decoded and in any order: the vendor signs decoded values, sorted by name in ASCII
   *     order
   * @param body the exact bytes sent; null if there are none
   * @param timestamp epoch milliseconds, as sent in {@code apim-timestamp}
   */
  static String ofCall(
      String accessToken,
      Map<String, String> query,
      byte[] body,
      long timestamp,
      String appSecret) {
    MessageDigest digest = sha256();
    digest.update(accessToken.getBytes(UTF_8));
    new TreeMap<>(query).forEach((name, value) -> digest.update((name + value).getBytes(UTF_8)));
    if (body != null) {
      digest.update(body);
    }
    digest.update((timestamp + appSecret).getBytes(UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * The member {@code encryption} of a token call.
   *
   * @param timestamp epoch milliseconds, as sent in {@code timestamp}
   */
  static String ofTokenCall(String appKey, long timestamp, String appSecret) {
    byte[] text = (appKey + timestamp + appSecret).getBytes(UTF_8);
    return HexFormat.of().formatHex(sha256().digest(text));
  }

  /** A copy: to look for who offers the algorithm takes as long as the rest of a signature. */
  private static MessageDigest sha256() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  private static MessageDigest untouched() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  private EnosSignature() {}
}
