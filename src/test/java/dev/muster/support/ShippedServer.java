package dev.muster.support;

import dev.muster.database.EmbeddedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The PostgreSQL that Muster brings along, with the settings it ships with: for measurements. */
public final class ShippedServer implements AutoCloseable {
  private static final String ADMINISTRATOR = "postgres";

  private final Path folder;
  private final EmbeddedDatabase embedded;
  private final TestServer server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ShippedServer(Path folder, EmbeddedDatabase embedded) {
    this.folder = folder;
    this.embedded = embedded;
    URI address = URI.create(embedded.jdbcUrl().substring("jdbc:".length()));
    this.server =
        new TestServer(
            address.getHost(),
            address.getPort(),
            administrator(
                "jdbc:postgresql://%s:%d/%s"
                    .formatted(address.getHost(), address.getPort(), ADMINISTRATOR),
                embedded.password()));
  }

  /** Starts it on this folder. It ends with this process, if it is not closed before. */
  public static ShippedServer start(Path folder) {
    ShippedServer server = new ShippedServer(folder, EmbeddedDatabase.start(folder));
    // As the tests' other servers have it.
    new JdbcTemplate(server.server.administrator())
        .execute("alter role " + TestServer.USER + " password '" + TestServer.PASSWORD + "'");
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    return server;
  }

  /** A new, empty database on it. */
  public TestDatabase database() {
    return TestDatabase.fresh(server);
  }

  /** The administrator's way into one of its databases. */
  public DataSource administrator(TestDatabase database) {
    return administrator(database.jdbcUrl(), embedded.password());
  }

  private static DataSource administrator(String url, String password) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setUser(ADMINISTRATOR);
    source.setPassword(password);
    return source;
  }

  /** The operating system's number of the process that all others of the server descend from. */
  public long pid() {
    try {
      Path file = folder.resolve("postgres").resolve("postmaster.pid");
      return Long.parseLong(Files.readAllLines(file).get(0).trim());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes to disk what earlier work has left to be written, so that it is not paid for later. */
  public void checkpoint() {
    try (Connection connection = server.administrator().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("checkpoint");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      embedded.close();
    }
  }
}
