package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.park;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.MusterDatabase.Session;
import dev.muster.support.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What changed after a cursor: in order, each once, whoever writes meanwhile. */
@Tag("sql")
class ChangesTest {
  private static final String STORE =
      """
      select muster.store_devices(array['acme1'], array['%1$s'], array[md5('%1$s %2$s')::uuid], array[
        '{"vendor": "acme", "lifecycle": "active", "connectivity": "online", "name": "%2$s", "attributes": {}, "ports": []}'])
      """;
  private static final String SINCE =
      "select position, key, name from muster.changes_since(?, ?) order by position, valid_from";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1"));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void eachVersionComesOnceInItsOrder() {
    muster.enrol("acme1", "SN1");
    for (String name : List.of("a", "b", "c")) {
      muster.run("update muster.poll_state set due_at = now()");
      muster.settle(done(muster.claimOne("acme1")).device("{\"name\": \"%s\"}".formatted(name)));
    }
    store("SN2", "a");

    Reader reader = new Reader(1);

    assertThat(reader.readAll()).containsExactly("SN1 a", "SN1 b", "SN1 c", "SN2 a");
    assertThat(reader.readAll()).isEmpty();
    store("SN1", "d");
    store("SN2", "a");
    assertThat(reader.readAll()).as("what is not new is not stored").containsExactly("SN1 d");
  }

  @Test
  void aTransactionComesWholeHoweverFewRowsAreAskedFor() {
    muster.enrol("acme1", 5);
    muster.settle(
        muster.claim("acme1", 5).stream()
            .map(task -> done(task).device())
            .toArray(dev.muster.support.Settlement[]::new));

    assertThat(new Reader(2).read()).hasSize(5);
  }

  @Test
  void whoCommitsLaterThanAHigherNumberIsNotSkipped() throws SQLException {
    Reader reader = new Reader(10);
    try (Connection slow = muster.connect();
        Statement first = slow.createStatement()) {
      slow.setAutoCommit(false);
      first.execute(STORE.formatted("SN1", "a"));
      store("SN2", "a");

      assertThat(reader.readAll()).as("an earlier one may still come").isEmpty();
      slow.commit();
    }
    assertThat(reader.readAll()).containsExactly("SN1 a", "SN2 a");
  }

  /** Each writer has devices of its own; every third transaction stays open for a while. */
  @Test
  void aReaderAmongManyWritersMissesNothingAndReadsNothingTwice() throws Exception {
    int writers = 4;
    int versions = 60;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    List<String> read = new ArrayList<>();
    try (Connection open = muster.connect();
        Statement nothing = open.createStatement()) {
      List<Future<?>> all = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        String key = "SN" + writer;
        all.add(threads.submit(() -> write(key, versions)));
      }
      Reader reader = new Reader(7);
      // A long transaction of somebody else, in the middle of it.
      open.setAutoCommit(false);
      for (int page = 0; all.stream().anyMatch(writer -> !writer.isDone()); page++) {
        if (page % 40 == 10) {
          nothing.execute("select pg_current_xact_id()");
        } else if (page % 40 == 39) {
          open.commit();
        }
        read.addAll(reader.read());
      }
      open.commit();
      for (Future<?> writer : all) {
        writer.get();
      }
      read.addAll(reader.readAll());
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    assertThat(read).doesNotHaveDuplicates().hasSize(writers * versions);
    for (int writer = 0; writer < writers; writer++) {
      String key = "SN" + writer + " ";
      assertThat(read.stream().filter(row -> row.startsWith(key)))
          .isEqualTo(
              muster.rows(
                  "select key || ' ' || name from report.device_history where key = ? order by valid_from",
                  key.strip()));
    }
  }

  private Void write(String key, int versions) {
    try (Session session = muster.session()) {
      for (int version = 0; version < versions; version++) {
        String wait = version % 3 == 0 ? "select pg_sleep(0.02);" : "";
        session
            .jdbc()
            .execute("begin;" + STORE.formatted(key, "v" + version) + ";" + wait + "commit");
      }
    }
    return null;
  }

  @Test
  void aDeviceThatIsGoneAndOneThatIsThereAgainComeOnceMore() {
    muster.enrol("acme1", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device());
    Reader reader = new Reader(10);
    reader.readAll();

    muster.run("update muster.poll_state set due_at = now()");
    muster.settle(park(muster.claimOne("acme1"), "404").gone());

    assertThat(muster.value("select missing_since is not null from report.change")).isEqualTo("t");
    assertThat(reader.readAll()).hasSize(1);
    muster.run("update muster.poll_state set due_at = now(), waits_for = null");
    muster.settle(done(muster.claimOne("acme1")).device());
    assertThat(muster.value("select missing_since is null from report.change")).isEqualTo("t");
    assertThat(reader.readAll()).hasSize(1);
  }

  @Test
  void aCopyAndWhatChangesAfterItMakeAWhole() {
    store("SN1", "a");
    muster.run("update muster.device set position = null");
    Reader reader = new Reader(10);

    reader.cursor = muster.number("select muster.present_cursor()");
    List<String> copy = muster.rows("select key || ' ' || name from report.device");
    store("SN2", "a");

    assertThat(copy).as("from before there was an order").containsExactly("SN1 a");
    assertThat(reader.readAll()).containsExactly("SN2 a");
  }

  @Test
  void whoWasAwayForLongerThanVersionsAreKeptIsTold() {
    store("SN1", "a");
    Reader reader = new Reader(10);
    reader.readAll();
    store("SN1", "b");
    store("SN1", "c");
    monthsPass(3);
    store("SN1", "d");
    monthsPass(3);
    Reader upToDate = new Reader(10);
    upToDate.readAll();

    muster.rows("select muster.tend_partitions(p_history => '4 months')");

    Refusal refusal = Refusal.of(() -> reader.read());
    assertThat(refusal.state()).isEqualTo("MU017");
    assertThat(refusal.message()).contains("retention has dropped versions after the cursor");
    assertThat(upToDate.readAll()).as("it has them").isEmpty();
    assertThat(new Reader(10).readAll()).as("what is left").containsExactly("SN1 c", "SN1 d");
  }

  @Test
  void afterARestoreTheCursorIsRefusedAndChangesGoOnAboveIt() {
    store("SN1", "a");
    Reader reader = new Reader(10);
    reader.readAll();
    long before = reader.cursor;

    // As after a failover. Another server may have fewer transactions: what it stored is higher
    // then.
    muster.run("update muster.incarnation set timeline = timeline + 1");
    muster.run("update muster.device set position = position + 1000000");
    assertThat(muster.notice("acme1")).startsWith("the database failed over");
    store("SN2", "a");

    Refusal refusal = Refusal.of(reader::read);
    assertThat(refusal.state()).isEqualTo("MU016");
    assertThat(refusal.message())
        .contains("another life of this database: the database failed over");
    assertThat(
            muster.rows(
                "select key from muster.changes_since(?, after_restore => true) where key <> 'SN1'",
                before))
        .containsExactly("SN2");
    assertThat(new Reader(10).readAll()).containsExactly("SN1 a", "SN2 a");
  }

  @Test
  void aCursorThatIsAheadOfTheDatabaseIsRefused() {
    assertThat(
            Refusal.of(() -> muster.rows("select * from muster.changes_since(1::bigint << 47)"))
                .state())
        .isEqualTo("MU016");
  }

  @Test
  void aReaderNeedsNoOtherRole() {
    store("SN1", "a");

    assertThat(
            muster
                .as("muster_report", "ann")
                .sql("select key from muster.changes_since(muster.present_cursor() - 1000, 10)")
                .query(String.class)
                .list())
        .containsExactly("SN1");
  }

  @Test
  void aPageIsFoundByTheIndexAmongManyVersions() {
    muster.run(
        """
        insert into muster.device (account, key, vendor, lifecycle, connectivity, attributes, ports, first_seen_at,
                                   last_changed_at, synced_at, digest, position)
        select 'acme1', 'SN' || n, 'acme', 'active', 'online', '{}', '[]', now(), now(), now(), md5('')::uuid, n
          from generate_series(1, 50000) n
        """);
    muster.run("analyze muster.device");
    // So that the numbers are below those of the present transactions.
    muster.run("update muster.change_feed set life = 1");
    Session session = muster.session();
    try (session) {
      JdbcTemplate jdbc = session.jdbc();
      jdbc.queryForList("select * from muster.changes_since(20000, 100, true)");
      long before = pages(jdbc);
      assertThat(jdbc.queryForList("select * from muster.changes_since(20000, 100, true)"))
          .hasSize(100);
      assertThat(pages(jdbc) - before).as("pages read").isLessThan(200);
    }
  }

  private static long pages(JdbcTemplate jdbc) {
    jdbc.execute("select pg_stat_force_next_flush()");
    return jdbc.queryForObject(
        "select heap_blks_read + heap_blks_hit from pg_statio_all_tables where relid = 'muster.device'::regclass",
        Long.class);
  }

  private void store(String key, String name) {
    muster.rows(STORE.formatted(key, name));
  }

  /** The present version, and those before it, are so much older. */
  private void monthsPass(int months) {
    muster.run(
        "update muster.device set last_changed_at = last_changed_at - make_interval(months => ?)",
        months);
    muster.rows(
        "select muster.make_partition('device_history', valid_to - make_interval(months => ?)) from muster.device_history",
        months);
    muster.run(
        "update muster.device_history set valid_from = valid_from - make_interval(months => ?), valid_to = valid_to - make_interval(months => ?)",
        months,
        months);
  }

  /** Reads page by page, and remembers where it is. */
  private final class Reader {
    private final int rows;
    private long cursor;

    Reader(int rows) {
      this.rows = rows;
    }

    List<String> read() {
      List<String> page = new ArrayList<>();
      for (String row : muster.rows(SINCE, cursor, rows)) {
        String[] parts = row.split(" ", 2);
        cursor = Long.parseLong(parts[0]);
        page.add(parts[1]);
      }
      return page;
    }

    List<String> readAll() {
      List<String> all = new ArrayList<>();
      for (List<String> page = read(); !page.isEmpty(); page = read()) {
        all.addAll(page);
      }
      return all;
    }
  }
}
