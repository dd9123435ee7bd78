package dev.muster.once;

import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.stereotype.Component;

/** The door to {@code sql/functions/R__once.sql}. */
@Component
class DueTable {
  private static final String REMAINING =
      """
      select account, state = 'active' as active, work, why,
             wait_until,
             extract(epoch from least_time)::bigint as least_seconds
        from muster.remaining(?)
       where account = any (?)""";
  private static final String ACCOMPLISHED =
      """
      select kind, account, operation, done + failed + unknown + remaining as due,
             done, new, changed, done - new - changed as unchanged, failed, unknown, remaining
        from muster.accomplished(?, ?)
       where account = any (?)""";
  private static final String ATTENTION =
      "select what, rtrim(coalesce(why, ''), '.') as why, what_to_do from report.attention order by since limit 20";
  private static final String HALTED =
      "select exists (select from muster.account where state = 'halted' and account = any (?))"
          + " or exists (select from muster.down where account = any (?))";

  /**
   * PostgreSQL's own statistics cost nothing, and come some seconds late. A new device is a row in
   * device, a changed one a row in a month of device_history.
   */
  private static final String BROUGHT =
      """
      select pg_stat_get_tuples_inserted('muster.device'::regclass) as fresh,
             (select coalesce(sum(pg_stat_get_tuples_inserted(inhrelid)), 0)
                from pg_inherits where inhparent = 'muster.device_history'::regclass) as changed""";

  /** To count a million rows takes seconds, on a slow disk longer than the pool's time-out. */
  private static final int PATIENCE_MILLIS = 120_000;

  private final JdbcTemplate jdbc;

  /** Of this process. Others do the rest. */
  private final String[] accounts;

  DueTable(JdbcTemplate jdbc, Accounts accounts) {
    this.jdbc = jdbc;
    this.accounts = accounts.all().stream().map(Account::name).toArray(String[]::new);
  }

  /**
   * The work that is left of one account.
   *
   * @param active false while the account is paused or halted: nothing is done meanwhile
   * @param work targets and requests
   * @param why all of it waits; null if it does not
   * @param waitUntil until when; null if it does not wait
   * @param leastSeconds how long the vendor's limit makes it take at least; null without a limit
   */
  record Remaining(
      String account,
      boolean active,
      long work,
      String why,
      Timestamp waitUntil,
      Long leastSeconds) {}

  /** How many devices were stored since the statistics began. */
  record Brought(long fresh, long changed) {}

  /** The time on the database's clock. */
  Timestamp now() {
    return jdbc.queryForObject("select now()", Timestamp.class);
  }

  List<Remaining> remaining(Timestamp since) {
    return ask(db -> db.sql(REMAINING).params(since, accounts).query(Remaining.class).list());
  }

  Brought brought() {
    return ask(db -> db.sql(BROUGHT).query(Brought.class).single());
  }

  /** The work done since it began, and the rest of the work that was due at a later moment. */
  List<Map<String, Object>> accomplished(Timestamp began, Timestamp since) {
    return ask(db -> db.sql(ACCOMPLISHED).params(began, since, accounts).query().listOfRows());
  }

  List<Map<String, Object>> attention() {
    return ask(db -> db.sql(ATTENTION).query().listOfRows());
  }

  /** Whether an account of this process is, or is down. */
  boolean halted() {
    return ask(db -> db.sql(HALTED).params(accounts, accounts).query(Boolean.class).single());
  }

  /** The pool gives the connection its own time-out back. */
  private <T> T ask(Function<JdbcClient, T> question) {
    return jdbc.execute(
        (ConnectionCallback<T>)
            connection -> {
              connection.setNetworkTimeout(Runnable::run, PATIENCE_MILLIS);
              return question.apply(
                  JdbcClient.create(new SingleConnectionDataSource(connection, true)));
            });
  }
}
