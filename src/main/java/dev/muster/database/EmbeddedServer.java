package dev.muster.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** How the embedded server is made, asked for passwords, and started. */
final class EmbeddedServer {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

  private static final String ADMINISTRATOR = "postgres";

  /** Recovery after a crash replays at most max_wal_size (1 GB): seconds on most disks. */
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);

  /** Two replicas' pools and a few people with psql; each idle connection costs some 2 MB. */
  private static final int MAX_CONNECTIONS = 100;

  /** Data of a version that asked for none, or whose password's file was removed. */
  static void askForPasswords(DataFolder folder)
      throws IOException, SQLException, InterruptedException {
    String password = PasswordFile.random();
    HostRules.trustOnce(folder.postgres());
    try (EmbeddedPostgres server = on(folder, folder.postgres(), password).start()) {
      execute(
          server,
          password,
          "alter role " + ADMINISTRATOR + " password '" + password + "'",
          "alter role " + EmbeddedDatabase.NAME + " password '" + password + "'",
          "grant pg_signal_backend to " + EmbeddedDatabase.NAME);
    }
    OrphanedServer.stop(folder.postgres());
    folder.password().write(password);
    LOG.info(
        "The embedded PostgreSQL asks for a password from now on; it stands in {}. Logins that you"
            + " made yourself need one: alter role NAME password '…'",
        folder.password().path());
  }

  /**
   * In a folder of its own and renamed last, so that a start cut short leaves nothing half made.
   */
  static void create(DataFolder folder) throws IOException, SQLException, InterruptedException {
    OrphanedServer.stop(folder.unfinished());
    FileSystemUtils.deleteRecursively(folder.unfinished());
    String password = PasswordFile.random();
    Path alone = folder.password().alone(password);
    EmbeddedPostgres.Builder builder = on(folder, folder.unfinished(), password);
    // Options of initdb. The last of a name holds, and the library's own trusts everybody.
    builder.setLocaleConfig("auth", HostRules.METHOD);
    builder.setLocaleConfig("pwfile", alone.toString());
    try (EmbeddedPostgres server = builder.start()) {
      execute(
          server,
          password,
          "create role " + EmbeddedDatabase.NAME + " login createrole password '" + password + "'",
          "grant pg_signal_backend to " + EmbeddedDatabase.NAME,
          "create database " + EmbeddedDatabase.NAME + " owner " + EmbeddedDatabase.NAME);
    } finally {
      Files.deleteIfExists(alone);
    }
    OrphanedServer.stop(folder.unfinished());
    folder.password().write(password);
    Files.move(folder.unfinished(), folder.postgres());
  }

  private static void execute(EmbeddedPostgres server, String password, String... statements)
      throws SQLException {
    Map<String, String> login = Map.of("password", password);
    try (Connection connection =
            server.getDatabase(ADMINISTRATOR, ADMINISTRATOR, login).getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static EmbeddedPostgres.Builder on(DataFolder folder, Path dataDirectory, String password)
      throws IOException {
    ProcessBuilder.Redirect log = ProcessBuilder.Redirect.to(folder.startLog().toFile());
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(folder.binaries().toFile())
            .setDataDirectory(dataDirectory)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPort(freePort())
            .setConnectConfig("password", password)
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
    return builder;
  }

  private static int freePort() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket usual = new ServerSocket(EmbeddedDatabase.PORT, 1, loopback)) {
      return usual.getLocalPort();
    } catch (IOException taken) {
      try (ServerSocket any = new ServerSocket(0, 1, loopback)) {
        return any.getLocalPort();
      }
    }
  }

  private EmbeddedServer() {}
}
