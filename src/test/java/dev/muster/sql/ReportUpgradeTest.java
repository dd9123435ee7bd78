package dev.muster.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.TestDatabase;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database whose reports counted for themselves, and on which people have built their own. */
@Tag("sql")
class ReportUpgradeTest {
  private static final String MIGRATION = "V024__reports_of_large_inventories.sql";

  /** The columns that the views had, with their types. */
  private static final String FORMER_VIEWS =
      """
      create view report.freshness as
      select p.account, p.resource, count(*) as targets, count(*) as fresh, count(*) as stale, count(*) as overdue,
             percentile_cont(0.5) within group (order by now() - p.created_at) as age_p50,
             percentile_cont(0.95) within group (order by now() - p.created_at) as age_p95,
             percentile_cont(0.99) within group (order by now() - p.created_at) as age_p99, max(now() - p.created_at) as age_max
        from muster.poll_target p group by p.account, p.resource;
      create view report.capacity as
      select p.account, p.resource, count(*) as targets, min(p.refresh_every) as refresh_every, ceil(1.0) as calls_needed_per_day,
             floor(1.0) as calls_allowed_per_day, true as feasible, min(p.refresh_every) as best_refresh
        from muster.poll_target p group by p.account, p.resource;
      create view public.dashboard as select account, stale, age_p95, best_refresh from report.freshness join report.capacity using (account, resource);
      """;

  private final TestDatabase database = TestDatabase.fresh();
  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

  @BeforeEach
  void migrateUpToIt() throws IOException {
    scripts("migrations", "V*")
        .filter(name -> name.compareTo("migrations/" + MIGRATION) < 0)
        .forEach(this::run);
    jdbc.execute(FORMER_VIEWS);
    jdbc.execute(
        "insert into muster.account (account, vendor, call_deadline) values ('acme1', 'acme', '10 s')");
    jdbc.execute(
        "insert into muster.poll_target (account, resource, key) select 'acme1', 'device', n::text from generate_series(1, 3) n");
    jdbc.execute(
        "insert into muster.poll_state (target_id, account, priority, due_at) select id, account, 0, now() from muster.poll_target");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void whatPeopleBuiltOnTheReportsStays() throws IOException {
    scripts("migrations", "V*")
        .filter(name -> name.compareTo("migrations/" + MIGRATION) >= 0)
        .forEach(this::run);
    Stream.concat(scripts("functions", "R*"), scripts("views", "R*"))
        .sorted(Comparator.comparing(name -> name.substring(name.indexOf('/'))))
        .forEach(this::run);

    assertThat(rows("select account || ' ' || stale from public.dashboard"))
        .containsExactly("acme1 3");
    assertThat(rows("select (refreshed_at = now())::text from report.freshness"))
        .containsExactly("true");
  }

  private Stream<String> scripts(String folder, String pattern) throws IOException {
    return Stream.of(
            new PathMatchingResourcePatternResolver()
                .getResources("classpath:sql/" + folder + "/" + pattern))
        .map(Resource::getFilename)
        .sorted()
        .map(name -> folder + "/" + name);
  }

  private void run(String script) {
    jdbc.execute(MusterDatabase.script("sql/" + script));
  }

  private List<String> rows(String sql) {
    return jdbc.queryForList(sql, String.class);
  }
}
