package dev.muster.support;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An empty PostgreSQL database for one test class, on the one server of this test run.
 *
 * <p>Its user owns it and may create roles, and is no superuser: what a production user has. Roles
 * are shared by all databases of the server.
 */
public final class TestDatabase implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name;

  private TestDatabase(String name) {
    this.name = name;
  }

  /** A new, empty database. */
  public static TestDatabase fresh() {
    return create("template1");
  }

  /** A new database with all that this one holds; nobody may be connected to this one. */
  public TestDatabase copy() {
    return create(name);
  }

  /** A copy of this one as it is now, whoever is connected to it: their connections are cut. */
  public TestDatabase backup() {
    shut();
    TestDatabase backup = copy();
    administer("alter database " + name + " allow_connections true");
    return backup;
  }

  /** Sets this one back to a backup, which is used up; all connections are cut. */
  public void restore(TestDatabase backup) {
    shut();
    administer("drop database " + name + " with (force)");
    administer("alter database " + backup.name + " rename to " + name);
  }

  private void shut() {
    administer("alter database " + name + " allow_connections false");
    administer(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '"
            + name
            + "'");
  }

  public String jdbcUrl() {
    return TestServer.get().jdbcUrl(name);
  }

  public String user() {
    return TestServer.USER;
  }

  public String password() {
    return TestServer.PASSWORD;
  }

  /** Opens a new connection each time it is asked; nothing is pooled. */
  public DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl());
    source.setUser(user());
    source.setPassword(password());
    return source;
  }

  /** Drops the database, whoever is still connected to it. */
  @Override
  public void close() {
    administer("drop database " + name + " with (force)");
  }

  private static TestDatabase create(String template) {
    String name = "test_" + COUNT.incrementAndGet();
    administer(
        "create database %s owner %s template %s".formatted(name, TestServer.USER, template));
    return new TestDatabase(name);
  }

  private static void administer(String sql) {
    try (Connection connection = TestServer.get().administrator().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
