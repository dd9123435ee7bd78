package dev.muster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A database of version 0.1.0, the first that was released, comes to the schema of this version.
 *
 * <p>{@code schema-0.1.0.sql} was dumped from that version, with Flyway's history, and never
 * changes again. A migration that an upgrade needs gets rows here before it runs, and its
 * assertion.
 */
@Tag("sql")
class UpgradeTest {
  private static final String FIRST = "schema-0.1.0.sql";
  private static final String STRUCTURE = "dev/muster/sql/structure.sql";

  private final TestDatabase database = TestDatabase.fresh();
  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

  @BeforeEach
  void theFirstVersion() {
    jdbc.execute(MusterDatabase.script(FIRST));
    jdbc.execute(
        "insert into muster.account (account, vendor, call_deadline) values ('acme1', 'acme', '10 s')");
    jdbc.execute(
        "insert into muster.account_resource (account, resource, refresh_every) values ('acme1', 'device', '1 h')");
    jdbc.execute(
        "insert into muster.poll_target (account, resource, key)"
            + " select 'acme1', 'device', 'SN' || n from generate_series(1, 3) n");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void theFirstVersionBecomesThisOne() {
    MusterDatabase.migrate(database.dataSource());

    try (MusterDatabase fresh = MusterDatabase.migratedAndEmpty()) {
      assertThat(structure(jdbc)).isEqualTo(structure(new JdbcTemplate(fresh.dataSource())));
    }
    assertThat(jdbc.queryForList("select count(*) from muster.poll_state", Long.class))
        .containsExactly(3L);
    assertThat(
            jdbc.queryForList(
                "select version || ' ' || accounts::text from muster.replica", String.class))
        .as("its processes do not say that they live; their accounts stay for a day")
        .containsExactly("0.1.0 {acme1}");
  }

  private static List<String> structure(JdbcTemplate jdbc) {
    return jdbc.queryForList(MusterDatabase.script(STRUCTURE), String.class);
  }
}
