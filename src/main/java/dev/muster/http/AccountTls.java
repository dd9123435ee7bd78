package dev.muster.http;

import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;

/** TLS as the account of a call wants it: with its own bundle, else with the JVM's trust. */
final class AccountTls implements TlsSocketStrategy {
  private final TlsSocketStrategy trusted = DefaultClientTlsStrategy.createDefault();
  private final Map<SSLContext, TlsSocketStrategy> bundles = new ConcurrentHashMap<>();

  @Override
  public SSLSocket upgrade(
      Socket socket, String target, int port, Object attachment, HttpContext context)
      throws IOException {
    SSLContext own = DirectExchange.trace(context).destination.tls();
    TlsSocketStrategy strategy =
        own == null ? trusted : bundles.computeIfAbsent(own, DefaultClientTlsStrategy::new);
    return strategy.upgrade(socket, target, port, attachment, context);
  }
}
