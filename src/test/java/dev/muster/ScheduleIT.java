package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.MusterProcess;
import dev.muster.support.Relay;
import dev.muster.support.Site;
import java.io.IOException;
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
  private static final Duration EVERY = Duration.ofSeconds(3);
  private static final int RUNS_SEEN = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String RUNS =
      "select id, application, due_at from report.retention_run where due_at is not null";

  @TempDir Path folder;
  private Site site;

  /** The routes tick every second, not every minute. */
  @BeforeEach
  void open() throws IOException {
    site = new Site(folder);
    site.lvcc("lvcc1");
    site.tickEverySecond(folder);
    site.command().with("muster.retention.every", EVERY.toMillis() + "ms");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void eachRunGoesToOneReplicaAndThatOfADeadOneToTheOther() {
    try (MusterProcess first = site.command().start();
        MusterProcess second = site.command().start()) {
      long start = lastRun();
      await("runs").atMost(PATIENCE).until(() -> runsAfter(start).size() >= RUNS_SEEN);
      assertOncePerInterval(start);

      first.kill();
      long dead = lastRun();
      await("the other runs it").atMost(PATIENCE).until(() -> runsAfter(dead).size() >= RUNS_SEEN);

      assertThat(runsAfter(dead))
          .allMatch(run -> ((String) run.get("application")).endsWith(" " + second.pid()));
      assertOncePerInterval(start);
      assertThat(troubles(first)).isEmpty();
      assertThat(troubles(second)).isEmpty();
    }
  }

  @Test
  void itGoesOnWhenTheDatabaseIsBack() {
    Relay relay = new Relay(site.database().host(), site.database().port());
    try (MusterProcess muster =
        site.command().with("spring.datasource.url", site.database().jdbcUrlBy(relay)).start()) {
      await("a run").atMost(PATIENCE).until(() -> lastRun() > 0);

      relay.cut();
      await("it is told")
          .atMost(PATIENCE)
          .until(() -> !muster.logLines("the database can't be used").isEmpty());
      long before = lastRun();
      relay.heal();

      await("it goes on").atMost(PATIENCE).until(() -> runsAfter(before).size() >= RUNS_SEEN);
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

    // The first run is the migrations' own.
    assertThat(
            site.rows(
                "select from report.retention_run where application like 'muster %'"
                    + " and id > (select min(id) from report.retention_run)"))
        .hasSize(1);
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

  private void assertOncePerInterval(long start) {
    assertThat(
            site.rows(
                "select due_at from (select due_at, due_at - lag(due_at) over (order by due_at) as gap"
                    + " from report.retention_run where id > ?) r where gap < make_interval(secs => ?)",
                start,
                EVERY.toSeconds()))
        .as("runs that came too early, or twice")
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
