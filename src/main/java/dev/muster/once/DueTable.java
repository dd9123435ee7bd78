package dev.muster.once;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;

/** The door to {@code sql/functions/R__62_once.sql}. */
@Component
class DueTable {
  private static final String REMAINING =
      "select account, state, work, wait_until, why, extract(epoch from least_time) as least_seconds"
          + " from muster.remaining(?)";
  private static final String ACCOMPLISHED = "select * from muster.accomplished(?, ?)";
  private static final String STOPPED =
      "select account, state, why, what_to_do from muster.account"
          + " where configured and state <> 'active' order by account";

  /**
   * PostgreSQL's own statistics cost nothing, however many rows there are; they come some seconds
   * late. An insert into a month of device_history is a version that another has followed, one into
   * device a device's first.
   */
  private static final String VERSIONS =
      "select pg_stat_get_tuples_inserted('muster.device'::regclass) as fresh,"
          + " (select coalesce(sum(pg_stat_get_tuples_inserted(inhrelid)), 0) from pg_inherits"
          + " where inhparent = 'muster.device_history'::regclass) as changed";

  /** A million rows are counted in seconds, on a slow disk in more than the pool's time-out. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final JdbcTemplate jdbc;

  DueTable(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Devices stored since the statistics began: those that were new, and those that had changed. */
  record Versions(long fresh, long changed) {
    /** What came since another one; not negative, though statistics may be reset. */
    Versions since(Versions before) {
      return new Versions(Math.max(fresh - before.fresh, 0), Math.max(changed - before.changed, 0));
    }
  }

  /** The time on the database's clock. */
  Timestamp now() {
    return jdbc.queryForObject("select now()", Timestamp.class);
  }

  /** By account, what is still to do of what was due then. */
  List<Remaining> remaining(Timestamp since) {
    return patiently(REMAINING, (row, n) -> remaining(row), since);
  }

  private static Remaining remaining(ResultSet row) throws SQLException {
    Timestamp until = row.getTimestamp("wait_until");
    double leastSeconds = row.getDouble("least_seconds");
    Duration leastTime = row.wasNull() ? null : Duration.ofMillis((long) (leastSeconds * 1000));
    return new Remaining(
        row.getString("account"),
        "active".equals(row.getString("state")),
        row.getLong("work"),
        until == null ? null : until.toInstant(),
        row.getString("why"),
        leastTime);
  }

  /**
   * What was done.
   *
   * @param began since then
   * @param since what was due then may remain
   */
  List<Accomplished> accomplished(Timestamp began, Timestamp since) {
    return patiently(
        ACCOMPLISHED,
        (row, n) ->
            new Accomplished(
                "pull".equals(row.getString("kind")),
                row.getString("account"),
                row.getString("operation"),
                row.getLong("done"),
                row.getLong("new"),
                row.getLong("changed"),
                row.getLong("failed"),
                row.getLong("unknown"),
                row.getLong("remaining")),
        began,
        since);
  }

  /** The accounts that make no calls. */
  List<Stopped> stopped() {
    return jdbc.query(
        STOPPED,
        (row, n) ->
            new Stopped(
                row.getString("account"),
                row.getString("state"),
                row.getString("why"),
                row.getString("what_to_do")));
  }

  /** The pool gives the connection its own time-out back. */
  private <T> List<T> patiently(String sql, RowMapper<T> rows, Object... arguments) {
    return jdbc.execute(
        (ConnectionCallback<List<T>>)
            connection -> {
              connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
              return new JdbcTemplate(new SingleConnectionDataSource(connection, true))
                  .query(sql, rows, arguments);
            });
  }

  Versions versions() {
    return jdbc.queryForObject(
        VERSIONS, (row, n) -> new Versions(row.getLong("fresh"), row.getLong("changed")));
  }
}
