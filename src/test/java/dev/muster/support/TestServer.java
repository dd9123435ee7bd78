package dev.muster.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.PostgreSQLContainer;

/**
 * The PostgreSQL server of this test run: a container where Docker answers, else the embedded one.
 *
 * <p>The system property {@code muster.test.postgres} set to a major version takes the embedded
 * binaries that the build has put into {@code target/postgres-<version>}.
 */
record TestServer(String host, int port, DataSource administrator) {
  static final String USER = "muster";
  static final String PASSWORD = "muster";

  private static final String IMAGE = "postgres:18";

  /** Several pools of several application contexts, kept by Spring's test context cache. */
  private static final String MAX_CONNECTIONS = "300";

  private static final class Holder {
    private static final TestServer INSTANCE = start();
  }

  static TestServer get() {
    return Holder.INSTANCE;
  }

  String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
  }

  private static TestServer start() {
    String version = System.getProperty("muster.test.postgres", "");
    TestServer server = version.isEmpty() ? newest() : embedded(version);
    server.createUser();
    return server;
  }

  private static TestServer newest() {
    try {
      if (DockerClientFactory.instance().isDockerAvailable()) {
        return container();
      }
    } catch (RuntimeException | LinkageError e) {
      // A Docker that answers but finds no images fails inside Testcontainers' initialisers too.
      say("Docker does not start " + IMAGE + " (" + e.getMessage() + ")");
    }
    return embedded("");
  }

  // The container lives as long as this process: Testcontainers removes it afterwards.
  @SuppressWarnings("resource")
  private static TestServer container() {
    PostgreSQLContainer<?> container =
        new PostgreSQLContainer<>(IMAGE)
            .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=" + MAX_CONNECTIONS);
    container.start();
    PGSimpleDataSource administrator = new PGSimpleDataSource();
    administrator.setUrl(container.getJdbcUrl());
    administrator.setUser(container.getUsername());
    administrator.setPassword(container.getPassword());
    say("the SQL tests run on PostgreSQL from the image " + IMAGE + " (Testcontainers)");
    return new TestServer(
        container.getHost(),
        container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
        administrator);
  }

  private static TestServer embedded(String version) {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(Path.of("target", "postgres-binaries").toFile())
            .setServerConfig("max_connections", MAX_CONNECTIONS);
    builder.setLocaleConfig("locale", "C");
    if (!version.isEmpty()) {
      builder.setPgBinaryResolver((system, hardware) -> Files.newInputStream(archive(version)));
    }
    try {
      EmbeddedPostgres server = builder.start();
      say(
          version.isEmpty()
              ? "the SQL tests run on the embedded PostgreSQL"
              : "the SQL tests run on the embedded PostgreSQL " + version);
      return new TestServer("127.0.0.1", server.getPort(), server.getPostgresDatabase());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path archive(String version) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target", "postgres-" + version))) {
      return files.filter(file -> file.toString().endsWith(".txz")).findFirst().orElseThrow();
    }
  }

  void createUser() {
    try (Connection connection = administrator.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create role " + USER + " login createrole password '" + PASSWORD + "'");
      statement.execute("grant pg_signal_backend to " + USER + " with admin option");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Past the logging, so that the line stands on the console at every log level. */
  private static void say(String line) {
    System.out.println("Test database: " + line);
  }
}
