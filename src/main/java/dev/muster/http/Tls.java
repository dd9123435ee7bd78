package dev.muster.http;

import javax.net.ssl.SSLContext;

/**
 * How a vendor proves who it is, and Muster to the vendor. A connection made with one is never used
 * with another.
 *
 * @param context a bundle's, another one after each renewal; null for the JVM's own trust
 * @param name what the vendor's certificate must bear; null for the name of the host
 */
public record Tls(SSLContext context, String name) {
  /** The JVM's own trust, and the host's own name. */
  public static final Tls JVM = new Tls(null, null);
}
