package dev.muster.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The real PgBouncer before a database, in transaction mode, as strict as it comes. */
public final class PgBouncer implements AutoCloseable {
  /** From this version on it knows of prepared statements, unless it is told not to. */
  private static final int KNOWS_STATEMENTS = 21;

  private final TestDatabase database;
  private final int port = freePort();
  private final Process process;

  /**
   * @param folder for its configuration and log
   */
  public PgBouncer(Path folder, TestDatabase database) {
    this.database = database;
    try {
      Path ini = folder.resolve("pgbouncer.ini");
      Files.writeString(ini, configuration());
      process =
          new ProcessBuilder(program().orElseThrow().toString(), ini.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("pgbouncer.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this machine has it. */
  public static boolean isInstalled() {
    return program().isPresent();
  }

  /** Whoever comes is taken for the database's user. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database.name();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private String configuration() throws IOException {
    return """
        [databases]
        %s = host=%s port=%d user=%s password=%s
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = 5
        %s
        """
        .formatted(
            database.name(),
            database.host(),
            database.port(),
            database.user(),
            database.password(),
            port,
            String.join("\n", options()));
  }

  private static List<String> options() throws IOException {
    Process asked = new ProcessBuilder(program().orElseThrow().toString(), "--version").start();
    String version =
        new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\\s+")[1];
    return Stream.of(
            // It refuses to run as root.
            "root".equals(System.getProperty("user.name")) ? "user = nobody" : "",
            Integer.parseInt(version.split("\\.")[1]) < KNOWS_STATEMENTS
                ? ""
                : "max_prepared_statements = 0")
        .toList();
  }

  private static Optional<Path> program() {
    return Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
        .map(folder -> Path.of(folder, "pgbouncer"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static int freePort() {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
