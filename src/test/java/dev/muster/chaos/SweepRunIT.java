package dev.muster.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Inventory;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Replica;
import dev.muster.support.Replicas;
import dev.muster.support.Site;
import dev.muster.support.Timetable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * 20,000 of Huawei's devices from their list, by the packaged jar: at the vendor's limit, and while
 * everything goes wrong. {@code -Dsweep.seconds=120} is how long.
 */
@Tag("benchmark")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no signals")
class SweepRunIT {
  private static final String ACCOUNT = "huawei1";
  private static final int DEVICES = 20_000;
  private static final int CALLS = 81;
  private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("sweep.seconds", 120));
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final Duration KILL_EVERY = Duration.ofSeconds(10);
  private static final Duration CHANGE_EVERY = Duration.ofMillis(200);

  /** One in so many of the devices that are deleted is asked for at once, by a request. */
  private static final int ASKED_EVERY = 10;

  @TempDir Path folder;

  private final Set<String> deleted = new ConcurrentSkipListSet<>();
  private final AtomicInteger latest = new AtomicInteger(DEVICES);

  @Test
  void theFirstCopyTakesEightyOneCallsAtTheLimitOfAHundredAMinute() {
    Duration window = Duration.ofMinutes(1);
    try (Site site = site(100, window);
        MusterProcess muster = site.command().inSession().start()) {
      site.db()
          .sql(
              "insert into muster.poll_target (account, resource, key)"
                  + " select ?, 'device', 'd-' || n from generate_series(1, ?) n")
          .params(ACCOUNT, DEVICES)
          .update();
      awaitSweeps(site, 1);

      List<Arrival> pages = site.simulator().arrivals(a -> a.call().equals(HuaweiSimulator.LIST));
      assertThat(pages).hasSize(CALLS);
      assertThat(site.simulator().arrivals()).as("and a login").hasSize(CALLS + 1);
      double seconds = (pages.get(CALLS - 1).nanos() - pages.get(0).nanos()) / 1e9;
      double used = (CALLS - 1) * window.toSeconds() / 100.0 / seconds;
      int worst = site.simulator().worstWindow(window, any -> true).calls();
      System.out.printf(
          "%,d devices, 100 calls a minute: %d pages in %.1f s, %.1f %% of the quota, worst window %d%n",
          DEVICES, CALLS, seconds, 100 * used, worst);
      assertThat(used).isGreaterThan(0.95);
      assertThat(worst).isLessThanOrEqualTo(100);
      assertThat(muster.isAlive()).isTrue();
    }
  }

  @Test
  void killsFailuresAndAFleetThatMovesLoseAndDoubleNoDevice() {
    Duration window = Duration.ofSeconds(12);
    try (Site site = site(30, window);
        Replicas replicas = new Replicas(n -> Replica.of(site.command().start()));
        Timetable timetable = new Timetable()) {
      String prefix = "muster.accounts." + ACCOUNT + ".";
      site.command().with(prefix + "discover", true).with(prefix + "sweep-every", "10s");
      Disturbance pages = Disturbance.any(Disturbance.Kind.DROP_AFTER).call(HuaweiSimulator.LIST);
      site.simulator().disturb(pages.chance(0.1));
      site.simulator()
          .disturb(
              Disturbance.reply(500, "{\"error_code\":\"100001\"}")
                  .call(HuaweiSimulator.LIST)
                  .chance(0.1));
      replicas.start(1);
      timetable.repeat(() -> KILL_EVERY, () -> replicas.killNext(() -> {}));
      timetable.repeat(() -> CHANGE_EVERY, () -> change(site));
      timetable.pass(TIME);
      timetable.close();
      timetable.pass(Duration.ZERO);
      site.simulator().undisturb();
      awaitSweeps(site, 2);

      List<String> targets =
          site.db().sql("select key from muster.poll_target").query(String.class).list();
      Set<String> present = devices(site).keys();
      System.out.printf(
          "%d kills in %s, %d devices deleted, %d created; %s%n",
          replicas.kills(),
          TIME,
          deleted.size(),
          latest.get() - DEVICES,
          site.rows(
              "select state, pages, calls, devices, new, extract(epoch from finished_at - started_at)::integer as seconds"
                  + " from report.sweep order by started_at"));
      assertThat(replicas.kills()).isPositive();
      assertThat(copies(site, "true")).as("each device has its copy").containsAll(present);
      assertThat(copies(site, "missing_since is not null")).isSubsetOf(deleted);
      assertThat(targets).doesNotHaveDuplicates().containsAll(present);
      assertThat(site.simulator().worstWindow(window, any -> true).calls()).isLessThanOrEqualTo(30);
    }
  }

  private Site site(int limit, Duration window) {
    Site site = new Site(folder);
    site.huawei(ACCOUNT);
    String prefix = "muster.accounts." + ACCOUNT + ".";
    site.command()
        .without(prefix + "sweep-every")
        .with(prefix + "quota.requests", limit)
        .with(prefix + "quota.window", window.toSeconds() + "s");
    IntStream.rangeClosed(1, DEVICES).forEach(n -> create(site, "d-" + n));
    return site;
  }

  private static Inventory devices(Site site) {
    return site.simulator().vendor(HuaweiSimulator.class).devices();
  }

  private static void create(Site site, String key) {
    ObjectNode device = (ObjectNode) Json.tree("{\"activated\": true}");
    devices(site).put(key, device.put("deviceId", key).put("name", "Meter " + key));
  }

  /** One is deleted, one created, and one is registered anew: it is the last of the list now. */
  private void change(Site site) {
    String gone = "d-" + ThreadLocalRandom.current().nextInt(1, DEVICES);
    if (devices(site).remove(gone)) {
      deleted.add(gone);
      if (deleted.size() % ASKED_EVERY == 0) {
        site.refresh(ACCOUNT, gone);
      }
    }
    create(site, "d-" + latest.incrementAndGet());
    String moved = "d-" + ThreadLocalRandom.current().nextInt(1, DEVICES);
    if (devices(site).remove(moved)) {
      create(site, moved);
    }
  }

  /** So many sweeps that begin from now on, or have begun already if none has ended. */
  private static void awaitSweeps(Site site, int count) {
    String done = "select count(*) from report.sweep where state = 'done'";
    long before = site.db().sql(done).query(Long.class).single();
    await("sweeps")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> site.db().sql(done).query(Long.class).single() >= before + count);
  }

  private static Set<String> copies(Site site, String which) {
    return new TreeSet<>(
        site.db().sql("select key from report.device where " + which).query(String.class).list());
  }
}
