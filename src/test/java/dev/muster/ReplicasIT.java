package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Disturbance;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one database, with different accounts. */
class ReplicasIT {
  private static final String REPLICAS =
      "select name, version, accounts::text as accounts, since, last_seen from report.replica";

  @TempDir Path folder;

  private Site site;
  private MusterProcess.Command one;

  @BeforeEach
  void open() {
    site = new Site(folder);
    site.lvcc("lvcc1");
    one = site.command().copy().with("muster.once", true).with("server.port", 0);
    site.huawei("huawei1");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void onceWithOneAccountTakesNothingFromTheRunningService() {
    try (MusterProcess service = site.command().start()) {
      assertThat(site.rows(REPLICAS)).extracting("accounts").containsExactly("{huawei1,lvcc1}");
      site.row("select muster.pause('huawei1')");
      refresh("huawei1");

      assertThat(once()).contains("nothing was due").doesNotContain("WARN");

      assertThat(site.rows(REPLICAS)).extracting("accounts").containsExactly("{huawei1,lvcc1}");
      site.row("select muster.resume('huawei1')");
      site.awaitRow(
          "select from muster.work_request where id = ? and finished_at is not null",
          refresh("huawei1"));
      service.stop();
      assertThat(site.rows(REPLICAS)).isEmpty();
    }
    assertThat(once()).contains("nothing was due");
    refresh("huawei1");
    assertThat(site.rows("select what from report.attention where what like '%leave'"))
        .extracting("what")
        .containsExactly("account huawei1 is about to leave");
  }

  @Test
  void aReplicaLivesWhileItsCallsHangAndItsPoolIsBusy() throws SQLException {
    site.command().with("spring.datasource.hikari.maximum-pool-size", 1);
    site.simulator().disturb(Disturbance.lateReply(Duration.ofMinutes(5)));
    try (MusterProcess service = site.command().start();
        Connection other = site.database().dataSource().getConnection();
        Statement statement = other.createStatement()) {
      Map<String, Object> before = site.row(REPLICAS);
      assertThat((String) before.get("name")).contains(Long.toString(service.pid()));
      other.setAutoCommit(false);
      // Claims wait for it, with the pool's only connection.
      statement.execute("select from muster.token for update");
      refresh("huawei1");
      refresh("lvcc1");

      for (int beat = 0; beat < 2; beat++) {
        Object last = before.get("last_seen");
        before =
            await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> site.row(REPLICAS), row -> !last.equals(row.get("last_seen")));
      }
    }
  }

  private String once() {
    try (MusterProcess muster = one.launch()) {
      assertThat(muster.awaitEnd().exitCode()).as(muster.log()).isZero();
      return muster.log();
    }
  }

  private long refresh(String account) {
    site.refresh(account, "k1");
    List<Map<String, Object>> ids =
        site.rows("select max(id) as id from muster.work_request where account = ?", account);
    return (long) ids.get(0).get("id");
  }
}
