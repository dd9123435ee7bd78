package dev.muster.support;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * An empty PostgreSQL database for one test class, on the one server of this test run.
 *
 * <p>Its user owns it and may create roles, and is no superuser: what a production user has. Roles
 * are shared by all databases of the server.
 */
public final class TestDatabase implements AutoCloseable {
  /** The password of everyone whom {@link RunningMuster#as} makes. */
  public static final String EVERYBODY = "everybody";

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final TestServer server;
  private final String name;

  private TestDatabase(TestServer server, String name) {
    this.server = server;
    this.name = name;
  }

  /** A new, empty database. */
  public static TestDatabase fresh() {
    return fresh(TestServer.get());
  }

  /** A new, empty database in this encoding. */
  public static TestDatabase encoded(String encoding) {
    return create(
        TestServer.get(), "template0 encoding '" + encoding + "' lc_collate 'C' lc_ctype 'C'");
  }

  /** A new, empty database on a server of the test's own. */
  static TestDatabase fresh(TestServer server) {
    return create(server, "template1");
  }

  /** A new database with all that this one holds; nobody may be connected to this one. */
  public TestDatabase copy() {
    return create(server, name);
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
    terminate("true");
  }

  public String jdbcUrl() {
    return server.jdbcUrl(name);
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

  /**
   * A person who is a member of this role.
   *
   * @param role one that exists
   */
  public JdbcClient as(String role, String person) {
    JdbcClient.create(dataSource())
        .sql(
            """
            do $$ begin
              if not exists (select from pg_roles where rolname = '%1$s') then
                create role %1$s login password '%3$s';
              end if;
              grant %2$s to %1$s;
            end $$
            """
                .formatted(person, role, EVERYBODY))
        .update();
    return client(person);
  }

  private JdbcClient client(String user) {
    SingleConnectionDataSource source = new SingleConnectionDataSource();
    source.setUrl(jdbcUrl());
    source.setUsername(user);
    source.setPassword(EVERYBODY);
    source.setSuppressClose(true);
    return JdbcClient.create(source);
  }

  /** Whoever administers the server, as a provider lets people do it: no superuser. */
  public JdbcClient administrator() {
    administer(
        """
        do $$ begin
          if not exists (select from pg_roles where rolname = 'administrator') then
            create role administrator login createrole createdb password '%s';
          end if;
        end $$
        """
            .formatted(EVERYBODY));
    return client("administrator");
  }

  /** Drops the database, whoever is still connected to it. */
  @Override
  public void close() {
    administer("drop database " + name + " with (force)");
  }

  private static TestDatabase create(TestServer server, String template) {
    TestDatabase database = new TestDatabase(server, "test_" + COUNT.incrementAndGet());
    database.administer(
        "create database %s owner %s template %s"
            .formatted(database.name, TestServer.USER, template));
    return database;
  }

  public String name() {
    return name;
  }

  public String host() {
    return server.host();
  }

  public int port() {
    return server.port();
  }

  /** The same database, by another way to the server. */
  public String jdbcUrlBy(Relay relay) {
    return "jdbc:postgresql://127.0.0.1:" + relay.port() + "/" + name;
  }

  /**
   * Changes this database as a superuser does, by {@code alter database}, and cuts all connections.
   *
   * @param change what follows the database's name
   */
  public void alter(String change) {
    administer("alter database " + name + " " + change);
    terminate("true");
  }

  /**
   * Ends sessions in this database.
   *
   * @param which a condition on {@code pg_stat_activity}
   */
  public void terminate(String which) {
    administer(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '"
            + name
            + "' and "
            + which);
  }

  private void administer(String sql) {
    try (Connection connection = server.administrator().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
