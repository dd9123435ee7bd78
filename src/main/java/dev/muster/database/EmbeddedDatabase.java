package dev.muster.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.StringUtils;

/**
 * A PostgreSQL server of our own, with its data in a folder that is kept between starts.
 *
 * <p>It listens on the loopback interface only and asks for no password there: whoever has an
 * account on this machine can read and change its data.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  /** Both the database and its owner. */
  public static final String NAME = "muster";

  /**
   * The port, whenever it is free: one that stays the same, so that a psql command or a dashboard
   * goes on working, close to PostgreSQL's own 5432 to remember, and assigned to no other service.
   */
  public static final int PORT = 54329;

  /** The major version of the binaries that pom.xml names; PostgreSQL opens no other's data. */
  static final String MAJOR_VERSION = "18";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

  /** Recovery after a crash replays at most max_wal_size (1 GB): seconds on most disks. */
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);

  /** Two replicas' pools and a few people with psql; each idle connection costs some 2 MB. */
  private static final int MAX_CONNECTIONS = 100;

  private static final String ROOT = "root";

  private final DataFolder folder;
  private final EmbeddedPostgres server;

  private EmbeddedDatabase(DataFolder folder, EmbeddedPostgres server) {
    this.folder = folder;
    this.server = server;
  }

  /**
   * Whether a configuration leaves the database to us. An empty address counts as none: that is how
   * an unset variable of a compose file arrives.
   */
  public static boolean isMeantBy(Environment configuration) {
    return !StringUtils.hasText(configuration.getProperty("spring.datasource.url"));
  }

  /**
   * Starts the server on a folder, making both the folder and the database where they are absent.
   * Returns once it answers.
   *
   * @param data the folder; relative to the working directory
   * @throws DatabaseProblem in one sentence, if it cannot be started
   */
  public static EmbeddedDatabase start(Path data) {
    refuseRootWithoutNamespaces();
    DataFolder folder = DataFolder.open(data);
    try {
      EmbeddedPostgres server = open(folder);
      LOG.info(
          "Embedded PostgreSQL {} is running, data in {}; connect with: psql"
              + " postgresql://{}@127.0.0.1:{}/{}",
          MAJOR_VERSION,
          folder.postgres(),
          NAME,
          server.getPort(),
          NAME);
      return new EmbeddedDatabase(folder, server);
    } catch (IOException | SQLException | IllegalStateException e) {
      folder.close();
      throw failedToStart(folder, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      folder.close();
      throw failedToStart(folder, e);
    } catch (DatabaseProblem e) {
      folder.close();
      throw e;
    }
  }

  /** Where to connect, as JDBC wants it. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + NAME;
  }

  /** The owner of the database; there is no password. */
  public String user() {
    return NAME;
  }

  /** Disconnects everyone, writes everything to disk and stops the server. Takes about a second. */
  @Override
  public void close() {
    try {
      server.close();
      OrphanedServer.stop(folder.postgres());
    } catch (IOException e) {
      LOG.warn("The embedded PostgreSQL did not stop in order; the next start recovers it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      folder.close();
    }
  }

  private static EmbeddedPostgres open(DataFolder folder)
      throws IOException, SQLException, InterruptedException {
    Optional<String> version = folder.majorVersion();
    if (version.isEmpty()) {
      create(folder);
    } else if (!version.get().equals(MAJOR_VERSION)) {
      throw new DatabaseProblem(
          "The data in %s was made by PostgreSQL %s, and this Muster brings PostgreSQL %s."
              .formatted(folder.postgres(), version.get(), MAJOR_VERSION),
          "Name an empty folder with muster.data and carry the data over with pg_dump and"
              + " pg_restore, or run PostgreSQL "
              + version.get()
              + " on it and set spring.datasource.url.");
    }
    refuseAnotherUsersDataToRoot(folder.postgres());
    OrphanedServer.stop(folder.postgres());
    return server(folder, folder.postgres(), freePort());
  }

  /**
   * In a folder of its own and renamed last, so that a start cut short leaves nothing half made.
   */
  private static void create(DataFolder folder)
      throws IOException, SQLException, InterruptedException {
    OrphanedServer.stop(folder.unfinished());
    FileSystemUtils.deleteRecursively(folder.unfinished());
    try (EmbeddedPostgres server = server(folder, folder.unfinished(), freePort());
        Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create role " + NAME + " login createrole");
      statement.execute("create database " + NAME + " owner " + NAME);
    }
    OrphanedServer.stop(folder.unfinished());
    Files.move(folder.unfinished(), folder.postgres());
  }

  private static EmbeddedPostgres server(DataFolder folder, Path dataDirectory, int port)
      throws IOException {
    ProcessBuilder.Redirect log = ProcessBuilder.Redirect.to(folder.startLog().toFile());
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(folder.binaries().toFile())
            .setDataDirectory(dataDirectory)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPort(port)
            .setPGStartupWait(START_PATIENCE)
            .setOutputRedirector(log)
            .setErrorRedirector(log);
    // The same order of text on every machine, whatever its locale and C library.
    builder.setLocaleConfig("locale-provider", "builtin");
    builder.setLocaleConfig("builtin-locale", "C.UTF-8");
    builder.setLocaleConfig("locale", "C");
    // The library is made for tests and switches both off.
    builder.setServerConfig("fsync", "on");
    builder.setServerConfig("synchronous_commit", "on");
    builder.setServerConfig("listen_addresses", "127.0.0.1");
    builder.setServerConfig("unix_socket_directories", "");
    builder.setServerConfig("max_connections", String.valueOf(MAX_CONNECTIONS));
    // A week of logs, one file a weekday, each overwritten a week later.
    builder.setServerConfig("logging_collector", "on");
    builder.setServerConfig("log_directory", "../log");
    builder.setServerConfig("log_filename", "postgres-%a.log");
    builder.setServerConfig("log_truncate_on_rotation", "on");
    return builder.start();
  }

  private static int freePort() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket usual = new ServerSocket(PORT, 1, loopback)) {
      return usual.getLocalPort();
    } catch (IOException taken) {
      try (ServerSocket any = new ServerSocket(0, 1, loopback)) {
        return any.getLocalPort();
      }
    }
  }

  private static void refuseRootWithoutNamespaces() {
    if (isRoot() && !LinuxUtils.isUnshareAvailable()) {
      throw new DatabaseProblem(
          "PostgreSQL refuses to run as root, and this machine allows root no user namespace"
              + " (unshare -U) to run it in.",
          "Start Muster as an ordinary user, or set spring.datasource.url.");
    }
  }

  /** Root has no rights over other users' files in the namespace that PostgreSQL runs in. */
  private static void refuseAnotherUsersDataToRoot(Path dataDirectory) throws IOException {
    String owner = Files.getOwner(dataDirectory).getName();
    if (isRoot() && !owner.equals(ROOT)) {
      throw new DatabaseProblem(
          "The data in " + dataDirectory + " belongs to the user " + owner + ", not to root.",
          "Start Muster as " + owner + ", or name another folder with muster.data.");
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals(ROOT);
  }

  private static DatabaseProblem failedToStart(DataFolder folder, Exception cause) {
    return new DatabaseProblem(
        "The embedded PostgreSQL on %s did not start: %s."
            .formatted(folder.postgres(), cause.getMessage()),
        "Its own words are in the newest files of "
            + folder.postgres().resolveSibling("log")
            + "; or set spring.datasource.url to use another PostgreSQL.",
        cause);
  }
}
