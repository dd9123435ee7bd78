package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The versions of a device over months and years, what one costs, and how one is found. */
@Tag("sql")
class HistoryTest {
  private static final int MONTHS = 60;

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "SN1");
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aDevicesHistoryGoesOnOverTheMonths() {
    for (String name : List.of("a", "b", "c", "d")) {
      read("SN1", name);
      passes(2);
    }
    read("SN1", "e");

    assertThat(
            muster.rows(
                """
                select name, changed, valid_to is null, valid_to is not distinct from lead(valid_from) over (order by valid_from)
                  from report.device_history where account = 'acme1' and key = 'SN1' order by valid_from
                """))
        .containsExactly(
            "a {} f t", "b {name} f t", "c {name} f t", "d {name} f t", "e {name} t t");
    assertThat(monthsWithRows())
        .isEqualTo(
            muster.rows(
                "select muster.month_part('device_history', now() - make_interval(months => n)) from unnest(array[0, 2, 4, 6]) n order by 1"));
  }

  @Test
  void whatWasValidAtAMomentIsFound() {
    read("SN1", "a");
    passes(5);
    read("SN1", "b");
    passes(5);
    read("SN1", "c");

    for (String[] moment : new String[][] {{"9", "a"}, {"3", "b"}, {"0", "c"}}) {
      assertThat(
              muster.rows(
                  "select name from report.device_history where valid_from <= now() - make_interval(months => ?)"
                      + " and (valid_to > now() - make_interval(months => ?) or valid_to is null)",
                  Integer.parseInt(moment[0]),
                  Integer.parseInt(moment[0])))
          .as(moment[0] + " months ago")
          .containsExactly(moment[1]);
    }
  }

  @Test
  void aNewDeviceIsOneRowAndAChangeOneRowMore() throws SQLException {
    String[] keys = {"SN1", "SN2", "SN3"};
    muster.enrol("acme1", "SN2", "SN3");
    for (int month = 1; month <= MONTHS; month++) {
      muster.rows(
          "select muster.make_partition('device_history', now() - make_interval(months => ?))",
          month);
    }

    assertThat(written(keys, "a")).containsExactly("device: 3 new");
    assertThat(written(keys, "b"))
        .as("no other month is looked at")
        .containsExactly("device: 3 changed", thisMonth() + ": 3 new");
    assertThat(written(keys, "b")).isEmpty();
  }

  @Test
  void aDevicesHistoryIsFoundByAnIndexInEachMonth() {
    for (int version = 0; version < 4; version++) {
      read("SN1", "a" + version);
      passes(1);
    }
    muster.run("set enable_seqscan = off");

    List<String> plan =
        muster.rows(
            "explain (costs off) select * from report.device_history where account = 'acme1' and key = 'SN1'");

    assertThat(plan).noneMatch(line -> line.contains("Seq Scan"));
    assertThat(plan)
        .filteredOn(line -> line.contains("Index Cond"))
        .hasSize(
            (int)
                muster.number(
                    "select count(*) + 1 from pg_inherits where inhparent = 'muster.device_history'::regclass"))
        .allMatch(line -> line.contains("(account = 'acme1'::text) AND (key = 'SN1'::text)"));
  }

  @Test
  void aTimeLooksIntoItsMonthsAlone() {
    for (int version = 0; version < 12; version++) {
      read("SN1", "a" + version);
      passes(1);
    }

    assertThat(
            monthsIn(
                "explain (costs off) select * from report.device_history where valid_to >= '%1$s' and valid_to < '%2$s'"
                    .formatted(
                        muster.value("select date_trunc('month', now()) - interval '3 months'"),
                        muster.value("select date_trunc('month', now()) - interval '1 month'"))))
        .isEqualTo(
            muster.rows(
                "select muster.month_part('device_history', now() - make_interval(months => n)) from unnest(array[3, 2]) n"));
  }

  @Test
  void aMonthThatIsMissingIsMadeByWhoeverStores() {
    read("SN1", "a");
    dropMonths();

    read("SN1", "b");

    assertThat(muster.rows("select name from report.device_history order by valid_from"))
        .containsExactly("a", "b");
  }

  @Test
  void aClockThatWasFarAheadKeepsNothingFromBeingStored() {
    read("SN1", "a");
    muster.run("update muster.device set last_changed_at = now() + interval '3 years'");

    read("SN1", "b");

    assertThat(
            muster.rows(
                "select name, valid_to > now() + interval '2 years' from report.device_history order by valid_from"))
        .containsExactly("a t", "b -");
  }

  private void read(String key, String name) {
    muster.run("update muster.poll_state set due_at = now()");
    muster.settle(done(muster.claimOne("acme1")).device("{\"name\": \"" + name + "\"}"));
    assertThat(muster.value("select name from report.device where key = ?", key)).isEqualTo(name);
  }

  /** What was stored so far is so many months older. */
  private void passes(int months) {
    muster.rows(
        "select muster.make_partition('device_history', valid_to - make_interval(months => ?)) from muster.device_history",
        months);
    muster.run(
        "update muster.device_history set valid_from = valid_from - make_interval(months => ?), valid_to = valid_to - make_interval(months => ?)",
        months,
        months);
    muster.run(
        "update muster.device set last_changed_at = last_changed_at - make_interval(months => ?)",
        months);
  }

  /** The rows that storing these devices writes, by table. */
  private List<String> written(String[] keys, String name) throws SQLException {
    String device =
        "{\"vendor\": \"acme\", \"name\": \"%s\", \"lifecycle\": \"active\", \"connectivity\": \"online\", \"attributes\": {}, \"ports\": []}"
            .formatted(name);
    List<String> written = new ArrayList<>();
    try (Connection connection = muster.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          """
          select muster.store_devices(array_agg('acme1'::text), array_agg(k), array_agg(md5('%1$s')::uuid), array_agg('%1$s'::text))
            from unnest('{%2$s}'::text[]) k
          """
              .formatted(device, String.join(",", keys)));
      try (ResultSet rows =
          statement.executeQuery(
              """
              select relname || ': ' || concat_ws(', ', nullif(n_tup_ins, 0) || ' new', nullif(n_tup_upd, 0) || ' changed', nullif(n_tup_del, 0) || ' deleted',
                       case when relname like 'device_history%' then nullif(seq_scan + coalesce(idx_scan, 0), 0) || ' scans' end)
                from pg_stat_xact_user_tables
               where schemaname = 'muster' and n_tup_ins + n_tup_upd + n_tup_del + case when relname like 'device_history%' then seq_scan + coalesce(idx_scan, 0) else 0 end > 0
               order by relname
              """)) {
        while (rows.next()) {
          written.add(rows.getString(1));
        }
      }
      connection.commit();
    }
    return written;
  }

  private List<String> monthsIn(String explain) {
    return muster.rows(explain).stream()
        .filter(line -> line.contains(" on device_history_"))
        .map(line -> line.replaceAll(".* on (device_history_\\w+).*", "$1"))
        .toList();
  }

  private List<String> monthsWithRows() {
    return muster
        .rows("select distinct tableoid::regclass::text from muster.device_history")
        .stream()
        .map(name -> name.replace("muster.", ""))
        .sorted()
        .toList();
  }

  private String thisMonth() {
    return muster.value("select muster.month_part('device_history', now())");
  }

  private void dropMonths() {
    for (String month :
        muster.rows(
            "select inhrelid::regclass from pg_inherits where inhparent = 'muster.device_history'::regclass")) {
      muster.run("drop table " + month);
    }
  }
}
