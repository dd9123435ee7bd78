package dev.muster.vendor;

import java.util.Map;

/**
 * The exact bytes to send. The query is already encoded: what was signed is what is sent.
 *
 * @param method HTTP method
 * @param path encoded, starting with a slash
 * @param query encoded, without the question mark; null if there is none
 * @param headers names and values; may hold secrets; never null
 * @param contentType null if there is no body
 * @param body null if there is none; may hold secrets
 */
public record Request(
    String method,
    String path,
    String query,
    Map<String, String> headers,
    String contentType,
    byte[] body) {

  /**
   * @throws IllegalArgumentException if path or query holds what would end the request's first line
   *     or part of it
   */
  public Request {
    requireEncoded(path);
    if (query != null) {
      requireEncoded(query);
    }
  }

  private static void requireEncoded(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        throw new IllegalArgumentException("path and query must be percent-encoded");
      }
    }
  }

  /** The first line of the request without its query values, which may be secret. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
