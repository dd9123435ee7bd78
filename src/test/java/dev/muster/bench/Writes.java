package dev.muster.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What PostgreSQL has counted so far: rows written per table, partitions together, the database's
 * transactions, and the write-ahead log of the whole server. Complete once the writers' sessions
 * have ended.
 *
 * @param tables by name
 * @param commits transactions that were committed, those that only read among them
 * @param walBytes of the write-ahead log
 */
record Writes(Map<String, OfTable> tables, long commits, long walBytes) {
  private static final String TABLES =
      """
      select regexp_replace(relname, '_\\d{4}_\\d{2}$', '') as name, sum(n_tup_ins)::bigint as inserted, sum(n_tup_upd)::bigint as updated,
             sum(n_tup_hot_upd)::bigint as hot, sum(n_tup_del)::bigint as deleted
        from pg_stat_user_tables where schemaname = 'muster' group by 1
      """;

  /**
   * @param hot of those updated, how many needed no new index entry
   */
  record OfTable(String name, long inserted, long updated, long hot, long deleted) {
    private OfTable since(OfTable before) {
      return new OfTable(
          name,
          inserted - before.inserted,
          updated - before.updated,
          hot - before.hot,
          deleted - before.deleted);
    }

    boolean any() {
      return inserted + updated + deleted > 0;
    }
  }

  static Writes soFar(JdbcClient db) {
    List<OfTable> tables = db.sql(TABLES).query(OfTable.class).list();
    long commits =
        db.sql("select xact_commit from pg_stat_database where datname = current_database()")
            .query(Long.class)
            .single();
    long walBytes =
        db.sql("select pg_current_wal_lsn() - '0/0'::pg_lsn").query(Long.class).single();
    return new Writes(
        tables.stream().collect(Collectors.toMap(OfTable::name, table -> table)),
        commits,
        walBytes);
  }

  Writes since(Writes before) {
    return new Writes(
        tables.values().stream()
            .map(table -> table.since(before.tables.get(table.name())))
            .collect(Collectors.toMap(OfTable::name, table -> table)),
        commits - before.commits,
        walBytes - before.walBytes);
  }
}
