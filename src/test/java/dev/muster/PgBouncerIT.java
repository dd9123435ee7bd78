package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.PgBouncer;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The database behind a PgBouncer in transaction mode. */
class PgBouncerIT {
  private static final int DEVICES = 20;

  /** The driver prepares a statement on the server at its fifth use on a connection. */
  private static final int READS_OF_EACH = 8;

  private Site site;
  private PgBouncer bouncer;

  @BeforeEach
  void open(@TempDir Path folder) {
    assumeTrue(PgBouncer.isInstalled(), "this machine has no pgbouncer");
    site = new Site(folder);
    site.database().alter("set default_transaction_isolation = serializable");
    bouncer = new PgBouncer(folder, site.database());
    site.command().with("spring.datasource.url", bouncer.jdbcUrl());
    site.lvcc("lvcc1");
    site.command().with("muster.accounts.lvcc1.call-deadline", "10s");
    site.enos("enos1");
    // The machine may be busy; a call that takes long is no matter here.
    site.command().with("muster.accounts.enos1.call-deadline", "10s");
  }

  @AfterEach
  void close() {
    if (site != null) {
      bouncer.close();
      site.close();
    }
  }

  @Test
  void everythingGoesOnAsWithoutIt() {
    site.command().with("muster.listen-url", site.database().jdbcUrl());
    try (MusterProcess muster = site.command().start()) {
      pulls();
      allocations();

      await("each was read often")
          .atMost(Duration.ofSeconds(60))
          .until(() -> site.simulator().arrivalCount() > DEVICES * (READS_OF_EACH + 3L));
      assertThat(site.rows("select * from report.device where account = 'lvcc1'")).hasSize(DEVICES);
      assertThat(site.rows("select error_code, error_message from report.dead_letter")).isEmpty();
      assertThat(
              site.rows(
                  "select from pg_stat_activity where application_name = 'muster-listener'"
                      + " and datname = current_database()"))
          .hasSize(1);
      assertThat(muster.logLines("the database is behind a connection pooler")).hasSize(1);
      assertThat(muster.logLines(" WARN ")).isEmpty();
      assertThat(muster.logLines(" ERROR ")).isEmpty();
      assertThat(throughTheBouncer("show default_transaction_isolation"))
          .isEqualTo("read committed");
    }
  }

  @Test
  void withoutAnAddressOfTheServerItselfTheStartIsRefusedInASentence() {
    try (MusterProcess muster = site.command().launch()) {
      assertThat(muster.awaitEnd().exitCode()).isEqualTo(1);
      assertThat(muster.log())
          .contains("spring.datasource.url leads to a connection pooler such as PgBouncer")
          .contains("muster.listen-url")
          .doesNotContain("\tat ");
    }
    assertThat(site.rows("select from pg_namespace where nspname = 'muster'")).isEmpty();
  }

  @Test
  void anAddressThatAsksForPreparedStatementsIsRefusedInASentence() {
    site.command()
        .with("muster.listen-url", site.database().jdbcUrl())
        .with("spring.datasource.url", bouncer.jdbcUrl() + "?prepareThreshold=5");
    try (MusterProcess muster = site.command().launch()) {
      assertThat(muster.awaitEnd().exitCode()).isEqualTo(1);
      assertThat(muster.log()).contains("(prepareThreshold=5)").doesNotContain("\tat ");
    }
  }

  private void pulls() {
    for (int n = 0; n < DEVICES; n++) {
      site.simulator()
          .vendor(LvccSimulator.class)
          .devices()
          .put(
              "d-" + n,
              (ObjectNode) Json.tree(Site.recorded("lvcc/device-status.json")).get("data"));
    }
    site.db()
        .sql(
            "insert into muster.poll_target (account, resource, key, refresh_every)"
                + " select 'lvcc1', 'device', 'd-' || n, '1 s' from generate_series(0, ?) n")
        .param(DEVICES - 1)
        .update();
  }

  private void allocations() {
    for (int n = 0; n < DEVICES; n++) {
      ObjectNode device = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
      site.simulator()
          .vendor(EnosSimulator.class)
          .devices()
          .put("SN" + n, device.put("sn", "SN" + n));
      site.awaitRequest(site.allocate("enos1", "SN" + n, "{}"), "done");
    }
  }

  private String throughTheBouncer(String sql) {
    return JdbcClient.create(
            new DriverManagerDataSource(
                bouncer.jdbcUrl() + "?prepareThreshold=0",
                site.database().user(),
                site.database().password()))
        .sql(sql)
        .query(String.class)
        .single();
  }
}
