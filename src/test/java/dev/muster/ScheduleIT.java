package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.MusterProcess;
import dev.muster.support.Relay;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job that runs once over all replicas, by real processes on one database. */
class ScheduleIT {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final int FIRINGS = 6;

  /**
   * Twice the interval of check-ins and Quartz's tolerance, and as much again on a busy machine.
   */
  private static final Duration TAKEN_OVER = Duration.ofSeconds(60);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String RUNS =
      "select id, application, due_at from report.retention_run where due_at is not null";

  @TempDir Path folder;
  private Site site;

  @BeforeEach
  void open() {
    site = new Site(folder);
    site.lvcc("lvcc1");
    site.command().with("muster.retention.every", EVERY.toMillis() + "ms");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void eachFiringGoesToOneReplicaAndThatOfADeadOneToTheOther() {
    try (MusterProcess first = site.command().start();
        MusterProcess second = site.command().start()) {
      await("both check in")
          .atMost(PATIENCE)
          .until(() -> site.rows("select from muster.qrtz_scheduler_state").size() == 2);
      long start = lastRun();
      await("firings").atMost(PATIENCE).until(() -> runsAfter(start).size() >= FIRINGS);
      assertEachFiringOnce(start);

      MusterProcess next = whoHasTheNextFiring(first, second);
      next.kill();
      long dead = lastRun();
      long killed = System.nanoTime();

      await("the other runs it").atMost(TAKEN_OVER).until(() -> runsAfter(dead).size() >= FIRINGS);
      System.out.println(
          "%d firings %d ms after the kill"
              .formatted(FIRINGS, Duration.ofNanos(System.nanoTime() - killed).toMillis()));
      MusterProcess other = next == first ? second : first;
      assertThat(runsAfter(dead)).allMatch(run -> isOf(run, other));
      assertEachFiringOnce(start);
      assertThat(troubles(first)).isEmpty();
      assertThat(troubles(second)).isEmpty();
    }
  }

  @Test
  void theReplicaThatStartedLastSaysHowOften() {
    try (MusterProcess first = site.command().start()) {
      await("a firing").atMost(PATIENCE).until(() -> lastRun() > 0);

      try (MusterProcess second = site.command().with("muster.retention.every", "1h").start()) {
        site.awaitRow(
            "select from (select count(*) as triggers, min(repeat_interval) as ms from muster.qrtz_simple_triggers) t where triggers = 1 and ms = 3600000");
        assertThat(troubles(second)).isEmpty();
      }
      assertThat(troubles(first)).isEmpty();
    }
  }

  @Test
  void itGoesOnWhenTheDatabaseIsBack() {
    Relay relay = new Relay(site.database().host(), site.database().port());
    try (MusterProcess muster =
        site.command().with("spring.datasource.url", site.database().jdbcUrlBy(relay)).start()) {
      await("a firing").atMost(PATIENCE).until(() -> lastRun() > 0);

      relay.cut();
      await("it is told")
          .atMost(PATIENCE)
          .until(() -> !muster.logLines("the database can't be used").isEmpty());
      long before = lastRun();
      relay.heal();

      await("it goes on").atMost(PATIENCE).until(() -> runsAfter(before).size() >= FIRINGS);
      assertThat(troubles(muster)).as("of the outage itself").hasSize(1);
    } finally {
      relay.close();
    }
  }

  @Test
  void aProcessThatExitsRunsItAtOnce() {
    try (MusterProcess muster = site.command().with("muster.once", true).launch()) {
      assertThat(muster.awaitEnd().exitCode()).as(muster.log()).isZero();
    }

    assertThat(site.rows("select from report.retention_run where application like 'muster %'"))
        .hasSize(1);
    assertThat(site.rows("select from muster.qrtz_scheduler_state")).isEmpty();
  }

  @Test
  void aLargeInventoryIsCountedForTheReports() {
    try (MusterProcess muster = site.command().start()) {
      site.db()
          .sql(
              "create or replace function muster.live_targets() returns integer language sql immutable as 'select 0'")
          .update();
      // Not enabled, so that nobody is called.
      site.db()
          .sql(
              "insert into muster.poll_target (account, resource, key, enabled) values ('lvcc1', 'device', 'SN1', false)")
          .update();

      await("a count")
          .atMost(PATIENCE)
          .until(
              () ->
                  site.rows(
                              "select from muster.inventory_refresh where application like 'muster %'")
                          .size()
                      == 1);
      assertThat(troubles(muster)).isEmpty();
    }
  }

  private MusterProcess whoHasTheNextFiring(MusterProcess first, MusterProcess second) {
    String replica =
        await("somebody takes the next firing")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(
                () ->
                    site
                        .rows(
                            "select instance_name from muster.qrtz_fired_triggers where state = 'ACQUIRED'")
                        .stream()
                        .map(row -> (String) row.get("instance_name"))
                        .findAny()
                        .orElse(""),
                name -> !name.isEmpty());
    return replica.contains(" " + first.pid() + " ") ? first : second;
  }

  private static boolean isOf(Map<String, Object> run, MusterProcess process) {
    return ((String) run.get("application")).endsWith(" " + process.pid());
  }

  private void assertEachFiringOnce(long start) {
    assertThat(runsAfter(start).stream().map(run -> run.get("due_at")))
        .as("firings")
        .doesNotHaveDuplicates();
    assertThat(
            site.rows(
                "select due_at from (select due_at, due_at - lag(due_at) over (order by due_at) as gap"
                    + " from report.retention_run where id > ?) r where gap <> make_interval(secs => ?)",
                start,
                EVERY.toSeconds()))
        .as("firings that were left out")
        .isEmpty();
  }

  private List<Map<String, Object>> runsAfter(long id) {
    return site.rows(RUNS + " and id > ?", id);
  }

  private long lastRun() {
    return (Long) site.row("select coalesce(max(id), 0) as id from (" + RUNS + ") r").get("id");
  }

  private static List<String> troubles(MusterProcess muster) {
    return muster
        .log()
        .lines()
        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .toList();
  }
}
