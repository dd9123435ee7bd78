package dev.muster.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
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
 * @param tls never null: the pool gives a connection without one to anybody
 * @param proxy null for none
 */
public record Destination(
    HttpRoute route, URIAuthority authority, String prefix, Tls tls, HttpProxy proxy) {
  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");

  /**
   * @param baseUrl scheme, host, port and an optional path prefix
   * @param proxy null for none
   * @throws IllegalArgumentException if it is no address
   */
  public static Destination of(String baseUrl, Tls tls, HttpProxy proxy) {
    URI url = URI.create(baseUrl);
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    URIAuthority authority = authority(url);
    int port = authority.getPort() >= 0 ? authority.getPort() : secure ? 443 : 80;
    HttpHost host = new HttpHost(secure ? "https" : "http", authority.getHostName(), port);
    return new Destination(
        proxy == null
            ? new HttpRoute(host, null, secure)
            : new HttpRoute(host, null, proxy.host(), secure),
        authority,
        url.getRawPath() == null ? "" : url.getRawPath(),
        tls,
        proxy);
  }

  /** The same with a renewed bundle. */
  public Destination renewed(SSLContext context) {
    return new Destination(route, authority, prefix, new Tls(context, tls.name()), proxy);
  }

  /** Whether nobody on the way can read what is sent: it is encrypted, or stays on this machine. */
  public boolean isPrivate() {
    return route.isSecure() || LOOPBACK.matcher(route.getTargetHost().getHostName()).matches();
  }

  /** Whether a proxy reads the request and passes it on, instead of carrying bytes. */
  boolean isForwarded() {
    return proxy != null && !route.isTunnelled();
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
