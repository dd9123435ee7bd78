package dev.muster.vendor;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Percent-encoding of what goes into a path, a query or a form. */
public final class Encoding {

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
}
