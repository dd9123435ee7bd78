package dev.muster.console;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.SimplePropertyRowMapper;
import org.springframework.jdbc.core.SingleColumnRowMapper;

/**
 * Somebody who is logged in: a session of the database. Its statements come one after the other, in
 * however many windows the person looks.
 */
final class Person implements AutoCloseable {
  /**
   * Idle for so long, PostgreSQL ends the session, whatever the browser does.
   *
   * <p>The planner's last two are for pages of a list: the rows that a filter means may lie close
   * together, behind a million others. A merge would read those, and so would a scan that is taken
   * because reads by an index look dear.
   */
  private static final String SESSION =
      """
      set search_path = pg_catalog, pg_temp; set time zone 'UTC'; set statement_timeout = '2s';
      set lock_timeout = '2s'; set idle_session_timeout = '15min';
      set idle_in_transaction_session_timeout = '10s'; set standard_conforming_strings = on;
      set intervalstyle = 'postgres'; set default_transaction_isolation = 'read committed';
      set enable_mergejoin = off; set random_page_cost = 1.1
      """;

  private static final String SHORTER = "set local statement_timeout = '1s'";

  /** What the console offers, if this session may do it. */
  private static final String RIGHTS =
      """
      select p.proname from pg_proc p
       where p.pronamespace = to_regnamespace('muster')
         and p.proname in ('cancel', 'replay', 'discard', 'pause', 'resume', 'explain')
         and has_schema_privilege(p.pronamespace, 'usage') and has_function_privilege(p.oid, 'execute')
      union
      select p || ' ' || c.relname
        from pg_class c cross join unnest('{insert,update,select}'::text[]) p
       where c.relnamespace = to_regnamespace('muster') and c.relname in ('work_request', 'poll_target')
         and has_schema_privilege(c.relnamespace, 'usage') and has_any_column_privilege(c.oid, p)
      union
      select 'every report'
        from pg_class c
       where c.relnamespace = to_regnamespace('report') and c.relkind = 'v'
      having bool_and(has_schema_privilege(c.relnamespace, 'usage') and has_table_privilege(c.oid, 'select'))
      """;

  /** Of the rights, the one to read all that is shared. */
  static final String EVERY_REPORT = "every report";

  /** Seconds until a page gives up waiting for the person's own other statement. */
  private static final int PATIENCE = 5;

  private final ReentrantLock turn = new ReentrantLock();
  private final Connection connection;
  private final String name;
  private final String csrf;
  private volatile Instant used;
  private volatile Done outcome;

  /** What is done with the session. */
  @FunctionalInterface
  interface Work<T> {
    T with(Connection session) throws SQLException;
  }

  /**
   * @param connection now the person's; closed if it can't be used
   */
  Person(Connection connection, String name, String csrf, Instant now) throws SQLException {
    this.connection = connection;
    this.name = name;
    this.csrf = csrf;
    this.used = now;
    try (Statement statement = connection.createStatement()) {
      statement.execute(SESSION);
      connection.setAutoCommit(false);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  String name() {
    return name;
  }

  String csrf() {
    return csrf;
  }

  Instant used() {
    return used;
  }

  void uses(Instant now) {
    used = now;
  }

  /** What the last act brought, once. */
  Done takeOutcome() {
    Done last = outcome;
    outcome = null;
    return last;
  }

  Set<String> rights() {
    return Set.copyOf(list(String.class, RIGHTS));
  }

  /** Rows as records, or as their only column; read-only. */
  <T> List<T> list(Class<T> type, String sql) {
    return list(mapper(type), sql);
  }

  <T> List<T> list(RowMapper<T> mapper, String sql) {
    return inTurn(true, false, session -> rows(session, mapper, sql));
  }

  /** The first row. */
  <T> T one(Class<T> type, String sql) {
    return list(type, sql).stream().findFirst().orElseThrow(NotThere::new);
  }

  /** Rows of a statement that nobody waits long for. */
  <T> List<T> soon(Class<T> type, String sql) {
    return inTurn(
        true,
        false,
        session -> {
          try (Statement statement = session.createStatement()) {
            statement.execute(SHORTER);
          }
          return rows(session, mapper(type), sql);
        });
  }

  /** Runs what is shown, as it is shown, and keeps for the next page what it brought. */
  Done act(String sql) {
    outcome = inTurn(false, true, session -> Done.of(session, sql));
    return outcome;
  }

  /** Tries statements that change something, and takes all of it back. */
  <T> T tried(Work<T> work) {
    return inTurn(false, false, work);
  }

  boolean ended() {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone already.
    }
  }

  static <T> RowMapper<T> mapper(Class<T> type) {
    return type.isRecord()
        ? new SimplePropertyRowMapper<>(type)
        : new SingleColumnRowMapper<>(type);
  }

  static <T> List<T> rows(Connection session, RowMapper<T> mapper, String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      List<T> rows = new ArrayList<>();
      try (ResultSet found = statement.executeQuery(sql)) {
        while (found.next()) {
          rows.add(mapper.mapRow(found, rows.size()));
        }
      }
      return rows;
    }
  }

  private <T> T inTurn(boolean readOnly, boolean keep, Work<T> work) {
    try {
      if (!turn.tryLock(PATIENCE, TimeUnit.SECONDS)) {
        throw new Busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Busy();
    }
    try {
      connection.setReadOnly(readOnly);
      try {
        T result = work.with(connection);
        if (keep) {
          connection.commit();
        }
        return result;
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw new Refused(e);
    } finally {
      turn.unlock();
    }
  }
}
