package dev.muster.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * A PostgreSQL server of our own, with its data in a folder that is kept between starts.
 *
 * <p>It listens on the loopback interface only, and asks for the password that lies in its folder:
 * others with an account on this machine could read any file of its user through it.
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

  private static final String ROOT = "root";

  /** A jar that brings PostgreSQL brings it for this platform too, wherever it runs. */
  private static final String BINARIES = "/postgres-linux-x86_64.txz";

  private final DataFolder folder;
  private final EmbeddedPostgres server;
  private final String password;

  private EmbeddedDatabase(DataFolder folder, EmbeddedPostgres server, String password) {
    this.folder = folder;
    this.server = server;
    this.password = password;
  }

  /**
   * Whether a configuration leaves the database to us. An empty address counts as none: that is how
   * an unset variable of a compose file arrives.
   */
  public static boolean isMeantBy(Environment configuration) {
    return !StringUtils.hasText(configuration.getProperty("spring.datasource.url"));
  }

  /**
   * Whether PostgreSQL is in the jar: in {@code muster-demo.jar}, and not in {@code muster.jar}.
   */
  public static boolean isBrought() {
    return EmbeddedDatabase.class.getResource(BINARIES) != null;
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
      EmbeddedDatabase database = new EmbeddedDatabase(folder, server, folder.password().read());
      LOG.info(
          "Embedded PostgreSQL {} is running, data in {}; connect with: {}",
          MAJOR_VERSION,
          folder.postgres(),
          database.psql());
      return database;
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

  /** The owner of the database. */
  public String user() {
    return NAME;
  }

  /** The owner's, and the administrator's. */
  public String password() {
    return password;
  }

  /** The command by which whoever can read the password's file looks inside. */
  public String psql() {
    String file = folder.password().path().toString();
    return "PGPASSFILE=%s psql postgresql://%s@127.0.0.1:%d/%s"
        .formatted(
            file.matches("[\\w/.-]+") ? file : "'" + file + "'", NAME, server.getPort(), NAME);
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
      EmbeddedServer.create(folder);
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
    if (!folder.password().exists()) {
      EmbeddedServer.askForPasswords(folder);
    }
    HostRules.askForPasswords(folder.postgres());
    return EmbeddedServer.on(folder, folder.postgres(), folder.password().read()).start();
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
