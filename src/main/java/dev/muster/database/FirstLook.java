package dev.muster.database;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import javax.sql.DataSource;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Looks at the database before the migrations and the pool do. Refuses what Muster can't work with,
 * and has the database keep what Muster's sessions rely on.
 */
@Component
class FirstLook {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final String UTF8 = "UTF8";

  /** As in databases that come from PostgreSQL 14 or older. */
  private static final String OPEN =
      "select coalesce(pg_catalog.has_schema_privilege('public',"
          + " pg_catalog.to_regnamespace('public')::pg_catalog.oid, 'create'), false)";

  private final HikariDataSource pool;
  private final DirectConnections connections;
  private final String sessions;

  FirstLook(HikariDataSource pool, DirectConnections connections, SqlFolder folder) {
    this.pool = pool;
    this.connections = connections;
    this.sessions = folder.script("grants/sessions.sql");
  }

  /**
   * Before a connection of the pool is made.
   *
   * @throws DatabaseProblem if Muster can't work with this database
   */
  void atThePool() {
    at(connections.plain());
    if (isPooler(connections.pooled())) {
      if (!connections.listensElsewhere()) {
        throw new DatabaseProblem(
            "spring.datasource.url leads to a connection pooler such as PgBouncer.",
            "Name the server itself in muster.listen-url, as jdbc:postgresql://host:5432/database:"
                + " Muster migrates and listens there. Then start Muster again.");
      }
      refusePreparing(pool.getJdbcUrl());
      pool.addDataSourceProperty("prepareThreshold", "0");
      log.info("the database is behind a connection pooler: no server-side prepared statements");
    }
  }

  /** The URL's own number would stand before Muster's. */
  private static void refusePreparing(String url) {
    Properties asked = Driver.parseURL(url, new Properties());
    String threshold = asked == null ? null : asked.getProperty("prepareThreshold");
    if (threshold != null && !threshold.equals("0")) {
      throw new DatabaseProblem(
          "spring.datasource.url asks for server-side prepared statements (prepareThreshold="
              + threshold
              + "), which a connection pooler such as PgBouncer mixes up.",
          "Take prepareThreshold out of it, and start Muster again.");
    }
  }

  /**
   * @param source a login whose sessions shall be as Muster needs them
   */
  void at(DataSource source) {
    JdbcTemplate jdbc = new JdbcTemplate(source);
    String encoding = jdbc.queryForObject("show server_encoding", String.class);
    if (!UTF8.equals(encoding)) {
      throw new DatabaseProblem(
          "The database has the encoding " + encoding + ", which can't hold what vendors send.",
          "Create one for Muster (create database muster encoding 'UTF8' template template0), and"
              + " start Muster again.");
    }
    jdbc.execute(sessions);
    if (Boolean.TRUE.equals(jdbc.queryForObject(OPEN, Boolean.class))) {
      log.warn(
          "every login may create objects in schema public of this database; a DBA should run:"
              + " revoke create on schema public from public;");
    }
  }

  /** A pooler tells its clients a number of its own for their server process. */
  private static boolean isPooler(DataSource source) {
    return Boolean.TRUE.equals(
        new JdbcTemplate(source).execute((ConnectionCallback<Boolean>) FirstLook::isPooled));
  }

  private static boolean isPooled(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      return row.next() && row.getInt(1) != connection.unwrap(PGConnection.class).getBackendPID();
    }
  }
}
