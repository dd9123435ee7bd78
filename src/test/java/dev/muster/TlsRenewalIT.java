package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import dev.muster.support.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vendor that wants a client certificate, and whose own bears another name than its host. */
class TlsRenewalIT {
  private static final String BUNDLE = "spring.ssl.bundle.pem.vendor.";

  /** Common name of the certificate that came with the last call. */
  private volatile String shown;

  @Test
  void aRenewedCertificateAndAuthorityAreUsedByTheNextCall(@TempDir Path folder) throws Exception {
    TestCertificate vendor = new TestCertificate(folder.resolve("vendor"), "dns:iot.example");
    TestCertificate first = new TestCertificate(folder.resolve("first"), "dns:muster");
    TestCertificate second = new TestCertificate(folder.resolve("second"), "dns:muster");
    Path certificate = folder.resolve("client.crt");
    Path key = folder.resolve("client.key");
    vendor.writePem(folder.resolve("ca.crt"), folder.resolve("unused.key"));
    first.writePem(certificate, key);
    HttpsServer server = server(0, vendor.trusting(first, second));
    int port = server.getAddress().getPort();
    try (Site site = new Site(folder);
        MusterProcess muster = muster(site, port, folder)) {
      site.target("tls", "device", "one");
      site.awaitDevice("tls", "one");
      assertThat(shown).isEqualTo("CN=first");

      second.writePem(certificate, key);
      muster.awaitLog("the TLS bundle vendor was renewed: the next connection uses it");
      site.target("tls", "device", "two");
      site.awaitDevice("tls", "two");
      assertThat(shown).isEqualTo("CN=second");

      TestCertificate other = new TestCertificate(folder.resolve("other"), "dns:iot.example");
      server.stop(0);
      server = server(port, other.trusting(first, second));
      other.writePem(folder.resolve("ca.crt"), folder.resolve("unused.key"));
      await("the authority alone is renewed")
          .atMost(Duration.ofSeconds(30))
          .until(() -> muster.logLines("the TLS bundle vendor was renewed").size() == 2);
      site.target("tls", "device", "by-its-new-authority");
      site.awaitDevice("tls", "by-its-new-authority");

      Files.writeString(key, "no key");
      muster.awaitLog(
          "the TLS bundle vendor was changed and can't be used, so the earlier one stays");
      site.target("tls", "device", "three");
      site.awaitDevice("tls", "three");
      assertThat(shown).isEqualTo("CN=second");
      assertThat(muster.logLines("TLS bundle")).hasSize(3);
      assertThat(muster.log()).doesNotContain("\tat ");
    } finally {
      server.stop(0);
    }
  }

  private static MusterProcess muster(Site site, int port, Path folder) {
    site.account("tls", "lvcc", Map.of("token", "any-token"));
    return site.command()
        .with("muster.accounts.tls.base-url", "https://127.0.0.1:" + port)
        .with("muster.accounts.tls.tls-bundle", "vendor")
        .with("muster.accounts.tls.tls-name", "iot.example")
        .with(BUNDLE + "reload-on-update", true)
        .with("spring.ssl.bundle.watch.file.quiet-period", "200ms")
        .with(BUNDLE + "truststore.certificate", "file:" + folder.resolve("ca.crt"))
        .with(BUNDLE + "keystore.certificate", "file:" + folder.resolve("client.crt"))
        .with(BUNDLE + "keystore.private-key", "file:" + folder.resolve("client.key"))
        .start();
  }

  /** Keeps its connections. */
  private HttpsServer server(int port, SSLContext tls) throws IOException {
    byte[] reply = Site.recorded("lvcc/device-status.json").getBytes(StandardCharsets.UTF_8);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = tls.getDefaultSSLParameters();
            wanted.setNeedClientAuth(true);
            parameters.setSSLParameters(wanted);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          shown =
              ((X509Certificate)
                      ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0])
                  .getSubjectX500Principal()
                  .getName();
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, reply.length);
          exchange.getResponseBody().write(reply);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void aBundleThatCannotBeUsedStopsTheStartInASentence(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("ca.crt"), "no certificate");
    try (Site site = new Site(folder)) {
      site.lvcc("tls");
      try (MusterProcess muster =
          site.command()
              .with("muster.accounts.tls.tls-bundle", "vendor")
              .with(BUNDLE + "truststore.certificate", "file:" + folder.resolve("ca.crt"))
              .launch()) {
        assertThat(muster.awaitEnd(Duration.ofMinutes(4)).exitCode()).isEqualTo(1);
        assertThat(muster.log())
            .contains(
                "muster.accounts.tls: tls-bundle: the spring.ssl.bundle vendor can't be used: ")
            .doesNotContain("\tat ");
      }
    }
  }
}
