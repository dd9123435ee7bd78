package dev.muster.hostile;

import static dev.muster.support.AccountSetup.account;
import static java.util.concurrent.CompletableFuture.runAsync;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.support.MusterDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Locks that any login may take, and keep. */
@Tag("sql")
class HeldLocksTest {
  /** Flyway's own number, and its table's. */
  private static final long MIGRATIONS =
      77431708279161L + "\"muster\".\"schema_history\"".hashCode();

  private static final String END = "select * from muster.end_table_locks(?)";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aReadersAdvisoryLockKeepsNoStartWaiting() throws Exception {
    JdbcClient reader = muster.as("muster_report", "grafana");
    reader.sql("select pg_advisory_lock(" + MIGRATIONS + ")").query().singleRow();

    assertThat(
            supplyAsync(() -> MusterDatabase.migrate(muster.dataSource()))
                .get(30, TimeUnit.SECONDS))
        .isZero();
  }

  @Test
  void aReadersAdvisoryLockKeepsNoRingFromTheService() throws SQLException {
    muster.configure(account("acme1"));
    JdbcClient reader = muster.as("muster_report", "grafana");
    reader.sql("select pg_advisory_lock(hashtext('muster.ring'))").query().singleRow();
    try (Connection service = muster.connect();
        Statement statement = service.createStatement()) {
      statement.execute("listen " + muster.value("select channel from muster.installation"));

      muster.request("acme1", "refresh", "SN1");

      assertThat(service.unwrap(PGConnection.class).getNotifications(10_000)).hasSize(1);
    }
  }

  @Test
  void whoeverLocksATableIsNamedWhileItIsLocked() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "SN1");
    JdbcClient ann = muster.as("muster_ops", "ann");
    ann.sql("begin").update();
    ann.sql("lock table muster.poll_target in access exclusive mode").update();

    assertThat(
            muster.value(
                "select usename || ' ' || tables from muster.lock_holder where usename <> session_user"))
        .isEqualTo("ann poll_target");

    ann.sql("rollback").update();
    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void whoeverLocksAWholeTableIsEndedIfTheServiceMay() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "SN1");
    JdbcClient ann = muster.as("muster_ops", "ann");
    JdbcClient unable = muster.as("muster_app", "app");
    String session = session(ann);
    ann.sql("begin").update();
    ann.sql("delete from muster.poll_target where key = 'SN2'").update();
    assertThat(muster.rows(END, true)).as("rows of targets alone").isEmpty();
    ann.sql("lock table muster.poll_target in share mode").update();

    assertThat(unable.sql(END).param(false).query().listOfRows()).as("no right to").isEmpty();
    assertThat(muster.rows(END, false)).containsExactly(session);

    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void maintenanceByTheOwnerGoesOnAndWhoQueuesBehindItIsEnded() throws Exception {
    muster.configure(account("acme1"));
    JdbcClient ann = muster.as("muster_ops", "ann");
    String session = session(ann);
    try (MusterDatabase.Session owner = muster.session()) {
      owner.jdbc().execute("begin; lock table muster.poll_target in access exclusive mode");
      ann.sql("begin").update();
      CompletableFuture<?> queued =
          runAsync(() -> ann.sql("lock table muster.poll_target in exclusive mode").update());

      await("only the one that waits")
          .until(() -> muster.rows(END, false), List.of(session)::equals);

      assertThatThrownBy(() -> queued.get(10, TimeUnit.SECONDS)).hasMessageContaining("terminat");
      owner.jdbc().execute("rollback");
    }
  }

  @Test
  void whoeverKeepsAnAccountsRowIsEndedAfterAWhile() {
    muster.configure(account("acme1"));
    JdbcClient ann = muster.as("muster_ops", "ann");
    String session = session(ann);
    ann.sql("begin").update();
    ann.sql("select muster.pause('acme1', 'and went for lunch')").query().listOfRows();

    assertThat(muster.rows(END, false)).as("for a moment").isEmpty();
    assertThat(muster.rows(END, true)).containsExactly(session);
  }

  @Test
  void targetsThatAreNotCommittedYetStopNeitherAStartNorTheSweepsOfOthers() throws Exception {
    muster.configure(account("acme1").lists(50).discovers(1000), account("acme2").lists(50));
    JdbcClient ann = muster.as("muster_ops", "ann");
    muster.run(
        "update muster.sweep set state = 'done', finished_at = '2020-02-20', started_at = '2020-02-20'");
    ann.sql("begin").update();
    ann.sql(
            "insert into muster.poll_target (account, resource, key)"
                + " select 'acme1', 'device', 'SN' || n from generate_series(1, 300) n")
        .update();
    muster.enrol("acme2", 300);

    supplyAsync(() -> muster.value("select muster.tend_sweeps()::text")).get(10, TimeUnit.SECONDS);
    runAsync(() -> muster.configure(account("acme1").lists(50).discovers(1000)))
        .get(10, TimeUnit.SECONDS);

    assertThat(muster.rows("select account from report.sweep where state = 'running'"))
        .containsExactly("acme2");
    ann.sql("rollback").update();
  }

  private static String session(JdbcClient person) {
    return "session %s (ann, PostgreSQL JDBC Driver)"
        .formatted(person.sql("select pg_backend_pid()").query(Integer.class).single());
  }

  @Test
  void housekeepingLeavesALockedQuotaToTheNextTime() throws Exception {
    muster.configure(account("acme1").quota(60, Duration.ofMinutes(1)));
    JdbcClient ann = muster.as("muster_ops", "ann");
    ann.sql("begin").update();
    ann.sql("select muster.release_quota(quota) from report.quota").query().listOfRows();

    supplyAsync(() -> muster.value("select muster.housekeeping()")).get(1, TimeUnit.SECONDS);

    ann.sql("rollback").update();
  }
}
