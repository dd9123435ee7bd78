package dev.muster.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpMessage;

/**
 * A proxy between Muster and a vendor.
 *
 * @param host the proxy's own
 * @param authorization what it is authorised with; secret; null for nothing
 */
public record HttpProxy(HttpHost host, String authorization) {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?i)(?:http://|(?!\\w+://))(?:(.*)@)?(?:([^@/:\\s]+)|\\[([^]@/\\s]+)])(?::(\\d+))?/?");

  /**
   * @param address {@code http://user:password@host:port}; all but the host can be left out
   * @throws IllegalArgumentException if it is none; its message shows nothing of it
   */
  public static HttpProxy of(String address) {
    Matcher parts = ADDRESS.matcher(address.trim());
    try {
      if (parts.matches()) {
        String name = parts.group(2) == null ? parts.group(3) : parts.group(2);
        int port = parts.group(4) == null ? 80 : Integer.parseInt(parts.group(4));
        return new HttpProxy(new HttpHost("http", name, port), basic(parts.group(1)));
      }
    } catch (IllegalArgumentException unreadable) {
      // Its message may hold the password.
    }
    throw new IllegalArgumentException(
        "is not the address of an HTTP proxy: put http://host:port there");
  }

  private static String basic(String user) {
    if (user == null) {
      return null;
    }
    String decoded = URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
    String pair = decoded.contains(":") ? decoded : decoded + ":";
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds what the proxy is authorised with. */
  void authorise(HttpMessage request) {
    if (authorization != null) {
      request.setHeader(HttpHeaders.PROXY_AUTHORIZATION, authorization);
    }
  }

  /** Names the host, and nothing secret. */
  @Override
  public String toString() {
    return host.toHostString();
  }
}
