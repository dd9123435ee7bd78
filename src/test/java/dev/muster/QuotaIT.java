package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrives at a vendor whose limits are configured, seen from the vendor. */
class QuotaIT {
  private static final Duration WINDOW = Duration.ofSeconds(6);
  private static final Duration LONG_WINDOW = Duration.ofSeconds(12);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofSeconds(3);

  /** What a call that was claimed before the refusal was settled may take to arrive. */
  private static final Duration UNDER_WAY = Duration.ofSeconds(1);

  private static final String DEVICE = "d-1";

  private Site site;

  @BeforeEach
  void start(@TempDir Path folder) {
    site = new Site(folder);
    site.simulator()
        .vendor(LvccSimulator.class)
        .devices()
        .put(DEVICE, (ObjectNode) Json.tree(Site.recorded("lvcc/device-status.json")).get("data"));
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  void anAccountsOwnQuotaHoldsBesideTheOneThatItsAddressShares() {
    for (String account : new String[] {"lvcc1", "lvcc2"}) {
      site.lvcc(account);
      limit(account, 60);
    }
    site.command()
        .with("muster.accounts.lvcc1.further-quotas.own.requests", 20)
        .with("muster.accounts.lvcc1.further-quotas.own.window", "12s");
    try (MusterProcess muster = site.command().start()) {
      refresh("lvcc1", 50);
      refresh("lvcc2", 150);

      await("all calls").atMost(PATIENCE).until(() -> site.simulator().arrivalCount() == 200);

      assertThat(worst(WINDOW, "")).isEqualTo(60);
      assertThat(worst(LONG_WINDOW, "lvcc1")).isEqualTo(20);
      assertThat(worst(WINDOW, "lvcc2")).isGreaterThan(40);
      assertThat(
              site.rows(
                  "select quota || ' ' || scope || ' ' || max_calls as quota from report.quota order by 1"))
          .extracting(row -> row.get("quota"))
          .containsExactly("lvcc1/own account 20", "lvcc@default egress 60");
      assertThat(muster.log())
          .contains("60 calls per 6 s (lvcc@default)", "20 calls per 12 s (lvcc1/own)");
    }
  }

  @Test
  void aLimitThatAnotherReplicaBringsHoldsForThoseAtWork() {
    site.lvcc("lvcc1");
    limit("lvcc1", 30);
    try (MusterProcess muster = site.command().start()) {
      refresh("lvcc1", 40);
      awaitCalls(40);
      assertThat(worst(WINDOW, "")).isEqualTo(30);

      bring(300);
      awaitLine(muster, "300 calls per 6 s since 2", "before: 30 calls per 6 s");
      refresh("lvcc1", 240);
      awaitCalls(240);
      assertThat(worst(WINDOW, "")).as("it speeds up").isBetween(150, 300);

      bring(10);
      awaitLine(muster, "10 calls per 6 s since 2", "before: 300 calls per 6 s");
      refresh("lvcc1", 25);
      awaitCalls(25);
      assertThat(worst(WINDOW, "")).as("it slows down").isEqualTo(10);

      bring(0);
      awaitLine(muster, "no limit any more", "before: 10 calls per 6 s");
      refresh("lvcc1", 100);
      awaitCalls(100);
      assertThat(worst(WINDOW, "")).as("nothing is held back").isEqualTo(100);

      assertThat(muster.logLines("another replica")).hasSize(3);
      assertThat(muster.log()).doesNotContain("WARN", "ERROR");
    }
  }

  @Test
  void aVendorThatAsksToSlowDownPausesEveryReplicaAtOnce() {
    site.lvcc("lvcc1");
    limit("lvcc1", 120);
    try (MusterProcess one = site.command().start();
        MusterProcess other = site.command().start()) {
      site.simulator()
          .disturb(Disturbance.tooManyRequests(PAUSE).vendor(LvccSimulator.NAME).skip(20).times(1));
      refresh("lvcc1", 300);

      site.awaitRow("select * from report.quota where paused_until > now() and refused = 1");
      await("all rows")
          .atMost(PATIENCE)
          .until(
              () -> site.rows("select from muster.work_request where status <> 'done'").isEmpty());

      List<Arrival> calls = site.simulator().arrivals();
      Arrival refused =
          calls.stream().filter(call -> call.status() == 429).findFirst().orElseThrow();
      assertThat(calls)
          .as("after the calls under way nothing comes before the pause is over")
          .noneMatch(
              call ->
                  call.nanos() > refused.nanos() + UNDER_WAY.toNanos()
                      && call.nanos() < refused.nanos() + PAUSE.toNanos());
      assertThat(calls).as("each once, and the refused one again").hasSize(301);
      assertThat(site.rows("select from muster.work_request where attempts > 1"))
          .as("a refusal for the rate counts no attempt")
          .isEmpty();
      assertThat(one.log() + other.log()).doesNotContain("ERROR");
    }
  }

  private void limit(String account, int requests) {
    site.command()
        .with("muster.accounts." + account + ".quota.requests", requests)
        .with("muster.accounts." + account + ".quota.window", "6s");
  }

  /** Starts a second replica with another limit, and stops it at once. */
  private void bring(int requests) {
    limit("lvcc1", requests);
    try (MusterProcess second = site.command().start()) {
      second.stop();
    }
    site.simulator().forgetArrivals();
  }

  private static void awaitLine(MusterProcess muster, String now, String before) {
    await(now)
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                muster.logLines(now).stream()
                        .filter(line -> line.contains("quota lvcc@default: "))
                        .filter(line -> line.contains(before))
                        .count()
                    == 1);
  }

  private void refresh(String account, int count) {
    site.db()
        .sql(
            "insert into muster.work_request (account, action, key)"
                + " select ?, 'refresh', ? from generate_series(1, ?)")
        .params(account, DEVICE, count)
        .update();
  }

  private void awaitCalls(int count) {
    await(count + " calls")
        .atMost(PATIENCE)
        .until(
            () ->
                site.simulator().arrivalCount() == count
                    && site.rows("select from muster.work_request where status <> 'done'")
                        .isEmpty());
  }

  /** The most calls in any window, of this account's or of all. */
  private int worst(Duration window, String account) {
    return site.simulator()
        .worstWindow(window, arrival -> arrival.account().startsWith(account))
        .calls();
  }
}
