package dev.muster;

import static dev.muster.support.DebianPostgres.jdbc;
import static dev.muster.support.DebianPostgres.place;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.support.AccountSetup;
import dev.muster.support.DebianPostgres;
import dev.muster.support.DocumentPage;
import dev.muster.support.MusterDatabase;
import dev.muster.support.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What docs/database.md tells a DBA to run, on servers with all of PostgreSQL's programs. */
class DatabasePageTest {
  private static final DocumentPage PAGE = new DocumentPage("database.md");
  private static final String VERSION =
      """
      select muster.store_devices(array['acme1'], array['SN1'], array[md5('%1$s')::uuid], array[
        '{"vendor": "acme", "lifecycle": "active", "connectivity": "online", "name": "%1$s", "attributes": {}, "ports": []}'])
      """;

  private final int port = DebianPostgres.freePort();
  private final int newPort = DebianPostgres.freePort();
  private final int standbyPort = DebianPostgres.freePort();
  private DebianPostgres postgres;

  @BeforeEach
  void start() {
    assumeTrue(DebianPostgres.isInstalled(), "this machine has no postgresql-15 of Debian's");
    postgres = new DebianPostgres();
    postgres
        .with("DB", place(port, "muster", "muster"))
        .with("STANDBY_DATA", postgres.folder("standby"))
        .with("DATA", postgres.folder("old"))
        .with("NEW_DATA", postgres.folder("upgraded"))
        .with("NEW_BIN", "/usr/lib/postgresql/15/bin");
    postgres.start(postgres.initialise("old", port));
    postgres.start(postgres.initialise("new", newPort));
    addAdministrator(port);
    addAdministrator(newPort);
  }

  @AfterEach
  void stop() {
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void whatThePageSaysWorks() {
    administrator("administrator");
    run("Hosted PostgreSQL");
    MusterDatabase.migrate(DebianPostgres.source(port, "muster", "muster"));
    JdbcTemplate muster = jdbc(port, "muster", "muster");
    muster.queryForList(
        "select muster.configure(?::jsonb)", AccountSetup.array(AccountSetup.account("acme1")));
    muster.execute(
        "insert into muster.work_request (account, action, key) values ('acme1', 'refresh',"
            + " 'SN1')");
    muster.queryForList(VERSION.formatted("a"));

    run("Backup and restore");
    assertRestored(jdbc(newPort, "muster", "muster"));
    theDumpFitsTheNewestPostgres();

    administrator("postgres");
    run("Loading changes elsewhere");
    aStandbyServesReaders();
    aSubscriberFollows(muster);
    anotherOwnerGoesOn();
    anUpgradedServerGoesOn();
  }

  /** As a provider gives one, beside the superuser. */
  private static void addAdministrator(int server) {
    jdbc(server, "postgres", "postgres")
        .execute("create role administrator login createrole createdb");
  }

  private void administrator(String name) {
    postgres
        .with("ADMIN", place(port, "postgres", name))
        .with("NEW", place(newPort, "postgres", name));
  }

  private static void assertRestored(JdbcTemplate restored) {
    assertThat(restored.queryForList("select name from report.device", String.class))
        .containsExactly("a");
    assertThat(
            restored.queryForObject(
                "select notice from muster.claim('acme1', 1, null, 1, 1)", String.class))
        .startsWith("the database runs on another server");
  }

  /** With the programs of the old one, which are those that are here. */
  private void theDumpFitsTheNewestPostgres() {
    try (TestDatabase newest = TestDatabase.fresh()) {
      JdbcTemplate restored = new JdbcTemplate(newest.dataSource());
      restored.execute(MusterDatabase.script("sql/grants/roles.sql"));
      postgres.with("PGPASSWORD", newest.password());
      postgres.bash(
          "pg_restore --dbname='host=%s port=%d dbname=%s user=%s' --no-owner --exit-on-error muster.dump"
              .formatted(newest.host(), newest.port(), newest.name(), newest.user()));
      assertRestored(restored);
    }
  }

  private void anotherOwnerGoesOn() {
    administrator("administrator");
    run("dbt, Metabase, Grafana");
    assertThat(
            jdbc(port, "muster", "metabase")
                .queryForList("select name from report.device", String.class))
        .containsExactly("b");

    run("Another owner");
    assertThat(
            jdbc(port, "muster", "muster2")
                .queryForObject(
                    "select cardinality(tasks) from muster.claim('acme1', 1, null, 1, 1)",
                    Integer.class))
        .isEqualTo(1);
    administrator("postgres");
  }

  private void aStandbyServesReaders() {
    run("Read replicas");
    Path standby = postgres.configure(postgres.folder("standby"), standbyPort);
    postgres.start(standby);
    JdbcTemplate reader = jdbc(standbyPort, "muster", "muster");
    for (String view :
        reader.queryForList(
            "select oid::regclass::text from pg_class where relnamespace = 'report'::regnamespace",
            String.class)) {
      reader.queryForList("select * from " + view);
    }
    assertThat(reader.queryForList("select * from report.device_at(now())")).hasSize(1);
    assertThat(reader.queryForObject("select muster.explain(1)", String.class)).isNotBlank();
    assertThat(reader.queryForList("select * from muster.changes_since(null)")).hasSize(1);
    assertThat(
            reader.queryForList("select * from muster.changes_since(muster.present_cursor() + 9)"))
        .as("it may be behind")
        .isEmpty();
    postgres.stop(standby);
  }

  private void aSubscriberFollows(JdbcTemplate muster) {
    postgres.bash(blocks("Logical replication").get(0));
    postgres.bash(blocks("Logical replication").get(1));
    muster.queryForList(VERSION.formatted("b"));
    JdbcTemplate copy = jdbc(newPort, "copy", "postgres");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                copy.queryForList(
                        "select d.name || h.name from muster.device d, muster.device_history h",
                        String.class)
                    .equals(List.of("ba")));
    postgres.bash(blocks("Logical replication").get(2));
    postgres.bash(blocks("Logical replication").get(3));
    assertThat(jdbc(port, "postgres", "postgres").queryForList("select from pg_replication_slots"))
        .isEmpty();
  }

  private void anUpgradedServerGoesOn() {
    postgres.initialise("upgraded", port);
    run("A major version of PostgreSQL");
    assertThat(
            jdbc(port, "muster", "muster2")
                .queryForObject(
                    "select notice from muster.claim('acme1', 1, null, 1, 1)", String.class))
        .startsWith("the database runs on another server");
    postgres.stop(postgres.folder("upgraded"));
  }

  private void run(String section) {
    blocks(section).forEach(postgres::bash);
  }

  private static List<String> blocks(String section) {
    return PAGE.section(section).blocks("sh");
  }
}
