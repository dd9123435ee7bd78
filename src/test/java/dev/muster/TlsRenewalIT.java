package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Relay;
import dev.muster.support.Site;
import dev.muster.support.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulator behind a gate that wants a client certificate, and that bears another name. */
class TlsRenewalIT {
  private static final String BUNDLE = "spring.ssl.bundle.pem.vendor.";

  @Test
  void aRenewedCertificateAndAuthorityAreUsedByTheNextCall(@TempDir Path folder) throws Exception {
    TestCertificate vendor = new TestCertificate(folder.resolve("vendor"), "dns:iot.example");
    TestCertificate first = new TestCertificate(folder.resolve("first"), "dns:muster");
    TestCertificate second = new TestCertificate(folder.resolve("second"), "dns:muster");
    Path certificate = folder.resolve("client.crt");
    Path key = folder.resolve("client.key");
    vendor.writePem(folder.resolve("ca.crt"), folder.resolve("unused.key"));
    first.writePem(certificate, key);
    try (Site site = new Site(folder);
        Relay gate = new Relay("127.0.0.1", site.simulator().port())) {
      gate.mutualTls(vendor.trusting(first));
      try (MusterProcess muster = muster(site, gate.port(), folder)) {
        read(site, "by-the-first");

        second.writePem(certificate, key);
        muster.awaitLog("the TLS bundle vendor was renewed: the next connection uses it");
        gate.mutualTls(vendor.trusting(second));
        read(site, "by-the-second");

        TestCertificate other = new TestCertificate(folder.resolve("other"), "dns:iot.example");
        gate.mutualTls(other.trusting(second));
        other.writePem(folder.resolve("ca.crt"), folder.resolve("unused.key"));
        await("the authority alone is renewed")
            .atMost(Duration.ofSeconds(30))
            .until(() -> muster.logLines("the TLS bundle vendor was renewed").size() == 2);
        read(site, "by-its-new-authority");

        Files.writeString(key, "no key");
        muster.awaitLog(
            "the TLS bundle vendor was changed and can't be used, so the earlier one stays");
        gate.mutualTls(other.trusting(second));
        read(site, "by-the-earlier-one");
        assertThat(muster.logLines("TLS bundle")).hasSize(3);
        assertThat(muster.log()).doesNotContain("\tat ");
      }
    }
  }

  private static void read(Site site, String key) {
    ObjectNode device =
        (ObjectNode) Json.tree(Site.recorded("lvcc/device-status.json")).get("data");
    site.simulator().vendor(LvccSimulator.class).devices().put(key, device);
    site.target("tls", "device", key);
    site.awaitDevice("tls", key);
  }

  private static MusterProcess muster(Site site, int port, Path folder) {
    site.lvcc("tls");
    return site.command()
        .with("muster.accounts.tls.base-url", "https://127.0.0.1:" + port + "/lvcc")
        .with("muster.accounts.tls.tls-bundle", "vendor")
        .with("muster.accounts.tls.tls-name", "iot.example")
        .with(BUNDLE + "reload-on-update", true)
        .with("spring.ssl.bundle.watch.file.quiet-period", "200ms")
        .with(BUNDLE + "truststore.certificate", "file:" + folder.resolve("ca.crt"))
        .with(BUNDLE + "keystore.certificate", "file:" + folder.resolve("client.crt"))
        .with(BUNDLE + "keystore.private-key", "file:" + folder.resolve("client.key"))
        .start();
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
