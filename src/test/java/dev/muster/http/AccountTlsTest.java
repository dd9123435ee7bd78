package dev.muster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
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
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final Duration AMPLE = Duration.ofSeconds(20);

  private static final Set<InetSocketAddress> CALLERS = ConcurrentHashMap.newKeySet();

  private static final CallsUnderWay CALLS = new CallsUnderWay();

  private static SSLContext tls;
  private static HttpsServer server;

  @BeforeAll
  static void start(@TempDir Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    tls = selfSigned(folder.resolve("store.p12"));
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

  /** Its own certificate is all that it trusts. */
  private static SSLContext selfSigned(Path store)
      throws IOException, GeneralSecurityException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "vendor",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("vendor", keys.getCertificate("vendor"));
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(trust);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  private static CloseableHttpClient client() {
    HttpClientBuilder builder = HttpClientBuilder.create();
    new HardenedClient(AMPLE, AMPLE, 100, CALLS).configure(builder);
    return builder.build();
  }

  private static CallTrace trace(String bundle, SSLContext trust) {
    String url = "https://127.0.0.1:" + server.getAddress().getPort();
    return new CallTrace(Destination.of(url, bundle, trust), System.nanoTime(), AMPLE);
  }

  private static CallTrace call(CloseableHttpClient client, String bundle, SSLContext trust)
      throws IOException {
    return call(client, trace(bundle, trust));
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
      assertThat(call(client, "vendor", tls).body).asString().isEqualTo("{}");
      assertThat(call(client, "vendor", tls).body).asString().isEqualTo("{}");
    }
    assertThat(CALLERS).as("one connection").hasSize(1);
  }

  @Test
  void getsNothingFromAnyOther() throws IOException {
    CallTrace trace = trace(null, null);
    try (CloseableHttpClient client = client()) {
      assertThatThrownBy(() -> call(client, trace)).isInstanceOf(SSLException.class);
    }
    assertThat(trace.sent).isFalse();
    assertThat(CALLERS).isEmpty();
  }

  @Test
  void getsNothingFromAnAccountThatDoesNotTrustItThoughAConnectionOfAnotherIsFree()
      throws IOException {
    CallTrace trace = trace(null, null);
    try (CloseableHttpClient client = client()) {
      assertThat(call(client, "vendor", tls).body).asString().isEqualTo("{}");
      assertThatThrownBy(() -> call(client, trace)).isInstanceOf(SSLException.class);
    }
    assertThat(trace.sent).isFalse();
  }

  @Test
  void neverSeesTwoBundlesOnOneConnection() throws IOException {
    try (CloseableHttpClient client = client()) {
      for (int n = 0; n < 2; n++) {
        call(client, "one", tls);
        call(client, "other", tls);
      }
    }
    assertThat(CALLERS).as("a connection for each bundle").hasSize(2);
  }
}
