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

  /** A read that waits, a change in doubt whose permit is spent, a letter, and a token. */
  private static final String WORK =
      """
      insert into muster.account_action (account, action, params, writes)
      values ('acme1', 'refresh', 'resource', false), ('acme1', 'allocate', 'master_data', true);
      insert into muster.work_request (account, action, key) values ('acme1', 'refresh', 'SN1');
      insert into muster.work_request (account, action, key) values ('acme1', 'allocate', 'SN2');
      update muster.work_request
         set status = 'unknown', step = 'verify', attempts = 2, retries = 1, error_code = 'timeout',
             started_at = now(), given_up_at = now() - interval '1 h'
       where action = 'allocate';
      insert into muster.quota (quota, scope, max_calls, "window", has_permits)
      values ('acme1', 'account', 10, '1 min', true);
      insert into muster.account_quota (account, quota) values ('acme1', 'acme1');
      insert into muster.permit (quota, slot, free_at)
      select 'acme1', n, case when n = 1 then now() + interval '1 h' else '-infinity' end
        from generate_series(1, 10) n;
      insert into muster.dead_letter (kind, target_id, account, operation, key, error_code, error_message)
      select 'pull', id, account, resource, key, '35404', 'gone' from muster.poll_target where key = 'SN3';
      update muster.incarnation i
         set system_identifier = s.system_identifier, timeline = c.timeline_id
        from pg_control_system() s, pg_control_checkpoint() c;
      insert into muster.token (account, sealed) values ('acme1', '\\x0102');
      """;

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
    jdbc.execute(WORK);
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

  @Test
  void whatWasUnderWayGoesOn() {
    MusterDatabase.migrate(database.dataSource());

    assertThat(
            jdbc.queryForList(
                "select action || ' ' || status || ' ' || coalesce(error_code, '') from muster.work_request order by id",
                String.class))
        .containsExactly("refresh pending ", "allocate unknown timeout");
    assertThat(
            jdbc.queryForList(
                "select key || ' ' || error_code || ' ' || state from report.dead_letter",
                String.class))
        .containsExactly("SN3 35404 open");
    assertThat(jdbc.queryForObject("select sealed from muster.token", byte[].class))
        .containsExactly(1, 2);
    assertThat(jdbc.queryForObject("select used from report.quota", Long.class)).isEqualTo(1);
    assertThat(
            jdbc.queryForList(
                "select t.kind || ' ' || t.key || ' ' || coalesce(t.step, '')"
                    + " from muster.claim('acme1', 9, null, 9, 9) c, unnest(c.tasks) t order by 1",
                String.class))
        .contains("request SN1 read", "request SN2 verify");
  }

  private static List<String> structure(JdbcTemplate jdbc) {
    return jdbc.queryForList(MusterDatabase.script(STRUCTURE), String.class);
  }
}
