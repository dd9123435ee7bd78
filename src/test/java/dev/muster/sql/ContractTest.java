package dev.muster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.TestDatabase;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Views and functions that people use may gain columns, and never lose or change one. */
@Tag("sql")
class ContractTest {
  /** Of those that sql/grants/roles.sql of 0.1.0 gave to readers and to operations. */
  private static final String TAKEN_AWAY =
      """
      select 'SELECT ' || c.relname
        from pg_class c, unnest(array['muster_report', 'muster_ops']) r
       where c.relnamespace = 'report'::regnamespace and c.relkind = 'v' and not has_table_privilege(r, c.oid, 'SELECT')
      union all
      select 'EXECUTE ' || p.proname
        from pg_proc p
       where p.pronamespace = 'muster'::regnamespace and not has_function_privilege('muster_ops', p.oid, 'EXECUTE')
         and p.proname in ('cancel', 'replay', 'preview_replay', 'discard', 'pause', 'resume', 'explain')
      union all
      select t.right_name || ' ' || t.name
        from (values ('work_request', 'SELECT'), ('poll_target', 'SELECT'), ('poll_target', 'DELETE'))
               t (name, right_name)
       where not has_table_privilege('muster_ops', 'muster.' || t.name, t.right_name)
      union all
      select t.right_name || ' ' || t.name || '.' || k
        from (values ('work_request', 'INSERT', '{account,action,key,params,priority,not_before}'::text[]),
                     ('poll_target', 'INSERT', '{account,resource,key,refresh_every,priority,enabled}'),
                     ('poll_target', 'UPDATE', '{refresh_every,priority,enabled}')) t (name, right_name, columns),
             unnest(t.columns) k
       where not has_column_privilege('muster_ops', 'muster.' || t.name, k, t.right_name)
      """;

  @Test
  void nothingThatTheFirstVersionHadIsTakenAwayOrChanged() {
    try (TestDatabase first = TestDatabase.fresh();
        MusterDatabase muster = MusterDatabase.migratedAndEmpty()) {
      new JdbcTemplate(first.dataSource()).execute(MusterDatabase.script("schema-0.1.0.sql"));
      List<String> before = contract(first.dataSource());

      assertThat(before)
          .contains(
              "column report.device.key text", "function muster.explain(id bigint) returns text")
          .hasSizeGreaterThan(250);
      assertThat(contract(muster.dataSource())).containsAll(before);
    }
  }

  @Test
  void noRightThatTheFirstVersionGaveIsTakenAway() {
    try (MusterDatabase muster = MusterDatabase.migratedAndEmpty()) {
      assertThat(muster.rows(TAKEN_AWAY)).isEmpty();
      muster.run("revoke update (priority) on muster.poll_target from muster_ops");
      assertThat(muster.rows(TAKEN_AWAY)).containsExactly("UPDATE poll_target.priority");
    }
  }

  private static List<String> contract(DataSource source) {
    return new JdbcTemplate(source)
        .queryForList(MusterDatabase.script("dev/muster/sql/contract.sql"), String.class);
  }
}
