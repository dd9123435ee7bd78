package dev.muster.simulator;

import com.sun.net.httpserver.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One request as it came in.
 *
 * @param path the vendor's own path, without the prefix that selects the vendor
 * @param query decoded parameters in ASCII order of their names; of a repeated name the first
 * @param ip the caller's address
 * @param nanos when it arrived, by {@link System#nanoTime()}
 */
public record Incoming(
    String method,
    String path,
    SortedMap<String, String> query,
    Headers headers,
    byte[] body,
    String ip,
    long nanos) {

  /** A header's first value, "" when it was not sent. */
  public String header(String name) {
    String value = headers.getFirst(name);
    return value == null ? "" : value;
  }

  /** A query parameter, "" when it was not sent. */
  public String parameter(String name) {
    return query.getOrDefault(name, "");
  }

  /** Whether its body says that it is a form. */
  public boolean isForm() {
    return header("Content-Type").startsWith("application/x-www-form-urlencoded");
  }

  /** The members of a form body; empty when the body is no form. */
  public Map<String, String> form() {
    return isForm() ? parameters(new String(body, StandardCharsets.UTF_8)) : Map.of();
  }

  /** Decodes {@code a=1&b=2}; null gives an empty map. */
  static SortedMap<String, String> parameters(String encoded) {
    SortedMap<String, String> decoded = new TreeMap<>();
    if (encoded == null || encoded.isEmpty()) {
      return decoded;
    }
    for (String pair : encoded.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      decoded.putIfAbsent(decode(name), decode(value));
    }
    return decoded;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
