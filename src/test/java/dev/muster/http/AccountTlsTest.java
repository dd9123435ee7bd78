package dev.muster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.support.RawServer;
import dev.muster.support.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A vendor whose certificate the JVM does not know. */
@Timeout(60)
class AccountTlsTest {
  private static final String KEPT = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  private static final Duration AMPLE = Duration.ofSeconds(20);

  private static final Set<InetSocketAddress> CALLERS = ConcurrentHashMap.newKeySet();

  private static final CallsUnderWay CALLS = new CallsUnderWay();

  private static TestCertificate certificate;
  private static TestCertificate named;
  private static SSLContext tls;
  private static HttpsServer server;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    certificate = new TestCertificate(folder.resolve("store.p12"), "ip:127.0.0.1");
    named = new TestCertificate(folder.resolve("named.p12"), "dns:iot.example");
    tls = certificate.trusting(certificate);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        "/",
        exchange -> {
          CALLERS.add(exchange.getRemoteAddress());
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write(new byte[] {'{', '}'});
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  @AfterEach
  void forget() {
    CALLERS.clear();
  }

  private static CloseableHttpClient client() {
    HttpClientBuilder builder = HttpClientBuilder.create();
    new HardenedClient(AMPLE, AMPLE, 100, CALLS).configure(builder);
    return builder.build();
  }

  private static CallTrace trace(SSLContext trust) {
    return trace(server.getAddress().getPort(), new Tls(trust, null));
  }

  private static CallTrace trace(int port, Tls own) {
    Destination vendor = Destination.of("https://127.0.0.1:" + port, own, null);
    return new CallTrace(vendor, System.nanoTime(), AMPLE);
  }

  private static CallTrace call(CloseableHttpClient client, SSLContext trust) throws IOException {
    return call(client, trace(trust));
  }

  private static CallTrace call(CloseableHttpClient client, CallTrace trace) throws IOException {
    HttpGet request = new HttpGet("http://vendor/");
    request.setHeader(HardenedClient.CALL, CALLS.begin(trace));
    try {
      client.execute(request, response -> response.getCode());
    } finally {
      CALLS.end(trace);
    }
    return trace;
  }

  @Test
  void isCalledByAnAccountThatTrustsIt() throws IOException {
    try (CloseableHttpClient client = client()) {
      assertThat(call(client, tls).body).asString().isEqualTo("{}");
      assertThat(call(client, tls).body).asString().isEqualTo("{}");
    }
    assertThat(CALLERS).as("one connection").hasSize(1);
  }

  @Test
  void getsNothingFromAnyOther() throws IOException {
    CallTrace trace = trace(null);
    try (CloseableHttpClient client = client()) {
      assertThatThrownBy(() -> call(client, trace)).isInstanceOf(SSLException.class);
    }
    assertThat(trace.sent).isFalse();
    assertThat(CALLERS).isEmpty();
  }

  @Test
  void getsNothingFromAnAccountThatDoesNotTrustItThoughAConnectionOfAnotherIsFree()
      throws IOException {
    CallTrace trace = trace(null);
    try (CloseableHttpClient client = client()) {
      assertThat(call(client, tls).body).asString().isEqualTo("{}");
      assertThatThrownBy(() -> call(client, trace)).isInstanceOf(SSLException.class);
    }
    assertThat(trace.sent).isFalse();
  }

  @Test
  void neverSeesTwoBundlesOnOneConnection() throws IOException {
    SSLContext other = certificate.trusting(certificate);
    try (CloseableHttpClient client = client()) {
      for (int n = 0; n < 2; n++) {
        call(client, tls);
        call(client, other);
      }
    }
    assertThat(CALLERS).as("a connection for each bundle").hasSize(2);
  }

  @Test
  void mayBearAnotherNameThanItsHostIfTheAccountSaysSo() throws IOException {
    SSLContext trust = named.trusting(named);
    try (RawServer vendor = RawServer.keepingOpen(trust, KEPT);
        CloseableHttpClient client = client()) {
      call(client, trace(vendor.port(), new Tls(trust, "iot.example")));
      for (String wrong : new String[] {null, "iot.example.org", "127.0.0.1"}) {
        CallTrace refused = trace(vendor.port(), new Tls(trust, wrong));
        assertThatThrownBy(() -> call(client, refused)).isInstanceOf(SSLException.class);
        assertThat(refused.sent).isFalse();
      }
      assertThat(vendor.requests).hasSize(1);
    }
  }

  @Test
  void isCalledOnANewConnectionOnceItHasClosedTheIdleOne() throws IOException {
    try (RawServer vendor = RawServer.closingIdle(tls, KEPT, Duration.ofMillis(100));
        CloseableHttpClient client = client()) {
      for (int n = 0; n < 3; n++) {
        call(client, trace(vendor.port(), new Tls(tls, null)));
        await().untilAtomic(vendor.closed, equalTo(vendor.connections.get()));
      }
      assertThat(vendor.requests).hasSize(3);
    }
  }

  @Test
  void keepsItsConnection() throws IOException {
    try (RawServer vendor = RawServer.keepingOpen(tls, KEPT);
        CloseableHttpClient client = client()) {
      for (int n = 0; n < 3; n++) {
        call(client, trace(vendor.port(), new Tls(tls, null)));
      }
      assertThat(vendor.connections).hasValue(1);
    }
  }

  @Test
  void isEndedByTheDeadlineIfItSaysNothing() throws IOException {
    try (RawServer vendor = RawServer.keepingOpen(tls, "");
        CloseableHttpClient client = client()) {
      Destination silent =
          Destination.of("https://127.0.0.1:" + vendor.port(), new Tls(tls, null), null);
      CallTrace trace = new CallTrace(silent, System.nanoTime(), Duration.ofSeconds(2));
      assertThatThrownBy(() -> call(client, trace)).isInstanceOf(IOException.class);
      assertThat(trace.timedOut).isTrue();
    }
  }

  @Test
  void isEndedByTheDeadlineIfItShakesNoHand() throws IOException {
    try (ServerSocket vendor = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        CloseableHttpClient client = client()) {
      Destination silent =
          Destination.of("https://127.0.0.1:" + vendor.getLocalPort(), new Tls(tls, null), null);
      CallTrace trace = new CallTrace(silent, System.nanoTime(), Duration.ofSeconds(1));
      assertThatThrownBy(() -> call(client, trace)).isInstanceOf(IOException.class);
      assertThat(trace.timedOut).isTrue();
      assertThat(trace.sent).isFalse();
    }
  }
}
