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

/** A history that was kept in one table, the present versions in it. */
@Tag("sql")
class HistoryMigrationTest {
  private static final String MIGRATION = "V018__history_by_month.sql";

  private final TestDatabase database = TestDatabase.fresh();
  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

  @BeforeEach
  void migrateUpToIt() throws IOException {
    Stream.of(new PathMatchingResourcePatternResolver().getResources("classpath:sql/migrations/V*"))
        .map(Resource::getFilename)
        .filter(name -> name.compareTo(MIGRATION) < 0)
        .sorted(Comparator.naturalOrder())
        .forEach(name -> jdbc.execute(MusterDatabase.script("sql/migrations/" + name)));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void everyVersionIsStillThereAndThePresentOneIsTheDevices() {
    device("SN1", "c", "2025-03-10");
    version("SN1", "a", "2024-12-05", "2025-01-31 23:59:59.999999+00", "{}");
    version("SN1", "b", "2025-01-31 23:59:59.999999+00", "2025-03-10", "{name}");
    version("SN1", "c", "2025-03-10", null, "{name,ports}");
    device("SN2", "only", "2024-01-01");
    version("SN2", "only", "2024-01-01", null, "{}");
    version("SN3", "somebody deleted the device", "2024-02-02", null, "{}");

    jdbc.execute(MusterDatabase.script("sql/migrations/" + MIGRATION));

    assertThat(
            rows(
                "select concat_ws(' ', key, name, valid_from at time zone 'UTC', case when valid_to < now() - interval '1 hour' then (valid_to at time zone 'UTC')::text else (valid_to is null)::text end, changed::text)"
                    + " from report.device_history order by key, valid_from"))
        .containsExactly(
            "SN1 a 2024-12-05 00:00:00 2025-01-31 23:59:59.999999 {}",
            "SN1 b 2025-01-31 23:59:59.999999 2025-03-10 00:00:00 {name}",
            "SN1 c 2025-03-10 00:00:00 true {name,ports}",
            "SN2 only 2024-01-01 00:00:00 true {}",
            "SN3 somebody deleted the device 2024-02-02 00:00:00 false {}");
    assertThat(
            rows(
                "select c.relname from muster.device_history h join pg_class c on c.oid = h.tableoid where key = 'SN1' order by valid_from"))
        .containsExactly("device_history_2025_01", "device_history_2025_03");
    assertThat(rows("select 'there' where to_regclass('muster.former_history') is not null"))
        .isEmpty();
  }

  private void device(String key, String name, String since) {
    jdbc.update(
        """
        insert into muster.device (account, key, vendor, name, lifecycle, connectivity, attributes, ports, first_seen_at, last_changed_at, synced_at, digest)
        values ('acme1', ?, 'acme', ?, 'active', 'online', '{}', '[]', now(), ?::timestamp at time zone 'UTC', now(), gen_random_uuid())
        """,
        key,
        name,
        since);
  }

  private void version(String key, String name, String from, String to, String changed) {
    jdbc.update(
        """
        insert into muster.device_history (account, key, valid_from, valid_to, changed, vendor, name, lifecycle, connectivity, attributes, ports)
        values ('acme1', ?, ?::timestamp at time zone 'UTC', ?::timestamp at time zone 'UTC', ?::text[], 'acme', ?, 'active', 'online', '{}', '[]')
        """,
        key,
        from,
        to,
        changed,
        name);
  }

  private List<String> rows(String sql) {
    return jdbc.queryForList(sql, String.class);
  }
}
