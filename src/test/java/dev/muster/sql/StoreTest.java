package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.park;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Refusal;
import dev.muster.support.Settlement;
import dev.muster.work.Task;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of the records that replies show. */
@Tag("sql")
class StoreTest {
  private static final String TWO_PORTS =
      """
      {"ports": [{"port_no": 1, "status": "available", "vendor_status": "0"},
                 {"port_no": 2, "status": "available", "vendor_status": "0"}], "port_count": 2}
      """;
  private static final String VERSION = "select xmin, ctid, last_changed_at from muster.device";

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
  void aDeviceIsNotThereUntilItWasRead() {
    assertThat(muster.rows("select key from report.device")).isEmpty();

    read("{}");

    assertThat(muster.rows("select account, key, vendor, lifecycle from report.device"))
        .containsExactly("acme1 SN1 acme active");
  }

  @Test
  void anUnchangedDeviceCostsNoHistoryAndNoWriteOfItsRow() {
    read(TWO_PORTS);
    String before = muster.value(VERSION);
    String synced = muster.value("select last_synced_at from report.device");

    read(TWO_PORTS);

    assertThat(muster.value(VERSION)).isEqualTo(before);
    assertThat(muster.number("select count(*) from report.device_history")).isOne();
    assertThat(muster.value("select last_synced_at > ?::timestamptz from report.device", synced))
        .isEqualTo("t");
  }

  @Test
  void aChangeIsOneRowOfHistoryThatNamesItsColumns() {
    read("{\"name\": \"pump\"}");
    read("{\"name\": \"pump house\", \"connectivity\": \"offline\"}");

    assertThat(
            muster.rows(
                "select name, changed, valid_to is null from report.device_history"
                    + " order by valid_from"))
        .containsExactly("pump {} f", "pump house {connectivity,name} t");
    assertThat(muster.value("select name, connectivity from report.device"))
        .isEqualTo("pump house offline");
  }

  @Test
  void versionsFollowEachOtherWithoutGapOrOverlap() {
    for (String name : List.of("a", "b", "c")) {
      read("{\"name\": \"" + name + "\"}");
    }

    assertThat(
            muster.rows(
                """
                select name, valid_from < coalesce(valid_to, 'infinity'),
                       valid_to is not distinct from lead(valid_from) over (order by valid_from)
                  from report.device_history order by valid_from
                """))
        .containsExactly("a t t", "b t t", "c t t");
    assertThat(
            muster.value(
                "select first_seen_at < last_changed_at and last_changed_at ="
                    + " (select max(valid_from) from report.device_history) from report.device"))
        .isEqualTo("t");
  }

  @Test
  void aClockThatWasSetBackMakesNoVersionThatEndsBeforeItBegins() {
    read("{\"name\": \"a\"}");
    muster.run("update muster.device set last_changed_at = now() + interval '1 hour'");

    read("{\"name\": \"b\"}");

    assertThat(
            muster.rows(
                "select valid_from < coalesce(valid_to, 'infinity') from report.device_history"))
        .containsExactly("t", "t");
  }

  @Test
  void portsAppearChangeAndVanish() {
    read(TWO_PORTS);
    assertThat(ports()).containsExactly("1 available 0", "2 available 0");
    String untouched = muster.value("select xmin from muster.device_port where port_no = 1");

    read(
        TWO_PORTS.replace(
            "2, \"status\": \"available\", \"vendor_status\": \"0\"",
            "2, \"status\": \"charging\", \"vendor_status\": \"1\""));
    assertThat(ports()).containsExactly("1 available 0", "2 charging 1");
    assertThat(muster.value("select xmin from muster.device_port where port_no = 1"))
        .isEqualTo(untouched);

    read("{}");
    assertThat(ports()).isEmpty();
    assertThat(muster.value("select changed from report.device_history where valid_to is null"))
        .isEqualTo("{port_count,ports}");
  }

  @Test
  void numbersInAttributesStayAsTheyWereSent() {
    read("{\"attributes\": {\"scale\": 1.0, \"exact\": 0.1000, \"big\": 12345678901234567890}}");

    assertThat(muster.value("select attributes from report.device"))
        .isEqualTo("{\"big\": 12345678901234567890, \"exact\": 0.1000, \"scale\": 1.0}");
  }

  @Test
  void timesAreKeptToTheMicrosecond() {
    read("{\"vendor_created_at\": \"2024-05-06T07:08:09.123456Z\"}");

    assertThat(muster.value("select vendor_created_at at time zone 'UTC' from report.device"))
        .isEqualTo("2024-05-06 07:08:09.123456");
  }

  @Test
  void aDeviceGoneAtTheVendorKeepsItsRowUntilItIsBack() {
    read("{\"name\": \"pump\"}");
    due();
    muster.settle(park(muster.claimOne("acme1"), "gone").gone().after(Duration.ofDays(1)));
    assertThat(muster.value("select name, missing_since is not null from report.device"))
        .isEqualTo("pump t");
    String since = muster.value("select missing_since from report.device");
    due();
    muster.settle(park(muster.claimOne("acme1"), "gone").gone().after(Duration.ofDays(1)));
    assertThat(muster.value("select missing_since from report.device")).isEqualTo(since);

    read("{\"name\": \"pump\"}");
    assertThat(muster.value("select missing_since from report.device")).isNull();
    assertThat(muster.number("select count(*) from report.device_history")).isOne();
  }

  @Test
  void aDeviceThatWasNeverThereIsNotInvented() {
    muster.settle(park(muster.claimOne("acme1"), "gone").gone());

    assertThat(muster.number("select count(*) from report.device")).isZero();
  }

  @Test
  void aProductIsStoredAndOnlyItsChangesAreWritten() {
    muster.run(
        "insert into muster.poll_target (account, resource, key) values ('acme1', 'product', 'pk1')");
    readProduct("{\"name\": \"Pump\", \"dynamic_activation\": true, \"max_valid_days\": 365}");
    String before = muster.value("select xmin, ctid from muster.product");
    readProduct("{\"name\": \"Pump\", \"dynamic_activation\": true, \"max_valid_days\": 365}");
    assertThat(muster.value("select xmin, ctid from muster.product")).isEqualTo(before);

    readProduct("{\"name\": \"Pump 2\"}");

    assertThat(
            muster.value(
                "select product_key, name, dynamic_activation, max_valid_days,"
                    + " first_seen_at < last_changed_at from report.product"))
        .isEqualTo("pk1 Pump 2 - - t");
  }

  @Test
  void aTariffThatManyDevicesShowIsStoredOnce() {
    muster.enrol("acme1", "SN2", "SN3");
    String tariff =
        "{\"name\": \"night\", \"price\": 1.50, \"currency\": \"CNY\", \"duration_minutes\": 60}";

    muster.settle(
        muster.claim("acme1", 10).stream()
            .map(task -> done(task).device().tariff("t1", tariff))
            .toArray(Settlement[]::new));

    assertThat(
            muster.rows(
                "select tariff_id, name, price, currency, duration_minutes from report.tariff"))
        .containsExactly("t1 night 1.50 CNY 60");
  }

  @Test
  void theLastOfABatchCountsThoughItIsWhatIsStored() {
    read("{\"name\": \"a\"}");
    muster.request("acme1", "refresh", "SN1");
    muster.request("acme1", "refresh", "SN1");

    List<Task> tasks = muster.claim("acme1", 10);
    muster.settle(
        done(tasks.get(0)).device("{\"name\": \"b\"}"),
        done(tasks.get(1)).device("{\"name\": \"a\"}"));

    assertThat(muster.rows("select name from report.device_history order by valid_from"))
        .containsExactly("a", "b", "a");
    assertThat(muster.rows("select name from report.device")).containsExactly("a");
  }

  @Test
  void aProductTwiceInABatchIsStoredOnce() {
    muster.run(
        "insert into muster.poll_target (account, resource, key)"
            + " values ('acme1', 'product', 'pk1'), ('acme1', 'product', 'PK1')");

    muster.settle(
        muster.claim("acme1", 10).stream()
            .filter(task -> task.resource().equals("product"))
            .map(task -> done(task).product("{\"product_key\": \"pk1\"}"))
            .toArray(Settlement[]::new));

    assertThat(muster.rows("select product_key from report.product")).containsExactly("pk1");
  }

  @Test
  void aProductOfALeaseThatWasLostIsNotStored() {
    muster.run(
        "insert into muster.poll_target (account, resource, key) values ('acme1', 'product', 'pk1')");
    Task task =
        muster.claim("acme1", 10).stream().filter(t -> t.key().equals("pk1")).findFirst().get();

    muster.settle(
        done(task).product("{\"name\": \"fresh\"}"),
        done(task).product("{\"name\": \"stale\"}").with("fence", task.fence() - 1));

    assertThat(muster.rows("select name from report.product")).containsExactly("fresh");
  }

  @Test
  void batchesThatShowTheSameDevicesDoNotHoldEachOtherUp() throws Exception {
    read("{\"name\": \"known\"}");
    muster.run("delete from muster.poll_target");
    Task known = refresh("SN1");
    Task fresh = refresh("SN9");
    Task knownAgain = refresh("SN1");
    Task freshAgain = refresh("SN9");

    try (Connection slow = muster.connect();
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      settle(statement, done(known).device("{\"name\": \"a\"}"));
      CompletableFuture<Void> other =
          CompletableFuture.runAsync(
              () ->
                  muster.settle(
                      done(knownAgain).device("{\"name\": \"b\"}"),
                      done(freshAgain).device("{\"name\": \"b\"}")));
      Awaitility.await().until(() -> waitsForALock(statement));
      settle(statement, done(fresh).device("{\"name\": \"a\"}"));
      slow.commit();
      other.join();
    }

    assertThat(muster.rows("select key, name from report.device order by key"))
        .containsExactly("SN1 b", "SN9 b");
  }

  @Test
  void twoRepliesThatShowANewDeviceAtOnceAreBothStored() throws Exception {
    muster.run("delete from muster.poll_target");
    Task first = refresh("SN9");
    Task second = refresh("SN9");

    try (Connection slow = muster.connect();
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      settle(statement, done(first).device("{\"name\": \"a\"}"));
      CompletableFuture<Void> other =
          CompletableFuture.runAsync(() -> muster.settle(done(second).device("{\"name\": \"b\"}")));
      Awaitility.await().until(() -> waitsForALock(statement));
      slow.commit();
      other.join();
    }

    assertThat(muster.rows("select name from report.device_history order by valid_from"))
        .containsExactly("a", "b");
    assertThat(muster.rows("select status from muster.work_request"))
        .containsExactly("done", "done");
  }

  @Test
  void aRecordThatCannotBeStoredFailsAlone() {
    muster.enrol("acme1", "SN2");
    List<Task> tasks = muster.claim("acme1", 2);

    assertThat(
            Refusal.of(
                    () ->
                        muster.settle(
                            done(tasks.get(0)).device("{\"lifecycle\": \"melted\"}"),
                            done(tasks.get(1)).device()))
                .state())
        .isEqualTo("23514");
    assertThat(muster.rows("select key from report.device")).as("all or nothing").isEmpty();

    muster.settle(park(tasks.get(0), "unstorable"), done(tasks.get(1)).device());
    assertThat(muster.rows("select key from report.device")).containsExactly(tasks.get(1).key());
  }

  private Task refresh(String key) {
    muster.request("acme1", "refresh", key);
    return muster.claimOne("acme1");
  }

  /** In the transaction that is open. */
  private static void settle(Statement statement, Settlement outcome) throws SQLException {
    List<Settlement> batch = List.of(outcome);
    statement.execute(
        """
        select muster.settle(
          array(select o from jsonb_populate_recordset(null::muster.outcome, '%s') o), array['%s'])
        """
            .formatted(Settlement.batch(batch), Settlement.devices(batch)[0]));
  }

  private static boolean waitsForALock(Statement statement) throws SQLException {
    try (var rows =
        statement.executeQuery("select exists (select from pg_locks where not granted)")) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  private void read(String members) {
    due();
    muster.settle(done(muster.claimOne("acme1")).device(members));
  }

  private void readProduct(String members) {
    muster.run(
        "update muster.poll_state set due_at = case when target_id = (select id from muster.poll_target where resource = 'product') then now() else 'infinity' end");
    muster.settle(done(muster.claimOne("acme1")).product(members));
  }

  private void due() {
    muster.run("update muster.poll_state set due_at = now()");
  }

  private List<String> ports() {
    return muster.rows(
        "select port_no, status, vendor_status from report.device_port order by port_no");
  }
}
