package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.park;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The reports on an inventory that is too large to be counted whenever somebody reads them. Here
 * that is more than {@link #LIVE} targets.
 */
@Tag("sql")
class ReportRefreshTest {
  private static final int LIVE = 20;
  private static final int MANY = LIVE + 1;

  /** Longer than a count of so few is good for. */
  private static final Duration LONG = Duration.ofMinutes(5);

  /** Pages that may be read more: of rows that were replaced. A thousand targets are on 20. */
  private static final long MORE = 5;

  private static final String FIGURES =
      """
      select f.account, f.resource, f.targets, f.fresh, f.stale, f.overdue, c.refresh_every, c.calls_needed_per_day, c.feasible
        from report.freshness f join report.capacity c using (account, resource) order by 1, 2
      """;
  private static final String AGES =
      "select date_trunc('minute', age_p50), date_trunc('minute', age_p95), date_trunc('minute', age_p99), date_trunc('minute', age_max) from report.freshness";
  private static final String LIVE_NOW =
      "select distinct f.refreshed_at = now() and c.refreshed_at = now() from report.freshness f, report.capacity c";
  private static final Pattern BUFFERS = Pattern.compile("Buffers: shared hit=(\\d+)");

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.run(
        "create or replace function muster.live_targets() returns integer language sql immutable as 'select "
            + LIVE
            + "'");
    muster.configure(account("acme1"));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aLargeInventoryShowsWhatASmallOneWould() {
    muster.enrol("acme1", MANY);
    read(7);
    muster.elapse(Duration.ofMinutes(50));
    read(7);
    muster.elapse(Duration.ofMinutes(20));
    muster.run("update muster.poll_target set enabled = false where key = 'SN3'");
    List<String> figures = muster.rows(FIGURES);
    String ages = muster.value(AGES);
    assertThat(figures).containsExactly("acme1 device 20 7 13 13 01:00:00 480 t");
    assertThat(muster.value(LIVE_NOW)).isEqualTo("t");

    tend();

    assertThat(muster.value(LIVE_NOW)).isEqualTo("f");
    assertThat(muster.rows(FIGURES)).isEqualTo(figures);
    assertThat(muster.value(AGES)).isEqualTo(ages);
  }

  @Test
  void whatIsShownIsOfTheMomentThatItSays() {
    muster.enrol("acme1", MANY);
    tend();
    String counted = muster.value("select refreshed_at from report.freshness");
    assertThat(muster.value("select refreshed_at from report.capacity")).isEqualTo(counted);

    read(5);

    assertThat(muster.value("select fresh, stale from report.freshness")).isEqualTo("0 21");
    assertThat(muster.value("select refreshed_at from report.freshness")).isEqualTo(counted);
  }

  @Test
  void aSmallInventoryIsAlwaysUpToDate() {
    muster.enrol("acme1", LIVE);
    tend();
    read(5);

    assertThat(muster.value("select fresh, stale from report.freshness")).isEqualTo("5 15");
    assertThat(muster.value(LIVE_NOW)).isEqualTo("t");
  }

  @Test
  void itIsCountedAgainWhenItIsTimeAndNotBefore() {
    muster.enrol("acme1", MANY);
    tend();
    read(5);

    tend();
    assertThat(muster.value("select fresh from report.freshness")).isEqualTo("0");

    muster.elapse(Duration.ofSeconds(11));
    tend();
    assertThat(muster.value("select fresh from report.freshness")).isEqualTo("5");
  }

  @Test
  void countingTakesATwentiethOfTheTimeAtMost() {
    muster.enrol("acme1", MANY);
    muster.run(
        "create function public.slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.6); return new; end'");
    muster.run(
        "create trigger slow before insert on muster.inventory_snapshot for each row execute function public.slow()");

    tend();

    assertThat(
            muster.value(
                "select took >= interval '0.6 s' and next_at - refreshed_at >= 20 * took"
                    + " and expires_at - refreshed_at >= 60 * took and application <> '' from muster.inventory_refresh"))
        .isEqualTo("t");
  }

  @Test
  void oneReplicaCountsAtATime() {
    muster.enrol("acme1", MANY);
    try (MusterDatabase.Session other = muster.session()) {
      other.jdbc().execute("begin");
      other.jdbc().execute("select muster.refresh_reports()");

      tend();

      assertThat(muster.value(LIVE_NOW)).as("nothing is waited for").isEqualTo("t");
      other.jdbc().execute("commit");
    }
    assertThat(muster.value(LIVE_NOW)).isEqualTo("f");
  }

  @Test
  void aPersonCountsWheneverTheyLike() {
    muster.enrol("acme1", MANY);
    tend();
    read(5);

    assertThat(muster.value("select muster.refresh_reports()"))
        .startsWith("21 targets were counted in 0.")
        .contains("the service does it again at ");

    assertThat(muster.value("select fresh from report.freshness")).isEqualTo("5");
  }

  @Test
  void aPersonIsToldThatASmallInventoryNeedsNoCounting() {
    assertThat(muster.value("select muster.refresh_reports()"))
        .isEqualTo("the inventory is small: the reports are up to date whenever they are read");
  }

  @Test
  void whereNobodyCountsTheReportsCountForThemselves() {
    muster.enrol("acme1", MANY);
    tend();
    read(5);

    muster.elapse(LONG);

    assertThat(muster.value("select fresh, stale from report.freshness")).isEqualTo("5 16");
    assertThat(muster.value(LIVE_NOW)).isEqualTo("t");
  }

  @Test
  void aClockThatWasSetBackLeavesNoCountFromTheTimeToCome() {
    muster.enrol("acme1", MANY);
    tend();
    read(5);

    muster.elapse(LONG.negated());

    assertThat(muster.value("select fresh from report.freshness")).isEqualTo("5");
    tend();
    assertThat(muster.value(LIVE_NOW)).isEqualTo("f");
  }

  @Test
  void anInventoryThatWasMadeSmallIsUpToDateAgain() {
    muster.enrol("acme1", MANY);
    tend();
    muster.run("delete from muster.poll_target where key <> 'SN7'");
    muster.elapse(Duration.ofSeconds(11));

    tend();

    assertThat(muster.value("select targets from report.freshness")).isEqualTo("1");
    assertThat(muster.value(LIVE_NOW)).isEqualTo("t");
    assertThat(muster.number("select count(*) from muster.inventory_snapshot")).isZero();
  }

  @Test
  void whatIsUrgentIsNeverOld() {
    muster.enrol("acme1", MANY);
    tend();
    assertThat(muster.rows("select what from report.attention")).isEmpty();

    for (Task task : muster.claim("acme1", 1)) {
      muster.settle(park(task, "35601").after(Duration.ofDays(1)));
    }
    muster.run("update muster.account set state = 'halted', why = 'wrong secret'");

    assertThat(muster.value(LIVE_NOW)).isEqualTo("f");
    assertThat(muster.rows("select what from report.attention"))
        .containsExactlyInAnyOrder(
            "account acme1 is halted", "1 dead letter(s): acme1 device 35601");
  }

  @Test
  void anAccountThatFallsBehindIsToldWithTheTimeOfTheCount() {
    muster.enrol("acme1", MANY);
    read(5);
    muster.elapse(Duration.ofHours(3));
    assertThat(muster.value("select why from report.attention"))
        .isEqualTo("5 targets have been due for longer than their interval");

    tend();

    assertThat(muster.value("select what from report.attention"))
        .isEqualTo("account acme1 falls behind");
    assertThat(
            muster.value(
                "select why = '5 targets have been due for longer than their interval, counted at ' || date_trunc('second', refreshed_at)"
                    + " from report.attention, report.freshness"))
        .isEqualTo("t");
  }

  @Test
  void whatTheQuotaCantDoIsToldWithTheTimeOfTheCount() {
    muster.configure(account("acme1").quota(1, Duration.ofHours(1)));
    muster.enrol("acme1", MANY);
    tend();

    assertThat(
            muster.value(
                "select why = '24 calls a day are allowed; 504 are needed, counted at ' || date_trunc('second', refreshed_at)"
                    + " from report.attention, report.capacity where what like 'account %'"))
        .isEqualTo("t");
  }

  @Test
  void anAccountThatIsPausedSinceDoesNotFallBehind() {
    muster.enrol("acme1", MANY);
    read(5);
    muster.elapse(Duration.ofHours(3));
    tend();

    muster.rows("select muster.pause('acme1')");

    assertThat(muster.rows("select what from report.attention"))
        .containsExactly("account acme1 is paused");
  }

  /** PostgreSQL's own count of the pages that are read, which knows no load. */
  @Test
  void noReportReadsMoreOfATenTimesLargerInventory() {
    muster.configure(account("acme1").quota(600, Duration.ofSeconds(60)));
    muster.enrol("acme1", 1_000);
    List<Long> small = pages();

    muster.run(
        "insert into muster.poll_target (account, resource, key)"
            + " select 'acme1', 'device', 'more' || n from generate_series(1, 9000) n");

    assertThat(pages())
        .zipSatisfy(small, (after, before) -> assertThat(after).isLessThan(before + MORE));
  }

  @Test
  void whatChangedLastIsFoundWithoutReadingTheRest() {
    muster.enrol("acme1", 1_000);
    readAll();
    List<Long> small = newest();

    muster.run(
        "insert into muster.poll_target (account, resource, key)"
            + " select 'acme1', 'device', 'more' || n from generate_series(1, 9000) n");
    readAll();

    assertThat(newest())
        .zipSatisfy(small, (after, before) -> assertThat(after).isLessThan(2 * before));
  }

  private void readAll() {
    List<Task> tasks = muster.claim("acme1", 500);
    while (!tasks.isEmpty()) {
      muster.settle(tasks.stream().map(task -> done(task).device()).toArray(Settlement[]::new));
      tasks = muster.claim("acme1", 500);
    }
  }

  private List<Long> newest() {
    muster.run("vacuum (analyze)");
    return List.of(
        pages("device order by last_changed_at desc limit 10"),
        // Of ten rows the two pages of a deeper index would be half.
        pages("device_history where valid_to is null order by valid_from desc limit 100"),
        pages("allocation order by id desc limit 10"));
  }

  private List<Long> pages() {
    muster.run("vacuum (analyze)");
    muster.rows("select muster.refresh_reports()");
    return List.of(pages("freshness"), pages("capacity"), pages("attention"));
  }

  private long pages(String view) {
    String query = "explain (analyze, buffers, timing off) select * from report." + view;
    // The first brings what there is to remember about the tables.
    muster.rows(query);
    Matcher buffers = BUFFERS.matcher(String.join(" ", muster.rows(query)));
    assertThat(buffers.find()).isTrue();
    return Long.parseLong(buffers.group(1));
  }

  private void tend() {
    muster.rows("select muster.tend_reports()");
  }

  /** Reads some of those that are due. */
  private void read(int count) {
    for (Task task : muster.claim("acme1", count)) {
      muster.settle(done(task).device());
    }
  }
}
