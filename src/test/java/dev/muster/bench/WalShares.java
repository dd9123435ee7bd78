package dev.muster.bench;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which of Muster's tables the newest part of the write-ahead log is about, by pg_walinspect. */
final class WalShares {
  /** So much of its end is read: PostgreSQL keeps that in any case. */
  private static final long BYTES = 64L << 20;

  private static final String SHARES =
      """
      select coalesce(t.relname, c.relname) as name, sum(b.block_data_length + b.block_fpi_length)::bigint as bytes, sum(b.block_fpi_length)::bigint as images
        from (select pg_current_wal_flush_lsn() as lsn) e
       cross join lateral pg_get_wal_block_info(
               case when e.lsn - :from::pg_lsn > :bytes::numeric then e.lsn - :bytes::numeric else :from::pg_lsn end, e.lsn) b
        join pg_class c on pg_relation_filenode(c.oid) = b.relfilenode and c.relnamespace = 'muster'::regnamespace
        left join pg_index i on i.indexrelid = c.oid left join pg_class t on t.oid = i.indrelid
       where b.reldatabase = (select oid from pg_database where datname = current_database())
       group by 1 order by 2 desc
      """;

  /**
   * @param name the table, its indexes included
   * @param bytes of the log that are about it
   * @param images of them, those that are whole pages after a checkpoint
   */
  record Share(String name, long bytes, long images) {}

  /**
   * @param administrator of the database
   * @param from the place in the log where the interest begins
   */
  static List<Share> since(DataSource administrator, String from) {
    JdbcClient db = JdbcClient.create(administrator);
    db.sql("create extension if not exists pg_walinspect").update();
    return db.sql(SHARES).param("bytes", BYTES).param("from", from).query(Share.class).list();
  }

  private WalShares() {}
}
