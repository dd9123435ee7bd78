package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.muster.support.AccountSetup;
import dev.muster.support.MusterDatabase;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the reports and the plan say of fleets that sweeps read is what sweeps do. */
@Tag("sql")
class SweepPlanTest {
  private static final Duration HOUR = Duration.ofHours(1);

  /** Of three minutes. A sweep comes every eighteenth, so these are seven. */
  private static final int STEPS = 7 * 18;

  private static final double STEPS_A_DAY = 480;

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();
  private int pageSize;
  private int fleet;
  private int calls;
  private int facts;

  @AfterEach
  void close() {
    muster.close();
  }

  private void fleet(AccountSetup account, int pageSize, int devices) {
    this.pageSize = pageSize;
    this.fleet = devices;
    muster.configure(account.lists(pageSize));
    muster.enrol("acme1", devices);
  }

  private void tend() {
    muster.rows("select muster.tend_sweeps(), muster.tend_pace()");
  }

  private void readWhatIsDue() {
    for (List<Task> some = muster.claim("acme1", 50);
        !some.isEmpty();
        some = muster.claim("acme1", 50)) {
      for (Task task : some) {
        calls++;
        if (task.kind() == Task.Kind.LIST) {
          int first = pageSize * task.params().get("page").asInt() + 1;
          String[] keys =
              IntStream.range(first, Math.min(first + pageSize, fleet + 1))
                  .mapToObj(n -> "SN" + n)
                  .toArray(String[]::new);
          facts += keys.length;
          muster.settle(done(task).page((long) fleet, keys));
        } else {
          facts++;
          muster.settle(done(task).device());
        }
      }
    }
    tend();
  }

  private double seconds(String interval, String from) {
    return Double.parseDouble(
        muster.value("select extract(epoch from %s) from %s".formatted(interval, from)));
  }

  /** 41 calls of ten minutes each, and a quarter of that for single reads. */
  @Test
  void sweepsThatFollowEachOtherComeAsOftenAsTheReportsSay() {
    Duration gap = Duration.ofMinutes(10);
    fleet(account("acme1").quota(1, gap).refreshEvery(HOUR), 10, 400);

    while (muster.number("select count(*) from report.sweep") < 3) {
      readWhatIsDue();
      muster.elapse(gap.plusSeconds(1));
      tend();
    }

    double period =
        Double.parseDouble(
            muster.value(
                "select extract(epoch from started_at - lag(started_at) over (order by started_at))"
                    + " from report.sweep order by started_at desc limit 1"));
    assertThat(seconds("best_refresh", "report.capacity")).isCloseTo(period, withinPercentage(5));
    assertThat(seconds("best_refresh", "muster.plan('acme1')"))
        .isCloseTo(period, withinPercentage(5));
    assertThat(seconds("age_max", "muster.plan('acme1')")).isCloseTo(period, withinPercentage(5));
    assertThat(muster.rows("select feasible from report.capacity")).containsExactly("f");
    assertThat(muster.rows("select from muster.pace")).isEmpty();
    assertThat(seconds("best_refresh_singly", "report.capacity"))
        .as("targets by permits a second")
        .isEqualTo(400.0 * gap.toSeconds());
  }

  @Test
  void aQuotaThatSufficesForSweepsAndTheirPausesIsFeasibleFromTheStart() {
    fleet(account("acme1").quota(77, HOUR).refreshEvery(HOUR), 10, 600);
    String feasible = "select feasible from report.capacity";
    assertThat(muster.value(feasible)).isEqualTo("t");

    muster.configure(account("acme1").quota(76, HOUR).refreshEvery(HOUR).lists(10));
    assertThat(muster.value(feasible)).as("61 calls and a quarter of it").isEqualTo("f");
    assertThat(muster.value("select feasible, ask_for from muster.plan('acme1')"))
        .isEqualTo("f 77");
    tend();
    assertThat(muster.rows("select from muster.pace")).isEmpty();
  }

  /** A fifth of the fleet three times between two sweeps. */
  @Test
  void shorterIntervalsThanTheSweepsComeAsPlanned() {
    fleet(account("acme1").quota(10_000, HOUR).refreshEvery(HOUR), 50, 300);
    muster.run("update muster.poll_target set refresh_every = '15 min' where key like '%1'");
    muster.run("update muster.poll_target set refresh_every = '15 min' where key like '%2'");
    letPullsCatchUp();
    Duration half = Duration.ofSeconds(90);
    List<Double> ages = new ArrayList<>();
    muster.elapse(half);
    readWhatIsDue();
    calls = 0;
    facts = 0;

    for (int step = 1; step <= STEPS; step++) {
      muster.elapse(half);
      muster
          .rows("select extract(epoch from clock_timestamp() - synced_at) from muster.poll_state")
          .forEach(age -> ages.add(Double.valueOf(age)));
      muster.elapse(half);
      tend();
      readWhatIsDue();
    }

    Collections.sort(ages);
    assertThat(muster.number("select calls_needed_per_day from report.capacity"))
        .isCloseTo(Math.round(calls * STEPS_A_DAY / STEPS), withinPercentage(5));
    assertThat(muster.number("select calls_needed_per_day from muster.plan('acme1')"))
        .isCloseTo(Math.round(calls * STEPS_A_DAY / STEPS), withinPercentage(5));
    assertThat(
            Double.parseDouble(
                muster.value(
                    "select f.facts_per_call from report.freshness f join report.capacity c"
                        + " using (account, resource, facts_per_call)")))
        .isCloseTo((double) facts / calls, withinPercentage(5));
    assertThat(seconds("age_p50", "muster.plan('acme1')"))
        .isCloseTo(ages.get(ages.size() / 2), withinPercentage(5));
    assertThat(seconds("age_p95", "muster.plan('acme1')"))
        .isCloseTo(ages.get(ages.size() * 95 / 100), withinPercentage(5));
  }

  /** Else they leave one gap apart. */
  private void letPullsCatchUp() {
    muster.run(
        "create or replace function muster.catch_up() returns interval language sql immutable"
            + " as $$ select interval '1 day' $$");
  }

  @Test
  void whoSetsSweepsToComeMoreOftenThanTargetsGetsThem() {
    Duration often = Duration.ofMinutes(5);
    fleet(account("acme1").refreshEvery(HOUR).sweepEvery(often), 100, 300);
    readWhatIsDue();

    muster.elapse(often.plusSeconds(1));
    tend();

    assertThat(muster.claimOne("acme1").key()).isEqualTo("page 0");
    assertThat(muster.number("select calls_needed_per_day from report.capacity"))
        .isEqualTo(4 * 288);
  }

  @Test
  void whoSetsThemToComeLessOftenReadsSinglyMeanwhile() {
    fleet(account("acme1").refreshEvery(HOUR).sweepEvery(HOUR.multipliedBy(6)), 100, 300);

    assertThat(muster.number("select calls_needed_per_day from report.capacity"))
        .isEqualTo(4 * (4 + 5 * 300));
    assertThat(muster.number("select calls_needed_per_day from muster.plan('acme1')"))
        .isEqualTo(4 * (4 + 5 * 300));
  }

  @Test
  void whereAllTargetsHaveLongerIntervalsOfTheirOwnSweepsComeAsRarely() {
    fleet(account("acme1").refreshEvery(HOUR), 100, 2000);
    muster.run("update muster.poll_target set refresh_every = '1 day'");
    readWhatIsDue();
    int minutes = 0;
    while (muster.number("select count(*) from report.sweep") < 2) {
      muster.elapse(Duration.ofMinutes(15));
      minutes += 15;
      tend();
    }

    assertThat(muster.number("select calls_needed_per_day from report.capacity"))
        .isCloseTo(21 * 1440 / minutes, withinPercentage(5));
    assertThat(muster.number("select calls_needed_per_day from muster.plan('acme1')"))
        .isCloseTo(21 * 1440 / minutes, withinPercentage(5));
    assertThat(seconds("age_max", "muster.plan('acme1')"))
        .isCloseTo(60.0 * minutes, withinPercentage(5));
  }

  @Test
  void aFleetWithoutListsIsReadAsOftenAsItsPermitsAllow() {
    Duration minute = Duration.ofMinutes(1);
    muster.configure(
        account("acme1").quota("shared", 5, minute).refreshEvery(minute),
        account("acme2").quota("shared", 5, minute).refreshEvery(minute));
    muster.enrol("acme1", 30);
    muster.enrol("acme2", 10);

    assertThat(
            muster.rows(
                "select account, best_refresh, best_refresh_singly from report.capacity order by 1"))
        .as("40 targets, 5 permits a minute")
        .containsExactly("acme1 00:08:00 00:08:00", "acme2 00:08:00 00:08:00");
    muster.run("update muster.poll_target set refresh_every = '30 s' where account = 'acme2'");
    assertThat(muster.rows("select account, best_refresh_singly from report.capacity order by 1"))
        .as("50 readings a minute of 5: ten times each interval")
        .containsExactly("acme1 00:10:00", "acme2 00:05:00");
  }
}
