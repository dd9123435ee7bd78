package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A database and a machine with settings of their own, and logins in every form. */
class DatabaseSettingsIT {
  private static final Duration START = Duration.ofMinutes(4);
  private static final String READY = "what needs a person";
  private static final String OWNER =
      "select nspowner::regrole::text from pg_namespace where nspname = 'muster'";

  private Site site;

  @BeforeEach
  void open(@TempDir Path folder) {
    site = new Site(folder);
    site.enos("enos1");
    // The machine may be busy; a call that takes long is no matter here.
    site.command().with("muster.accounts.enos1.call-deadline", "10s");
    site.command().with("server.port", 0);
    for (String role : List.of("muster_app", "muster_ops", "muster_report", "house")) {
      role(role, "nologin");
    }
    role("svc", "login password 'geheim'");
  }

  private void role(String name, String attributes) {
    site.db()
        .sql(
            "do $$ begin if to_regrole('%1$s') is null then create role %1$s %2$s; end if; end $$"
                .formatted(name, attributes))
        .update();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void theDatabasesDefaultsAndTheMachinesTimeZoneChangeNothing() {
    site.db().sql("create schema evil").update();
    site.db()
        .sql("create function evil.now() returns timestamptz return '-infinity'::timestamptz")
        .update();
    site.db().sql("grant create on schema public to public").update();
    site.database().alter("set search_path = evil, pg_catalog");
    site.database().alter("set default_transaction_isolation = serializable");
    site.database().alter("set datestyle = 'SQL, DMY'");
    site.database().alter("set timezone = 'Asia/Tokyo'");
    site.database().alter("set statement_timeout = '100ms'");
    site.database().alter("set idle_session_timeout = '1s'");
    site.command().environment("TZ", "CTT");

    try (MusterProcess one = site.command().launch();
        MusterProcess two = site.command().launch()) {
      one.awaitLog(READY);
      two.awaitLog(READY);
      assertAllocates(20);

      for (MusterProcess muster : List.of(one, two)) {
        assertThat(muster.logLines(" WARN "))
            .singleElement()
            .asString()
            .contains("every login may create objects in schema public", "revoke create on schema");
        assertThat(muster.log()).doesNotContain(" ERROR ").doesNotContain("\tat ");
      }
      assertThat(
              LocalDateTime.parse(
                  one.log().substring(0, 19), DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")))
          .as("the log's time is the machine's")
          .isBetween(
              LocalDateTime.now(ZoneId.of("Asia/Shanghai")).minus(START),
              LocalDateTime.now(ZoneId.of("Asia/Shanghai")));
    }
  }

  @Test
  void aLoginInTheAddressAndAFirstStatementHoldForEveryConnection() throws SQLException {
    site.db().sql("grant house to svc, " + site.database().user()).update();
    site.db().sql("grant create on database " + site.database().name() + " to house").update();
    site.db().sql("grant pg_signal_backend to house").update();
    site.command()
        .without("spring.datasource.username")
        .without("spring.datasource.password")
        .with("spring.datasource.url", site.database().jdbcUrl() + "?user=svc&password=geheim")
        .with("spring.datasource.hikari.connection-init-sql", "set role house");

    try (MusterProcess muster = site.command().start()) {
      assertThat(site.row(OWNER)).containsValue("house");
      assertAllocates(3);
      assertGranted();
      assertThat(listener()).containsValue("svc");
      assertQuiet(muster);
      assertThat(muster.log()).doesNotContain("geheim");
      assertNamesWhoLocks(muster);
      assertEndsWhoLocksAWholeTable(muster);
    }
  }

  @Test
  void migrationsAndGrantsHaveTheOwnersLoginAndTheServiceItsOwn() {
    site.db().sql("grant muster_app to svc").update();
    site.command()
        .without("spring.datasource.username")
        .without("spring.datasource.password")
        .with("spring.datasource.url", site.database().jdbcUrl() + "?user=svc&password=geheim")
        .with("spring.flyway.user", site.database().user())
        .with("spring.flyway.password", site.database().password());

    try (MusterProcess muster = site.command().start()) {
      assertThat(site.row(OWNER)).containsValue(site.database().user());
      assertAllocates(3);
      assertGranted();
      assertThat(listener()).containsValue("svc");
      assertQuiet(muster);
    }
  }

  @Test
  void sequencesThatAreBehindAreSetForwardAndTold() {
    MusterProcess first = site.command().start();
    assertAllocates(2);
    first.stop();
    site.db().sql("alter table muster.work_request alter column id restart").update();

    try (MusterProcess muster = site.command().start()) {
      site.allocate("enos1", "SN0", "{}");
      await("it is done")
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  !site.rows("select from muster.work_request where id = 3 and status = 'done'")
                      .isEmpty());
      assertThat(muster.logLines("sequences were behind their tables"))
          .singleElement()
          .asString()
          .endsWith("were set forward: muster.work_request_id_seq (0, now 2)");
    }
  }

  private void assertAllocates(int count) {
    for (int n = 0; n < count; n++) {
      ObjectNode device = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
      site.simulator()
          .vendor(EnosSimulator.class)
          .devices()
          .put("SN" + n, device.put("sn", "SN" + n));
      site.allocate("enos1", "SN" + n, "{}");
    }
    await("all are done")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                site.rows("select from muster.work_request where status = 'done'").size() == count);
    assertThat(site.rows("select distinct made_by from report.audit where part is not null"))
        .containsExactly(Map.of("made_by", "muster"));
  }

  private void assertNamesWhoLocks(MusterProcess muster) throws SQLException {
    site.db()
        .sql(
            "insert into muster.poll_target (account, resource, key, refresh_every)"
                + " values ('enos1', 'device', 'SN0', '1 s')")
        .update();
    try (Connection owner = site.database().dataSource().getConnection();
        Statement statement = owner.createStatement()) {
      owner.setAutoCommit(false);
      statement.execute("set application_name = 'nightly-load'");
      statement.execute("lock table muster.poll_target in access exclusive mode");
      muster.awaitLog("locks are held by session ");
      assertThat(muster.logLines("locks are held by session "))
          .singleElement()
          .asString()
          .contains("(" + site.database().user() + ", nightly-load) in poll_target");
      assertThat(muster.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
      owner.rollback();
    }
  }

  private void assertEndsWhoLocksAWholeTable(MusterProcess muster) {
    JdbcClient ann = site.database().as("muster_ops", "ann");
    ann.sql("begin").update();
    ann.sql("lock table muster.poll_target in access exclusive mode").update();
    muster.awaitLog("ended session ");
    Object ended = site.row("select now() as ended").get("ended");
    await("pulls go on")
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                !site.db()
                    .sql("select from muster.poll_state where synced_at > ?")
                    .param(ended)
                    .query()
                    .listOfRows()
                    .isEmpty());
    assertThat(muster.logLines("ended session "))
        .allSatisfy(line -> assertThat(line).contains(" (ann, "));
  }

  private void assertGranted() {
    assertThat(
            site.row(
                "select has_function_privilege('muster_ops', 'muster.cancel(bigint)', 'execute')"
                    + " and has_table_privilege('muster_report', 'report.device', 'select') as granted"))
        .containsEntry("granted", true);
  }

  private Map<String, Object> listener() {
    return site.row(
        "select usename::text from pg_stat_activity where application_name = 'muster-listener'"
            + " and datname = current_database()");
  }

  private static void assertQuiet(MusterProcess muster) {
    assertThat(muster.log())
        .doesNotContain(" WARN ")
        .doesNotContain(" ERROR ")
        .doesNotContain("\tat ");
  }
}
