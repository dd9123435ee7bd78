package dev.muster.console;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Addresses of pages: what a list shows stands in its address. */
public final class Url {
  /**
   * A query with its question mark; empty values are left out.
   *
   * @param pairs names and values in turn
   */
  public static String query(String... pairs) {
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      named.put(pairs[i], pairs[i + 1]);
    }
    return query(named);
  }

  /** The same of a map. */
  static String query(Map<String, String> named) {
    StringBuilder query = new StringBuilder();
    named.forEach(
        (name, value) -> {
          if (value != null && !value.isEmpty()) {
            query
                .append(query.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
          }
        });
    return query.toString();
  }

  private Url() {}
}
