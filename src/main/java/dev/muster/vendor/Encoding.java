package dev.muster.vendor;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Percent-encoding of what goes into a path, a query or a form. */
public final class Encoding {
  /** Of an ASCII character but the quotation mark and the backslash. */
  private static final Pattern NEEDLESS =
      Pattern.compile("\\\\u00(2[013-9a-fA-F]|[346][0-9a-fA-F]|5[0-9abd-fABD-F]|7[0-9a-eA-E])");

  /** One character or several, each of its bytes. */
  private static final Pattern PERCENT = Pattern.compile("(?:%[0-9a-fA-F]{2})++");

  /** RFC 3986: everything but unreserved characters is encoded, a space as %20, in UTF-8. */
  public static String percent(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /**
   * One segment of a path. A segment of one or two dots would be taken for a step in the path even
   * by careful readers, so its dots are encoded too.
   */
  public static String segment(String value) {
    return value.equals(".") || value.equals("..") ? value.replace(".", "%2E") : percent(value);
  }

  /** {@code a=1&b=2}, encoded, in the map's order; usable as a query and as a form body. */
  public static String pairs(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> percent(entry.getKey()) + "=" + percent(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  private Encoding() {}

  /** The same text with what is percent-encoded decoded; what is none stays. */
  static String withoutPercent(String text) {
    Matcher encoded = PERCENT.matcher(text);
    return encoded.find()
        ? encoded.replaceAll(
            run ->
                Matcher.quoteReplacement(
                    new String(
                        HexFormat.of().parseHex(run.group().replace("%", "")),
                        StandardCharsets.UTF_8)))
        : text;
  }

  /** The same JSON, in which no ASCII character is escaped that may stand for itself. */
  static String withoutNeedlessEscapes(String json) {
    return json.contains("\\u00")
        ? NEEDLESS
            .matcher(json)
            .replaceAll(
                m -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(m.group(1), 16))))
        : json;
  }

  /**
   * What base64 makes of bytes so many bytes behind a multiple of three: without the characters
   * that hold bits of their neighbours.
   */
  static String base64(byte[] secret, int shift) {
    byte[] shifted = new byte[shift + secret.length];
    System.arraycopy(secret, 0, shifted, shift, secret.length);
    return Base64.getEncoder()
        .encodeToString(shifted)
        .substring((shift * Byte.SIZE + 5) / 6, shifted.length * Byte.SIZE / 6);
  }
}
