package dev.muster.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.metrics.Exposition.Family;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosDemo;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.support.RunningMuster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What a running Muster exports: docs/metrics.md, and the rows. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MetricsTest {
  private static final Path PAGE = Path.of("docs", "metrics.md");
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String MUSTER = "muster_";
  private static final String ENOS = "enos1";

  private static Simulator simulator;
  private static RunningMuster muster;

  /** A line of the page's tables, or what the endpoint says of a metric. */
  private record Metric(String kind, Set<String> labels, String means) {}

  @BeforeAll
  static void start() {
    simulator = Simulator.start(0);
    muster =
        RunningMuster.start(Map.of("muster.simulator.url", "http://127.0.0.1:" + simulator.port()));
    await("the demonstration's allocations end")
        .atMost(SOON)
        .until(
            () ->
                count("select count(*) from muster.work_request where finished_at is null") == 0
                    && count("select count(*) from muster.work_request") > 0);
  }

  @AfterAll
  static void stop() {
    muster.close();
    simulator.close();
  }

  private static double count(String sql, Object... params) {
    return muster.sql().sql(sql).params(params).query(Long.class).single().doubleValue();
  }

  private static void run(String sql, Object... params) {
    muster.sql().sql(sql).params(params).update();
  }

  private static Exposition exported() {
    return Exposition.of(muster.get("/actuator/prometheus").body());
  }

  private static Exposition read() {
    muster.bean(DatabaseState.class).readAndShow();
    return exported();
  }

  private static double ended(String key) {
    return count("select count(*) from muster.work_request where key = ? and status = 'done'", key);
  }

  @Test
  @Order(1)
  void thePageListsWhatIsExportedAndTheOtherWayRound() throws IOException {
    assertThat(exportedMetrics()).isEqualTo(listedMetrics());
  }

  private static Map<String, Metric> exportedMetrics() {
    Exposition exported = read();
    Map<String, Metric> metrics = new TreeMap<>();
    exported
        .families()
        .forEach(
            (name, family) -> {
              if (name.startsWith(MUSTER) && !isMaximumOfATimer(name, exported)) {
                metrics.put(name, new Metric(kind(family), exported.labels(name), family.help()));
              }
            });
    return metrics;
  }

  private static boolean isMaximumOfATimer(String name, Exposition exported) {
    return name.endsWith("_max")
        && exported.families().containsKey(name.substring(0, name.length() - "_max".length()));
  }

  private static String kind(Family family) {
    return family.type().equals("histogram") ? "timer" : family.type();
  }

  private static Map<String, Metric> listedMetrics() throws IOException {
    Map<String, Metric> metrics = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("| `" + MUSTER)) {
        String[] cells = line.split(" ?\\| ");
        Set<String> labels = new TreeSet<>(List.of(cells[2].split(", ")));
        labels.remove("");
        metrics.put(cells[1].replace("`", ""), new Metric(cells[3], labels, cells[4]));
      }
    }
    return metrics;
  }

  @Test
  @Order(2)
  void everyCallAndItsWaitAreCounted() {
    Exposition before = exported();
    String key = EnosDemo.DEVICES.get(0);
    int requests = 7;
    run(
        "insert into muster.work_request (account, action, key)"
            + " select 'enos1', 'refresh', ? from generate_series(1, ?)",
        key,
        requests);
    await().atMost(SOON).until(() -> ended(key) == requests);

    awaitRise(
        before,
        requests,
        "muster_calls_seconds_count",
        "account",
        ENOS,
        "vendor",
        "enos",
        "operation",
        "refresh",
        "outcome",
        "ok");
    awaitRise(before, requests, "muster_request_wait_seconds_count", "action", "refresh");
    await().atMost(SOON).until(() -> exported().value("muster_outcomes_waiting") == 0);
    Exposition after = exported();
    assertThat(after.value("muster_claim_seconds_count"))
        .isGreaterThan(before.value("muster_claim_seconds_count"));
    assertThat(after.value("muster_settle_seconds_count"))
        .isGreaterThan(before.value("muster_settle_seconds_count"));
    assertThat(after.value("muster_listener_connected")).isOne();
    assertThat(after.value("muster_database_usable")).isOne();
    assertThat(after.value("muster_build_info", "camel", camel())).isOne();
  }

  private static String camel() {
    return org.apache.camel.CamelContext.class.getPackage().getImplementationVersion();
  }

  /** A meter rises a moment after the row is there. */
  private static void awaitRise(Exposition before, int by, String name, String... labels) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(rise(before, name, labels)).as(name).isEqualTo(by));
  }

  private static double rise(Exposition before, String name, String... labels) {
    Double earlier = before.value(name, labels);
    Double now = exported().value(name, labels);
    return (now == null ? 0 : now) - (earlier == null ? 0 : earlier);
  }

  @Test
  @Order(3)
  void whatSettlementsBringIsCountedAsTheRowsShow() {
    await("all that is new has been read")
        .atMost(SOON)
        .until(
            () ->
                count(
                        "select count(*) from muster.poll_state s join muster.poll_target t on t.id = s.target_id"
                            + " where t.account = ? and s.synced_at is null and s.waits_for is null",
                        ENOS)
                    == 0);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(exported().value("muster_changes_total", "account", ENOS, "kind", "new"))
                    .isEqualTo(
                        count("select count(*) from report.device where account = ?", ENOS)));
    Exposition before = exported();

    String changed = EnosDemo.DEVICES.get(1);
    String gone = EnosDemo.DEVICES.get(2);
    var devices = simulator.vendor(EnosSimulator.class).devices();
    assertThat(devices.change(changed, device -> device.put("desc", "another"))).isPresent();
    devices.remove(gone);
    for (String key : List.of(changed, gone)) {
      run(
          "insert into muster.work_request (account, action, key) values ('enos1', 'refresh', ?)",
          key);
    }
    await().atMost(SOON).until(() -> ended(changed) == 1);
    await()
        .atMost(SOON)
        .until(
            () ->
                count(
                        "select count(*) from report.device where key = ? and missing_since is not null",
                        gone)
                    == 1);

    awaitRise(before, 1, "muster_changes_total", "account", ENOS, "kind", "changed");
    awaitRise(before, 1, "muster_changes_total", "account", ENOS, "kind", "missing");
    assertThat(rise(before, "muster_changes_total", "account", ENOS, "kind", "new")).isZero();
    awaitRise(
        before,
        1,
        "muster_calls_seconds_count",
        "account",
        ENOS,
        "operation",
        "refresh",
        "outcome",
        "park");
  }

  @Test
  @Order(4)
  void theDatabasesMetricsShowItsRows() {
    muster.sql().sql("select muster.pause('lvcc1', 'a test')").query().singleRow();
    Exposition shown = read();

    assertThat(shown.value("muster_account_state", "account", "lvcc1", "state", "paused")).isOne();
    assertThat(shown.value("muster_account_state", "account", "lvcc1", "state", "active")).isZero();
    assertThat(shown.value("muster_attention", "what", "account_paused")).isOne();
    assertThat(shown.value("muster_replicas")).isOne();
    assertThat(
            shown.value("muster_targets", "state", "fresh")
                + shown.value("muster_targets", "state", "stale"))
        .isEqualTo(count("select count(*) from muster.poll_target where enabled"));
    await().atMost(SOON).untilAsserted(MetricsTest::assertLettersAreCounted);
  }

  private static void assertLettersAreCounted() {
    Exposition shown = read();
    for (Map<String, Object> letters :
        muster
            .sql()
            .sql(
                "select account, operation, error_code, count(*) as n from report.dead_letter"
                    + " where state = 'open' group by 1, 2, 3")
            .query()
            .listOfRows()) {
      assertThat(
              shown.value(
                  "muster_letters_open",
                  "account",
                  (String) letters.get("account"),
                  "operation",
                  (String) letters.get("operation"),
                  "error_code",
                  (String) letters.get("error_code")))
          .as(letters.toString())
          .isEqualTo(((Number) letters.get("n")).doubleValue());
    }
  }

  @Test
  @Order(5)
  void anAccountThatLeavesTakesItsSeriesWithIt() {
    assertThat(read().value("muster_account_state", "account", "huawei1")).isOne();

    // The process itself says every few seconds that it has the account.
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              run("update muster.account set configured = false where account = 'huawei1'");
              Exposition shown = read();
              assertThat(shown.value("muster_account_state", "account", "huawei1")).isNull();
              assertThat(shown.value("muster_targets", "account", "huawei1")).isNull();
              assertThat(shown.value("muster_account_state", "account", ENOS)).isOne();
            });
  }

  @Test
  @Order(6)
  void aDatabaseThatIsAwayShowsAndTheEndpointStillAnswers() {
    muster.database().alter("connection limit 0");

    await().atMost(SOON).until(() -> exported().value("muster_database_usable") == 0);
    assertThat(muster.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
    await().atMost(SOON).until(() -> exported().value("muster_listener_connected") == 0);
    assertThat(exported().value("muster_replicas")).as("the last reading").isOne();

    muster.database().alter("connection limit -1");
    await().atMost(SOON).until(() -> exported().value("muster_database_usable") == 1);
    await().atMost(SOON).until(() -> exported().value("muster_listener_connected") == 1);
  }
}
