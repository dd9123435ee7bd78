package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.WorstWindow;
import dev.muster.simulator.enos.EnosAccount;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Prometheus;
import dev.muster.support.Site;
import dev.muster.support.Timetable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two replicas under load are replaced one after the other, as a platform does it. The new ones
 * have other credentials at the vendors, which take both meanwhile, and another token key.
 */
class RollingRestartIT {
  private static final String ENOS = "enos1";
  private static final String HUAWEI = "huawei1";

  private static final int LIMIT = 120;
  private static final Duration WINDOW = Duration.ofSeconds(6);
  private static final Duration INSERT_EVERY = Duration.ofMillis(150);
  private static final int PULLED = 20;

  /**
   * Each is pulled once a second; above what that takes, or an alert would say that it is short.
   */
  private static final int PULL_LIMIT = 150;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  private final AtomicInteger inserted = new AtomicInteger();
  private final int[] ports = IntStream.generate(RollingRestartIT::freePort).limit(4).toArray();
  private Site site;

  @BeforeEach
  void open() {
    site = new Site(folder);
    site.simulator().disturb(Disturbance.latency(Duration.ofMillis(20), Duration.ofMillis(400)));
    before();
    for (int n = 0; n < PULLED; n++) {
      ObjectNode device = (ObjectNode) Json.tree("{\"activated\":true}");
      site.simulator()
          .vendor(HuaweiSimulator.class)
          .devices()
          .put("h-" + n, device.put("deviceId", "h-" + n));
    }
  }

  private void before() {
    site.enos(ENOS);
    site.huawei(HUAWEI);
    site.command()
        .with("muster.accounts." + ENOS + ".quota.requests", LIMIT)
        .with("muster.accounts." + ENOS + ".quota.window", WINDOW.toSeconds() + "s")
        .with("muster.accounts." + HUAWEI + ".quota.requests", PULL_LIMIT)
        .with("muster.accounts." + HUAWEI + ".quota.window", WINDOW.toSeconds() + "s")
        // Else the quota is named after the credentials, and is another one with new ones.
        .with("muster.accounts." + HUAWEI + ".quota.scope", "huawei")
        .with("muster.token-key", "the-first-key-of-this-house")
        // As by default: a letter opens after a quarter of an hour, and no restart takes so long.
        .without("muster.retry.attempts")
        .without("muster.retry.letter-after");
  }

  private MusterProcess.Command after() {
    EnosSimulator enos = site.simulator().vendor(EnosSimulator.class);
    enos.add(new EnosAccount("new-app-key", "new-app-secret", Site.ORG_ID, true));
    site.simulator().vendor(HuaweiSimulator.class).addApplication("new-app-id", "new-secret");
    return site.command()
        .copy()
        .with("muster.accounts." + ENOS + ".credentials.app-key", "new-app-key")
        .with("muster.accounts." + ENOS + ".credentials.app-secret", "new-app-secret")
        .with("muster.accounts." + HUAWEI + ".credentials.app-id", "new-app-id")
        .with("muster.accounts." + HUAWEI + ".credentials.secret", "new-secret")
        .with("muster.token-key", "the-second-key-of-this-house");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void nothingIsLostOrSentTwiceNoWindowHoldsMoreThanTheLimitAndNoAlertFires() {
    MusterProcess.Command renewed = after();
    try (MusterProcess one = site.command().with("server.port", ports[0]).start();
        MusterProcess two = site.command().with("server.port", ports[1]).start();
        AlertWatch alerts = new AlertWatch(folder, ports);
        Timetable load = new Timetable()) {
      IntStream.range(0, PULLED).forEach(n -> site.target(HUAWEI, "device", "h-" + n));
      site.db().sql("update muster.poll_target set refresh_every = '1 second'").update();
      load.repeat(() -> INSERT_EVERY, this::insert);
      awaitDone(20);
      try (MusterProcess three = renewed.with("server.port", ports[2]).start()) {
        one.stop();
        awaitDone(inserted.get());
        try (MusterProcess four = renewed.with("server.port", ports[3]).start()) {
          two.stop();
          awaitDone(inserted.get() + 20);
          load.end();
          awaitDone(inserted.get());
          assertQuiet(one, two, three, four);
          alerts.assertQuiet();
        }
      }
    }
    assertAllocatedOnce();
  }

  private void insert() {
    String key = "r-" + inserted.get();
    ObjectNode device = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
    site.simulator().vendor(EnosSimulator.class).devices().put(key, device.put("sn", key));
    site.allocate(ENOS, key, "{}");
    inserted.incrementAndGet();
  }

  private void awaitDone(int count) {
    await(count + " are done")
        .atMost(PATIENCE)
        .until(
            () ->
                site.rows("select from muster.work_request where status = 'done'").size() >= count);
  }

  private void assertQuiet(MusterProcess... replicas) {
    for (MusterProcess replica : replicas) {
      assertThat(replica.log()).doesNotContain(": dead letter ", "is halted", " ERROR ");
    }
  }

  private void assertAllocatedOnce() {
    EnosSimulator enos = site.simulator().vendor(EnosSimulator.class);
    for (int n = 0; n < inserted.get(); n++) {
      String key = "r-" + n;
      assertThat(enos.allocations(key)).as(key).isEqualTo(new AllocationCount(1, 1, 0));
    }
    assertThat(site.rows("select from muster.work_request")).hasSize(inserted.get());
    assertThat(site.rows("select from muster.work_request where status <> 'done'")).isEmpty();
    assertThat(site.rows("select * from report.dead_letter")).isEmpty();
    assertThat(site.rows("select * from report.audit where to_status = 'halted'")).isEmpty();
    System.out.printf("%d requests%n", inserted.get());
    assertWithin(LIMIT, EnosSimulator.NAME);
    assertWithin(PULL_LIMIT, HuaweiSimulator.NAME);
  }

  private void assertWithin(int limit, String vendor) {
    WorstWindow worst =
        site.simulator().worstWindow(WINDOW, call -> call.vendor().equals(vendor) && counts(call));
    System.out.printf(
        "%s: at most %d calls in %s (limit %d)%n", vendor, worst.calls(), WINDOW, limit);
    assertThat(worst.forgotten()).isZero();
    assertThat(worst.calls()).as(vendor).isBetween(1, limit);
  }

  /** EnOS does not count token calls. */
  private static boolean counts(Arrival call) {
    return !(call.vendor().equals(EnosSimulator.NAME) && call.call().equals("token"));
  }

  private static int freePort() {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A Prometheus with the alerts of deploy/prometheus, where this machine has one. */
  private static final class AlertWatch implements AutoCloseable {
    private final Prometheus prometheus;

    AlertWatch(Path folder, int... ports) {
      prometheus =
          Prometheus.program("prometheus").isPresent() ? new Prometheus(folder, ports) : null;
    }

    void assertQuiet() {
      if (prometheus == null) {
        System.out.println("this machine has no prometheus: no alert was watched");
      } else {
        prometheus.assertQuiet();
      }
    }

    @Override
    public void close() {
      if (prometheus != null) {
        prometheus.close();
      }
    }
  }
}
