package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Months are made ahead, and go as a whole once they are past their age. */
@Tag("sql")
class PartitionsTest {
  private static final String YEAR = "select muster.tend_partitions('365 days', '365 days')";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1"));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"audit", "device_history"})
  void threeMonthsAreAhead(String table) {
    List<String> months = months(table);
    assertThat(months)
        .isEqualTo(
            muster.rows(
                "select muster.month_part(?, date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + make_interval(months => n, days => 1)) from generate_series(0, 3) n",
                table));
    muster.run("drop table muster." + months.get(1));
    muster.run("drop table muster." + months.get(3));

    muster.rows("select muster.tend_partitions()");

    assertThat(months(table)).isEqualTo(months);
    assertThat(muster.value("select made from report.retention_run order by id desc limit 1"))
        .isEqualTo("{" + months.get(1) + "," + months.get(3) + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"audit", "device_history"})
  void monthsGoOnceTheirLastRowIsOldEnough(String table) {
    for (int ago : new int[] {11, 12, 13, 14}) {
      month(table, ago);
    }
    String first = muster.value("select muster.month_part(?, now() - interval '365 days')", table);
    List<String> kept = months(table).stream().filter(name -> name.compareTo(first) >= 0).toList();

    muster.rows(YEAR);

    assertThat(months(table)).isEqualTo(kept).hasSizeLessThan(8).hasSizeGreaterThan(4);
    assertThat(
            muster.number(
                "select cardinality(dropped) from report.retention_run order by id desc limit 1"))
        .isEqualTo(8 - kept.size());
  }

  @Test
  void withoutAnAgeEverythingStays() {
    month("audit", 100);
    month("device_history", 100);

    muster.rows("select muster.tend_partitions()");

    assertThat(months("audit")).hasSize(5);
    assertThat(months("device_history")).hasSize(5);
  }

  @Test
  void thePresentVersionStaysHoweverOldItIs() {
    muster.enrol("acme1", "SN1");
    for (String name : new String[] {"a", "b", "c"}) {
      muster.settle(done(muster.claimOne("acme1")).device("{\"name\": \"" + name + "\"}"));
      muster.run("update muster.poll_state set due_at = now()");
    }
    month("device_history", 9 * 12);
    muster.run(
        "update muster.device_history set valid_from = valid_from - interval '9 years', valid_to = valid_to - interval '9 years'");
    muster.run("update muster.device set last_changed_at = last_changed_at - interval '9 years'");
    assertThat(muster.number("select count(*) from report.device_history")).isEqualTo(3);

    muster.rows(YEAR);

    assertThat(muster.rows("select name, changed, valid_to from report.device_history"))
        .containsExactly("c {name} -");
  }

  @ParameterizedTest
  @ValueSource(strings = {"audit", "device_history"})
  void whoReadsIsNotDisturbedAndTheNextRunTriesAgain(String table) {
    month(table, 20);
    String old = months(table).get(0);
    try (MusterDatabase.Session reader = muster.session()) {
      reader.jdbc().execute("begin");
      reader.jdbc().queryForList("select * from muster." + table);

      muster.rows(YEAR);
      assertThat(months(table)).contains(old);
      assertThat(muster.value("select held from report.retention_run order by id desc limit 1"))
          .isEqualTo("{" + old + "}");
      reader.jdbc().execute("rollback");
    }
    assertThat(muster.rows("select what from report.attention")).isEmpty();
    muster.run("update muster.retention_run set at = at - interval '25 hours'");
    assertThat(muster.rows("select what from report.attention"))
        .containsExactly("months are past their age and are still there");

    muster.rows("select muster.tend_partitions()");
    assertThat(muster.rows("select what from report.attention"))
        .as("after a run by hand that drops nothing")
        .containsExactly("months are past their age and are still there");

    muster.rows(YEAR);

    assertThat(months(table)).doesNotContain(old);
    assertThat(muster.rows("select what from report.attention")).isEmpty();
  }

  @Test
  void whatIsToBeKeptForEverIsHeldNoMore() {
    month("audit", 20);
    muster.run(
        "insert into muster.retention_run (made, dropped, held) values ('{}', '{}', ?::text[])",
        "{" + months("audit").get(0) + "}");
    muster.run("update muster.retention_run set at = at - interval '25 hours'");

    muster.rows("select muster.tend_partitions(p_due_at => now())");

    assertThat(muster.rows("select what from report.attention")).isEmpty();
  }

  @Test
  void aJobThatNobodyRunsIsToldOf() {
    muster.run("update muster.retention_run set at = at - interval '49 hours'");

    assertThat(muster.rows("select what from report.attention"))
        .containsExactly("nobody has tended the months of audit and device_history for two days");

    muster.rows("select muster.tend_partitions()");
    assertThat(muster.rows("select what from report.attention")).isEmpty();
  }

  @Test
  void whoRanItAndWhenStaysForAMonth() {
    muster.run("update muster.retention_run set at = at - interval '31 days'");
    muster.run("set application_name = 'muster replica-7'");

    muster.rows("select muster.tend_partitions(p_due_at => '2026-01-01 00:00+00')");

    assertThat(
            muster.rows(
                "select application, due_at at time zone 'UTC', made, dropped, held from report.retention_run"))
        .containsExactly("muster replica-7 2026-01-01 00:00:00 {} {} {}");
  }

  @Test
  void runsAtTheSameTimeFollowEachOther() throws Exception {
    month("audit", 20);
    List<Thread> runs =
        Stream.generate(
                () ->
                    new Thread(
                        () -> {
                          try (MusterDatabase.Session session = muster.session()) {
                            session.jdbc().queryForList(YEAR);
                          }
                        }))
            .limit(4)
            .toList();

    runs.forEach(Thread::start);
    for (Thread run : runs) {
      run.join();
    }

    assertThat(
            muster.rows(
                "select count(*), sum(cardinality(dropped)) from report.retention_run where dropped <> '{}' or made = '{}'"))
        .containsExactly("4 1");
  }

  @Test
  void aMonthMadeByHandIsOneOfUtcWhateverTheSessionsSettingsAre() {
    muster.run("set timezone = 'Asia/Shanghai'");
    // PostgreSQL's driver insists on ISO outside.
    muster.run(
        """
        do $$ begin
          set local datestyle = 'SQL, DMY';
          perform muster.make_partition('audit', '2031-05-17 12:00+00');
          perform muster.make_partition('audit', '2031-06-17 12:00+00');
          set local datestyle = 'ISO';
        end $$
        """);
    muster.run("set timezone = 'UTC'");

    assertThat(
            muster.rows(
                "select pg_get_expr(relpartbound, oid), obj_description(oid) from pg_class"
                    + " where relname in ('audit_2031_05', 'audit_2031_06') order by relname"))
        .containsExactly(
            "FOR VALUES FROM ('2031-05-01 00:00:00+00') TO ('2031-06-01 00:00:00+00')"
                + " The part of audit from 2031-05-01 on, for one month of UTC.",
            "FOR VALUES FROM ('2031-06-01 00:00:00+00') TO ('2031-07-01 00:00:00+00')"
                + " The part of audit from 2031-06-01 on, for one month of UTC.");
  }

  private void month(String table, int ago) {
    muster.rows("select muster.make_partition(?, now() - make_interval(months => ?))", table, ago);
  }

  private List<String> months(String table) {
    return muster.rows(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
            + " where i.inhparent = ('muster.' || ?)::regclass order by 1",
        table);
  }
}
