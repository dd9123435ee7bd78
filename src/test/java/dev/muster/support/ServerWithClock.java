package dev.muster.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL server of one test's own whose clock is ahead of the machine's by as much as the
 * test says, by libfaketime ({@code apt-get install libfaketime}).
 */
public final class ServerWithClock implements AutoCloseable {
  private static final Path BINARIES = Path.of("target", "postgres-binaries").toAbsolutePath();
  private static final String LIBRARY = "faketime/libfaketime.so.1";

  private final RestartableServer server;
  private final TestDatabase database;
  private Path folder;
  private int standbys;
  private boolean running;

  /** Makes it, with its data in this folder, and an empty database on it; it does not run yet. */
  public ServerWithClock(Path folder) {
    this.folder = folder;
    server = new RestartableServer(folder);
    database = server.database();
    server.stop();
  }

  public TestDatabase database() {
    return database;
  }

  /** Starts it, with its clock so far ahead. */
  public void start(Duration ahead) {
    start(folder, server.port(), ahead);
    running = true;
  }

  /**
   * Lets a standby follow it, kills it, promotes the standby and gives that one its address, as a
   * service address that moves does. What the standby had not received is lost.
   */
  public void failOver(Duration ahead) {
    Path standby = folder.resolveSibling("standby-" + ++standbys);
    int port = RestartableServer.freePort();
    try (Connection primary = administrator(server.port())) {
      copyTo(primary, standby);
      start(standby, port, ahead);
      await("the standby follows").until(() -> follows(primary));
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
    control(folder, Duration.ZERO, "-w", "-m", "immediate", "stop");
    control(standby, Duration.ZERO, "-w", "promote");
    control(standby, Duration.ZERO, "-w", "-m", "fast", "stop");
    folder = standby;
    start(ahead);
  }

  private void copyTo(Connection primary, Path standby) throws SQLException, IOException {
    try (Statement statement = primary.createStatement()) {
      statement.execute("select pg_backup_start('standby', true)");
      FileSystemUtils.copyRecursively(folder, standby);
      try (ResultSet label = statement.executeQuery("select labelfile from pg_backup_stop()")) {
        label.next();
        Files.writeString(standby.resolve("backup_label"), label.getString(1));
      }
    }
    Files.delete(standby.resolve("postmaster.pid"));
    Files.setPosixFilePermissions(standby, PosixFilePermissions.fromString("rwx------"));
    Files.createFile(standby.resolve("standby.signal"));
    Files.writeString(
        standby.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=" + server.port() + " user=postgres'\n");
  }

  private static boolean follows(Connection primary) throws SQLException {
    try (Statement statement = primary.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select 1 from pg_stat_replication where state = 'streaming'"
                    + " and replay_lsn >= pg_current_wal_flush_lsn() - 1000000")) {
      return row.next();
    }
  }

  private static Connection administrator(int port) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
  }

  private static void start(Path folder, int port, Duration ahead) {
    control(
        folder,
        ahead,
        "-w",
        "-l",
        folder.resolveSibling("postgres.log").toString(),
        "-o",
        // Half a day lasts seconds here, so autovacuum looks each second and not each minute.
        "-c autovacuum_naptime=1s -p "
            + port
            + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=''",
        "start");
  }

  /** Stops it as its administrator does: all sessions are ended. */
  public void stop() {
    control(folder, Duration.ZERO, "-w", "-m", "fast", "stop");
    running = false;
  }

  @Override
  public void close() {
    if (running) {
      stop();
    }
  }

  private static void control(Path folder, Duration ahead, String... arguments) {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      // PostgreSQL does not run as root.
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(List.of(find(BINARIES, "pg_ctl").toString(), "-D", folder.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    if (!ahead.isZero()) {
      builder.environment().put("LD_PRELOAD", find(Path.of("/usr/lib"), LIBRARY).toString());
      builder.environment().put("FAKETIME", "+" + ahead.toSeconds() + "s");
      builder.environment().put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
    try {
      assertThat(builder.start().waitFor()).as(command.toString()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path find(Path where, String what) {
    try (Stream<Path> files = Files.walk(where)) {
      return files
          .filter(file -> file.endsWith(what))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no " + what + " below " + where));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
