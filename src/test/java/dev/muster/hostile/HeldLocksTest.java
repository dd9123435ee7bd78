package dev.muster.hostile;

import static dev.muster.support.AccountSetup.account;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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
  void housekeepingLeavesALockedQuotaToTheNextTime() throws Exception {
    muster.configure(account("acme1").quota(60, Duration.ofMinutes(1)));
    JdbcClient ann = muster.as("muster_ops", "ann");
    ann.sql("begin").update();
    ann.sql("select muster.release_quota(quota) from report.quota").query().listOfRows();

    supplyAsync(() -> muster.value("select muster.housekeeping()")).get(1, TimeUnit.SECONDS);

    ann.sql("rollback").update();
  }
}
