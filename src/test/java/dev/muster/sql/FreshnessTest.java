package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Refusal;
import dev.muster.support.Settlement;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Single reads follow the learnt rates of change where the quota is too small for all. */
@Tag("sql")
class FreshnessTest {
  /** Ten targets a minute are wanted of it, each every minute. */
  private static final Duration EVERY = Duration.ofMinutes(1);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  /** Else pulls would leave one gap apart, and these tests make them all at once. */
  @BeforeEach
  void letPullsCatchUp() {
    muster.run(
        "create or replace function muster.catch_up() returns interval language sql immutable"
            + " as $$ select interval '1 day' $$");
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void whereTheQuotaSufficesATargetIsReadAtItsInterval() {
    muster.configure(account("acme1").quota(20, EVERY).refreshEvery(EVERY));
    muster.enrol("acme1", 10);
    muster.elapse(EVERY);

    readAll(1);
    tend();
    muster.elapse(EVERY.plusSeconds(1));
    readAll(2);

    assertThat(muster.rows("select account from muster.pace")).isEmpty();
    assertThat(gaps()).containsOnly(60L);
    assertThat(muster.rows("select distinct change_rate is null from report.change_rate"))
        .containsExactly("f");
  }

  @Test
  void aFirstReadingTeachesNothing() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 1);

    readAll(1);

    assertThat(muster.value("select change_rate from report.change_rate")).isNull();
    assertThat(muster.value("select change_delay from report.freshness")).isNull();
  }

  /**
   * 100 targets each minute, of 50 calls: a turn comes every 2 min, and the ceiling is 3 min, of
   * which 0.175 turns are kept for who waits.
   */
  @Test
  void whereItDoesNotTheBusyAreReadMoreOftenAndNobodyWaitsLongerThanTheCeiling() {
    muster.configure(account("acme1").quota(50, EVERY).refreshEvery(EVERY));
    muster.enrol("acme1", 100);

    for (int round = 1; round <= 30; round++) {
      tend();
      readAll(round);
      muster.elapse(EVERY.plusSeconds(1));
    }

    List<Long> gaps = gaps();
    for (int n = 0; n < 100; n++) {
      boolean busy = n % 10 == 0;
      assertThat(gaps.get(n))
          .as("SN%d changes %s", n + 1, busy ? "at each reading" : "never")
          .isBetween(busy ? 0L : 150L, busy ? 99L : 159L);
    }
    assertThat(muster.value("select change_delay < '90 s' from report.freshness")).isEqualTo("t");
    assertThat(
            muster.rows(
                "select key from report.change_rate join report.device d using (account, key)"
                    + " where resource = 'device' order by change_rate desc limit 10"))
        .hasSize(10)
        .allMatch(key -> key.endsWith("1"));
  }

  @Test
  void aCeilingOfOneIsARoundRobin() {
    muster.configure(account("acme1").quota(5, EVERY).refreshEvery(EVERY).ceiling(1));
    muster.enrol("acme1", 10);

    tend();

    assertThat(muster.rows("select account from muster.pace")).isEmpty();
  }

  /** A quota of 50 calls a minute for 100 targets each minute; and one account that has none. */
  @Test
  void aPlanSaysOfTheOldestWhatThePaceDoes() {
    muster.configure(
        account("acme1").quota("shared", 50, EVERY).refreshEvery(EVERY),
        account("acme2").quota("shared", 50, EVERY).refreshEvery(EVERY),
        account("acme3").refreshEvery(EVERY).savingCalls());
    muster.enrol("acme1", 80);
    muster.enrol("acme2", 20);
    muster.enrol("acme3", 9);
    muster.run("update muster.poll_state set changes = 0, exposure = 1e6, change_rate = 1e-6");
    muster.run("update muster.poll_state set change_rate = 1 where target_id % 2 = 0");

    tend();

    assertThat(
            muster.rows(
                "select account, round((60 * longest)::numeric, 1) from muster.pace order by account"))
        .as("1.5 turns without 1.75 tenths; 1.5 intervals")
        .containsExactly("acme1 159.0", "acme2 159.0", "acme3 90.0");
    for (String account : List.of("acme1", "acme2", "acme3")) {
      assertThat(
              muster.value(
                  "select extract(epoch from age_max)::numeric = round((60 * 0.975 * longest)::numeric, 3)"
                      + " from muster.plan('%1$s'), muster.pace p where p.account = '%1$s'"
                          .formatted(account)))
          .as(account)
          .isEqualTo("t");
    }
  }

  @Test
  void targetsOfALowerPriorityLoseNothingToThoseThatWaitForACall() {
    muster.configure(account("acme1").quota(50, EVERY).refreshEvery(EVERY));
    muster.enrol("acme1", 100);
    muster.run("update muster.poll_target set priority = 1 where key <> 'SN100'");
    tend();
    String wanted =
        "select round(sum(60 * g.targets / g.gap)) from muster.pace p,"
            + " muster.gaps(array(select k from muster.count_kinds('{acme1}') k), array[p.longest], p.eagerness) g";

    assertThat(muster.value(wanted)).as("50 calls, and a hundredth of a tenth").isEqualTo("50");

    muster.run("update muster.poll_target set priority = 0");
    muster.elapse(EVERY);
    tend();
    assertThat(muster.value(wanted)).as("50 calls, and a tenth").isEqualTo("55");
  }

  @Test
  void anAccountThatSavesCallsMakesFewer() {
    muster.configure(account("acme1").refreshEvery(EVERY).savingCalls().ceiling(4));
    muster.enrol("acme1", 10);

    for (int round = 1; round <= 30; round++) {
      tend();
      readAll(round);
      muster.elapse(EVERY.plusSeconds(1));
    }

    assertThat(gaps().stream().mapToDouble(gap -> 60.0 / gap).sum())
        .as("readings a minute; ten at each interval")
        .isLessThan(7);
    assertThat(gaps().get(0)).as("SN1 changes at each reading").isLessThanOrEqualTo(60);
  }

  @Test
  void aQuotaThatSufficesAgainEndsThePace() {
    muster.configure(account("acme1").quota(5, EVERY).refreshEvery(EVERY));
    muster.enrol("acme1", 10);
    tend();
    assertThat(muster.rows("select account from muster.pace")).containsExactly("acme1");

    muster.configure(account("acme1").quota(50, EVERY).refreshEvery(EVERY));
    muster.elapse(EVERY);
    tend();

    assertThat(muster.rows("select account from muster.pace")).isEmpty();
  }

  @Test
  void whatIsNoNewsTeachesNothingAndIsStoredAllTheSame() {
    muster.configure(account("acme1").notNews("attributes.clock", "vendor_updated_at"));
    muster.enrol("acme1", "SN1", "SN2");

    for (int round = 1; round <= 3; round++) {
      for (Task task : muster.claim("acme1", 2)) {
        String member = task.key().equals("SN1") ? "clock" : "place";
        muster.settle(done(task).device("{\"attributes\":{\"%s\":%d}}".formatted(member, round)));
      }
      muster.elapse(Duration.ofHours(1).plusSeconds(1));
    }

    assertThat(
            muster.rows(
                "select key, changes > 0 from muster.poll_state"
                    + " join muster.poll_target on id = target_id order by key"))
        .containsExactly("SN1 f", "SN2 t");
    assertThat(muster.rows("select count(*) from report.device_history group by key"))
        .containsExactly("3", "3");
  }

  @Test
  void aPlanSaysWhatMoreTargetsWouldCost() {
    muster.configure(
        account("acme1").quota(5, EVERY).refreshEvery(Duration.ofMinutes(2)).ceiling(1));
    muster.enrol("acme1", 10);

    String figures =
        "select resource, targets, feasible, best_refresh, age_p50, age_max, binds is not null, ask_for from ";

    assertThat(muster.rows(figures + "muster.plan('acme1')"))
        .containsExactly("device 10 t 00:02:00 00:01:00 00:02:00 f 5");
    assertThat(
            muster.rows(figures + "muster.plan(account => 'acme1', add => 10, refresh => '1 min')"))
        .containsExactly("device 20 f 00:04:00 00:02:00 00:04:00 t 20");
    assertThat(muster.rows(figures + "muster.plan('acme1', add => 10, max_calls => 20)"))
        .containsExactly("device 20 t 00:01:00 00:01:00 00:02:00 f 10");
  }

  @Test
  void aPlanLeavesDisabledTargetsOutAndGivesNewOnesTheMeanRate() {
    muster.configure(account("acme1").refreshEvery(EVERY));
    muster.enrol("acme1", 3);
    muster.run("update muster.poll_target set enabled = false where key = 'SN3'");
    muster.run(
        "update muster.poll_state set changes = 4, exposure = 40, change_rate = 0.5"
            + " where target_id = (select id from muster.poll_target where key = 'SN1')");
    String kinds =
        "select targets, round(rate::numeric, 3)"
            + " from muster.planned_kinds('acme1', 'device', 5, null) order by rate desc";

    assertThat(muster.value("select targets, calls_needed_per_day from muster.plan('acme1')"))
        .isEqualTo("2 2880");
    assertThat(muster.rows(kinds))
        .as("four changes and one more, in 40 s and an interval")
        .containsExactly("1 0.500", "6 0.050");
    muster.run(
        "insert into muster.pace (account, resource, eagerness, longest, mean_rate, planned_at)"
            + " values ('acme1', 'device', 1, 1, 0.2, now())");
    assertThat(muster.rows(kinds)).containsExactly("1 0.500", "6 0.200");
  }

  /** 5 calls a minute of its own, and half as many of the other account. */
  @Test
  void aPlanLeavesTheOtherAccountsOfAQuotaTheirCalls() {
    Duration twoMinutes = EVERY.multipliedBy(2);
    muster.configure(
        account("acme1").quota("shared", 5, EVERY).refreshEvery(twoMinutes).ceiling(1),
        account("acme2").quota("shared", 5, EVERY).refreshEvery(twoMinutes).ceiling(1),
        account("acme3").quota(5, EVERY).refreshEvery(twoMinutes));
    muster.enrol("acme1", 10);
    muster.enrol("acme2", 5);
    muster.enrol("acme3", 10);

    assertThat(
            muster.value(
                "select feasible, best_refresh, age_max, binds, ask_for from muster.plan('acme1')"))
        .isEqualTo("f 00:03:00 00:03:00 shared 8");
  }

  /** 5 pages and one that ends the list, in nine tenths of two minutes. */
  @Test
  void aPlanReckonsWithLists() {
    muster.configure(
        account("acme1").quota(5, EVERY).refreshEvery(Duration.ofMinutes(2)).lists(100));
    muster.enrol("acme1", 500);

    assertThat(
            muster.rows(
                "select targets, calls_needed_per_day, feasible, ask_for from muster.plan('acme1')"))
        .containsExactly("500 4800 t 4");
    assertThat(muster.rows("select feasible from muster.plan('acme1', refresh => '1 min')"))
        .containsExactly("f");
  }

  @Test
  void aPlanOfNothingKnownIsRefused() {
    muster.configure(account("acme1"));

    assertThat(Refusal.of(() -> muster.rows("select * from muster.plan('acme2')")).message())
        .isEqualTo("account 'acme2' is not configured; known accounts: acme1");
    assertThat(
            Refusal.of(() -> muster.rows("select * from muster.plan('acme1', refresh => '0')"))
                .state())
        .isEqualTo("MU011");
  }

  @Test
  void readersMayPlan() {
    muster.configure(account("acme1").quota(5, EVERY));
    muster.enrol("acme1", 3);

    assertThat(
            muster
                .as("muster_report", "rita")
                .sql("select targets from muster.plan('acme1', add => 2)")
                .query(Long.class)
                .single())
        .isEqualTo(5);
  }

  @Test
  void requestsHaveAPriceBeforeTheyAreCommitted() throws Exception {
    muster.configure(account("acme1").quota(5, EVERY), account("acme2"));
    muster.enrol("acme1", 3);

    try (MusterDatabase.Session ann = muster.session()) {
      var jdbc = ann.jdbc();
      jdbc.execute("begin");
      jdbc.update(
          "insert into muster.work_request (account, action, key)"
              + " select 'acme1', 'allocate', 'SN' || n from generate_series(1, 15) n");
      jdbc.update(
          "insert into muster.work_request (account, action, key) values ('acme2', 'refresh', 'x')");
      assertThat(
              jdbc.query(
                  "select charged_account, requests, calls, round(minutes) as minutes from muster.price()",
                  (row, n) ->
                      "%s %s %s %s"
                          .formatted(
                              row.getString(1),
                              row.getString(2),
                              row.getString(3),
                              row.getString(4))))
          .containsExactly("acme1 15 30 5", "acme2 1 1 0");
      jdbc.execute("rollback");
    }
    assertThat(
            muster.rows(
                "select calls, round(minutes), age_p95_then - age_p95 > '1 min' from muster.price('acme1', 'refresh', 12)"))
        .containsExactly("12 2 t");
    assertThat(muster.rows("select * from muster.price()")).isEmpty();
  }

  @Test
  void aPriceCountsWhatWaitsForTheSameQuotaAlready() {
    muster.configure(
        account("acme1").quota("shared", 5, EVERY), account("acme2").quota("shared", 5, EVERY));
    muster.run(
        "insert into muster.work_request (account, action, key)"
            + " select a, 'refresh', 'SN' || n from unnest('{acme1,acme2}'::text[]) a,"
            + " generate_series(1, 5) n");
    String price = "select charged_account, calls, round(minutes) from muster.price";
    String ids = "(ids => array(select id from muster.work_request where account in (%s)))";

    assertThat(muster.rows(price + "('acme1', 'refresh', 5)")).containsExactly("acme1 5 2");
    assertThat(muster.rows(price + ids.formatted("'acme1'"))).containsExactly("acme1 5 1");
    assertThat(muster.rows(price + ids.formatted("'acme1', 'acme2'")))
        .containsExactly("acme1 5 1", "acme2 5 1");
  }

  /** The bars for large fleets are the benchmark's. */
  @Test
  void changesReachTheirRowsSoonerThanByARoundRobin() {
    List<TimeLapse.Habit> charger =
        List.of(
            new TimeLapse.Habit(0.2, 4),
            new TimeLapse.Habit(0.6, 0.3),
            new TimeLapse.Habit(0.2, 0.003));
    TimeLapse.Result learnt = new TimeLapse(muster, charger, 120, 24, 1.5, false).run(16);
    try (MusterDatabase other = MusterDatabase.migratedAndEmpty()) {
      TimeLapse.Result turns = new TimeLapse(other, charger, 120, 24, 1, false).run(16);

      assertThat(turns.delay() / learnt.delay()).isGreaterThan(1.15);
      assertThat((double) learnt.calls() / turns.calls()).isBetween(0.98, 1.02);
      assertThat(learnt.oldest()).isLessThan(1.5 + 2.0 / 24);
    }
  }

  private void tend() {
    muster.rows("select muster.tend_pace()");
  }

  /** Reads what is due; SN1, SN11 and so on are different each time. */
  private void readAll(int round) {
    List<Task> due = muster.claim("acme1", 100);
    if (due.isEmpty()) {
      return;
    }
    muster.settle(
        due.stream()
            .map(
                task ->
                    done(task)
                        .device(
                            task.key().endsWith("1")
                                ? "{\"attributes\":{\"n\":%d}}".formatted(round)
                                : "{}"))
            .toArray(Settlement[]::new));
    readAll(round);
  }

  /** Seconds between the last reading of each target and the next, in the order of the keys. */
  private List<Long> gaps() {
    return muster
        .rows(
            "select round(extract(epoch from due_at - synced_at)) from report.change_rate"
                + " order by substr(key, 3)::integer")
        .stream()
        .map(Long::valueOf)
        .toList();
  }
}
