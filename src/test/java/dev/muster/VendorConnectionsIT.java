package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.RawServer;
import dev.muster.support.Relay;
import dev.muster.support.Site;
import dev.muster.support.TestProxy;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vendors that hang up, that are behind a proxy, that have odd names and other charsets. */
class VendorConnectionsIT {
  private static final int BATCHES = 20;
  private static final int AT_ONCE = 5;

  private static Site site;
  private static Relay relay;
  private static TestProxy proxy;
  private static RawServer chinese;
  private static RawServer mute;
  private static MusterProcess muster;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    site = new Site(folder);
    relay = new Relay("127.0.0.1", site.simulator().port());
    proxy = new TestProxy(site.simulator().port());
    chinese = RawServer.keepingOpen(gbkReply());
    mute = new RawServer(out -> new CountDownLatch(1).await());
    site.enos("direct");
    at("direct", "HTTP://Vendor_Host.test:" + relay.port() + "/enos");
    site.enos("proxied");
    at("proxied", "http://enos.test/enos");
    site.lvcc("gbk");
    at("gbk", chinese.url());
    site.enos("unanswered");
    at("unanswered", "https://enos.test/enos");
    site.command()
        .with("muster.accounts.unanswered.proxy", mute.url())
        .with("muster.accounts.unanswered.call-deadline", "1s");
    Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 Vendor_Host.test\n");
    muster =
        site.command()
            .jvm("-Djdk.net.hosts.file=" + hosts)
            .environment("HTTP_PROXY", "http://ann:hush-hush@" + proxy.address())
            .environment("NO_PROXY", "vendor_host.test")
            .start();
  }

  private static void at(String account, String baseUrl) {
    site.command().with("muster.accounts." + account + ".base-url", baseUrl);
  }

  private static String gbkReply() {
    ObjectNode reply = (ObjectNode) Json.tree(Site.recorded("lvcc/device-status.json"));
    ((ObjectNode) reply.at("/data/device/data/device")).put("name", "充电桩");
    byte[] body = reply.toString().getBytes(Charset.forName("GBK"));
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=GBK\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(body.length, new String(body, StandardCharsets.ISO_8859_1));
  }

  @AfterAll
  static void stop() {
    Stream.of(muster, chinese, mute, proxy, relay, site).forEach(VendorConnectionsIT::close);
  }

  private static void close(AutoCloseable each) {
    try {
      each.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aVendorThatHangsUpOnIdleConnectionsLosesNoCall() {
    for (int batch = 0; batch < BATCHES; batch++) {
      List<Long> requests = new ArrayList<>();
      for (int n = 0; n < AT_ONCE; n++) {
        String key = "idle-" + batch + "-" + n;
        free(key);
        requests.add(site.allocate("direct", key, "{}"));
      }
      for (long request : requests) {
        assertThat(site.awaitRequest(request, "done"))
            .containsEntry("attempts", 2)
            .containsEntry("error_code", null);
      }
      relay.hangUp();
    }
    for (int batch = 0; batch < BATCHES; batch++) {
      assertThat(site.simulator().vendor(EnosSimulator.class).allocations("idle-" + batch + "-0"))
          .isEqualTo(new AllocationCount(1, 1, 0));
    }
  }

  @Test
  void anAllocationGoesThroughTheProxyOfTheEnvironmentAndItsPasswordIsNowhere() {
    free("behind");

    assertThat(site.awaitRequest(site.allocate("proxied", "behind", "{}"), "done"))
        .containsEntry("attempts", 2);

    assertThat(proxy.requests)
        .anyMatch(head -> head.startsWith("POST http://enos.test:80/enos/dps-service/"))
        .allMatch(head -> head.contains("Proxy-Authorization: Basic "));
    assertThat(muster.log())
        .contains("proxied: calls go through the proxy " + proxy.address())
        .doesNotContain("hush-hush")
        .doesNotContain("direct: calls go through");
  }

  @Test
  void aReplyInGbkIsStoredAsItWasMeant() {
    site.target("gbk", "device", "g-1");

    assertThat(site.awaitDevice("gbk", "g-1")).containsEntry("name", "充电桩");
  }

  @Test
  void aProxyThatNeverAnswersIsTold() {
    for (int n = 0; n < 3; n++) {
      site.target("unanswered", "device", "u-" + n);
    }

    assertThat(
            site.awaitRow(
                "select down_why from report.account where account = 'unanswered' and down_since is not null"))
        .hasEntrySatisfying("down_why", why -> assertThat(why).asString().contains("time"));
  }

  @Test
  void theStartWarnsOfCredentialsThatAnybodyOnTheWayReads() {
    assertThat(muster.logLines("has no TLS"))
        .hasSize(2)
        .anyMatch(line -> line.contains("proxied: http://enos.test/enos has no TLS"))
        .anyMatch(line -> line.contains("direct: "));
  }

  private static void free(String sn) {
    site.simulator()
        .vendor(EnosSimulator.class)
        .devices()
        .put(
            sn,
            ((ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data"))
                .put("sn", sn));
  }
}
