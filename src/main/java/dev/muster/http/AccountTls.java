package dev.muster.http;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;

/** TLS as the account of a call wants it: with its own bundle, else with the JVM's trust. */
final class AccountTls implements TlsSocketStrategy {
  private final TlsSocketStrategy trusted = DefaultClientTlsStrategy.createDefault();

  @Override
  public SSLSocket upgrade(
      Socket socket, String target, int port, Object attachment, HttpContext context)
      throws IOException {
    CallTrace trace = DirectExchange.trace(context);
    Tls own = trace.destination.tls();
    TlsSocketStrategy strategy =
        own.context() == null ? trusted : new DefaultClientTlsStrategy(own.context());
    String name = own.name() == null ? target : own.name();
    SSLSocket secured = strategy.upgrade(socket, name, port, attachment, context);
    if (secured.getSession().getPeerCertificates()[0] instanceof X509Certificate vendors) {
      trace.certificateEnd = vendors.getNotAfter().toInstant();
    }
    return secured;
  }
}
