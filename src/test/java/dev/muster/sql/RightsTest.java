package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.support.DocumentPage;
import dev.muster.support.MusterDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who may do what: exactly what is promised, and nothing more. */
@Tag("sql")
class RightsTest {
  /** Every right that a role has on anything in the two schemas, a table's or a column's. */
  private static final String RIGHTS =
      """
      with relation as (
        select c.oid, c.relkind, c.oid::regclass::text as name from pg_class c
         where c.relnamespace in ('muster'::regnamespace, 'report'::regnamespace) and c.relkind in ('r', 'p', 'v', 'S'))
      select name || ' ' || right_name from relation,
             unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) right_name
       where relkind <> 'S' and has_table_privilege(?, oid, right_name)
         and not (name like 'report.%' and right_name = 'SELECT')
      union all
      select name || '.' || a.attname || ' ' || right_name
        from relation r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped,
             unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) right_name
       where relkind <> 'S' and has_column_privilege(?, r.oid, a.attnum, right_name)
         and not has_table_privilege(?, r.oid, right_name)
      union all
      select name || ' ' || right_name from relation, unnest(array['USAGE', 'SELECT', 'UPDATE']) right_name
       where relkind = 'S' and has_sequence_privilege(?, oid, right_name)
      union all
      select p.proname || ' EXECUTE' from pg_proc p
       where p.pronamespace in ('muster'::regnamespace, 'report'::regnamespace) and has_function_privilege(?, p.oid, 'EXECUTE')
      """;

  private static final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeAll
  static void configure() {
    muster.configure(account("acme1"));
  }

  @AfterAll
  static void close() {
    muster.close();
  }

  @Test
  void readersReadTheReportsAndNothingElse() {
    assertThat(rights("muster_report"))
        .containsExactlyInAnyOrder(
            "device_at EXECUTE", "changes_since EXECUTE", "present_cursor EXECUTE", "plan EXECUTE");
  }

  @Test
  void operationsHaveWhatTheyNeedAndNothingElse() {
    assertThat(rights("muster_ops"))
        .containsExactlyInAnyOrder(
            "device_at EXECUTE",
            "muster.work_request SELECT",
            "muster.work_request.account INSERT",
            "muster.work_request.action INSERT",
            "muster.work_request.key INSERT",
            "muster.work_request.params INSERT",
            "muster.work_request.priority INSERT",
            "muster.work_request.not_before INSERT",
            "muster.work_request.traceparent INSERT",
            "muster.poll_target SELECT",
            "muster.poll_target DELETE",
            "muster.poll_target.account INSERT",
            "muster.poll_target.resource INSERT",
            "muster.poll_target.key INSERT",
            "muster.poll_target.refresh_every INSERT",
            "muster.poll_target.priority INSERT",
            "muster.poll_target.enabled INSERT",
            "muster.poll_target.refresh_every UPDATE",
            "muster.poll_target.priority UPDATE",
            "muster.poll_target.enabled UPDATE",
            "muster.inventory_file.account INSERT",
            "muster.inventory_file.key INSERT",
            "muster.inventory_file.refresh_every INSERT",
            "muster.inventory_file.resource INSERT",
            "undiscover EXECUTE",
            "cancel EXECUTE",
            "cancel_all EXECUTE",
            "replay_all EXECUTE",
            "discard_all EXECUTE",
            "replay EXECUTE",
            "replay EXECUTE",
            "preview_replay EXECUTE",
            "discard EXECUTE",
            "discard EXECUTE",
            "pause EXECUTE",
            "resume EXECUTE",
            "forget EXECUTE",
            "release_quota EXECUTE",
            "plan EXECUTE",
            "price EXECUTE",
            "explain EXECUTE",
            "changes_since EXECUTE",
            "present_cursor EXECUTE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"muster_ops", "muster_report"})
  void everyReportIsReadable(String role) {
    JdbcClient person = muster.as(role, role + "_reader");

    for (String view :
        muster.rows(
            "select oid::regclass from pg_class where relnamespace = 'report'::regnamespace")) {
      person.sql("select * from " + view).query().listOfRows();
    }
  }

  @Test
  void aPersonWithoutARoleReachesNothing() {
    muster.run(
        "do $$ begin if not exists (select from pg_roles where rolname = 'stranger') then"
            + " create role stranger; end if; end $$");

    assertThat(rights("stranger")).isEmpty();
    assertThat(
            muster.value(
                "select has_schema_privilege('stranger', 'muster', 'USAGE')"
                    + " or has_schema_privilege('stranger', 'report', 'USAGE')"))
        .isEqualTo("f");
  }

  @Test
  void nobodyMayCreateAnythingInTheSchemas() {
    assertThat(
            muster.rows(
                """
                select r || ' ' || s from unnest(array['muster_ops', 'muster_report', 'muster_app']) r, unnest(array['muster', 'report']) s
                 where has_schema_privilege(r, s, 'CREATE')
                """))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"muster_ops", "muster_report"})
  void nobodyButTheServiceReachesTokens(String role) {
    JdbcClient person = muster.as(role, role + "_curious");

    assertThatThrownBy(() -> person.sql("select * from muster.token").query().listOfRows())
        .rootCause()
        .hasMessageContaining("permission denied");
    assertThatThrownBy(
            () ->
                person
                    .sql("select * from muster.claim('acme1', 1, null, 1, 1)")
                    .query()
                    .listOfRows())
        .rootCause()
        .hasMessageContaining("permission denied");
  }

  @Test
  void operationsDoTheirWholeWork() {
    JdbcClient ann = muster.as("muster_ops", "ann");

    ann.sql(
            "insert into muster.poll_target (account, resource, key, priority)"
                + " values ('acme1', 'device', 'SN1', 3)"
                + " on conflict (account, resource, key) do update set priority = excluded.priority")
        .update();
    ann.sql("update muster.poll_target set refresh_every = '2 hours', enabled = false").update();
    ann.sql("delete from muster.poll_target").update();
    long id =
        ann.sql(
                "insert into muster.work_request (account, action, key, params, not_before)"
                    + " values ('acme1', 'allocate', 'SN1', '{}', now()) returning id")
            .query(Long.class)
            .single();
    ann.sql("select muster.pause('acme1', 'test')").query().singleValue();
    ann.sql("select muster.resume('acme1')").query().singleValue();
    ann.sql("select * from muster.replay(1)").query().listOfRows();
    ann.sql("select * from muster.replay(account => 'acme1')").query().listOfRows();
    ann.sql("select * from muster.preview_replay(account => 'acme1')").query().listOfRows();
    ann.sql("select * from muster.discard(1, 'why')").query().listOfRows();
    ann.sql("select * from muster.discard(account => 'acme1')").query().listOfRows();
    ann.sql("select * from report.audit").query().listOfRows();

    assertThat(ann.sql("select muster.explain(?)").param(id).query(String.class).single())
        .contains("ahead");
    assertThat(ann.sql("select muster.cancel(?)").param(id).query(String.class).single())
        .contains("cancelled");
    assertThat(
            muster.value(
                "select result ->> 'cancelled_by' from muster.work_request where id = ?", id))
        .isEqualTo("ann");
  }

  @Test
  void operationsCannotWriteWhatTheServiceWrites() {
    JdbcClient ann = muster.as("muster_ops", "ann");

    for (String statement :
        new String[] {
          "insert into muster.work_request (account, action, key, status) values ('acme1', 'refresh', 'SN1', 'done')",
          "insert into muster.poll_target (account, resource, key, created_by) values ('acme1', 'device', 'SN1', 'boss')",
          "update muster.work_request set status = 'pending'",
          "update muster.poll_target set key = 'SN2'",
          "delete from muster.work_request",
          "update report.dead_letter set state = 'resolved'"
        }) {
      assertThatThrownBy(() -> ann.sql(statement).update())
          .as(statement)
          .rootCause()
          .hasMessageContaining("permission denied");
    }
  }

  /** A service that is a member of muster_app and does not own the schema. */
  @Test
  void theServicesRoleSufficesForTheService() {
    JdbcClient service = muster.as("muster_app", "service");
    service
        .sql(
            "insert into muster.poll_target (account, resource, key) values ('acme1', 'device', 'SN9')")
        .update();

    assertThat(
            service
                .sql("select notice is null from muster.claim('acme1', 1, null, 1, 1)")
                .query(Boolean.class)
                .single())
        .isTrue();
    service.sql("select muster.settle('{}', '{}')").query().listOfRows();
    service.sql("select muster.housekeeping()").query().listOfRows();
    service.sql("select muster.set_setting('muster.retry.attempts', '8')").query().listOfRows();
    service
        .sql(
            "select muster.forget_requests('1 day', 1), muster.forget_letters('1 day', 1), muster.forget_replies('1 day', 1)")
        .query()
        .listOfRows();
    service.sql("select muster.tend_partitions('1 day', '1 day', now())").query().listOfRows();
    service.sql("select muster.make_partition('audit', now() + '1 year')").query().listOfRows();
    service
        .sql("select * from muster.run_retention('1 hour', '1 day', '1 day')")
        .query()
        .listOfRows();
    service.sql("select muster.accounts_due(null)").query().listOfRows();
    service.sql("select * from muster.progress()").query().listOfRows();
    service
        .sql("select muster.replica_lives(gen_random_uuid(), '1', array['acme1'])")
        .query()
        .listOfRows();
    service.sql("select muster.let_accounts_go()").query().listOfRows();
    service.sql("select muster.replica_leaves(gen_random_uuid())").query().listOfRows();
    service.sql("select muster.tend_reports()").query().listOfRows();
    service.sql("select muster.refresh_reports()").query().listOfRows();
  }

  @Test
  void nobodyRewritesTheRecord() {
    assertThat(rights("muster_app"))
        .filteredOn(right -> right.startsWith("muster.audit"))
        .allMatch(right -> right.endsWith(" SELECT") || right.startsWith("muster.audit_id"));
  }

  /** What schema report has is all theirs. */
  @ParameterizedTest
  @ValueSource(strings = {"muster_report", "muster_ops"})
  void thePageNamesTheFunctionsThatARoleMayCall(String role) {
    String row =
        new DocumentPage("operations.md")
            .section("Rights")
            .text()
            .lines()
            .filter(line -> line.startsWith("| `" + role + "` |"))
            .findFirst()
            .orElseThrow();
    String called = row.replaceFirst(".*; call `([a-z_ ]+)` \\|$", "$1");

    assertThat(called.split(" "))
        .containsExactlyInAnyOrderElementsOf(
            rights(role).stream()
                .filter(right -> right.endsWith(" EXECUTE"))
                .map(right -> right.replace(" EXECUTE", ""))
                .filter(name -> !name.equals("device_at"))
                .distinct()
                .toList());
  }

  private static List<String> rights(String role) {
    return muster.rows(RIGHTS, role, role, role, role, role);
  }
}
