package dev.muster.http;

import java.net.URI;
import java.net.URISyntaxException;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.URIAuthority;

/**
 * Where an account's calls go.
 *
 * @param route the vendor's host
 * @param authority host and port as the base URL has them, for the header {@code Host}
 * @param prefix of each path, without a slash at its end; empty for none
 * @param tlsBundle connections of accounts with another bundle are never used; never null
 * @param tls null for the JVM's own trust
 */
public record Destination(
    HttpRoute route, URIAuthority authority, String prefix, String tlsBundle, SSLContext tls) {

  /**
   * @param baseUrl scheme, host, port and an optional path prefix
   * @param tlsBundle null for the JVM's own trust
   */
  public static Destination of(String baseUrl, String tlsBundle, SSLContext tls) {
    URI url = URI.create(baseUrl);
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    URIAuthority authority = authority(url);
    int port = authority.getPort() >= 0 ? authority.getPort() : secure ? 443 : 80;
    HttpHost host = new HttpHost(secure ? "https" : "http", authority.getHostName(), port);
    return new Destination(
        new HttpRoute(host, null, secure),
        authority,
        url.getRawPath() == null ? "" : url.getRawPath(),
        tlsBundle == null ? "" : tlsBundle,
        tls);
  }

  /** A host with an underscore, which a URI does not take for a host, is one here. */
  private static URIAuthority authority(URI url) {
    try {
      return URIAuthority.create(url.getRawAuthority());
    } catch (URISyntaxException noAuthority) {
      throw new IllegalArgumentException(
          "not the address of a host: " + url.getRawAuthority(), noAuthority);
    }
  }
}
