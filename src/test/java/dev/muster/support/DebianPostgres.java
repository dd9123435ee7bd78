package dev.muster.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Whole servers of Debian's PostgreSQL with all its programs, which the embedded one lacks. It does
 * not run as root: as root all is done as the user {@code postgres}.
 */
public final class DebianPostgres implements AutoCloseable {
  private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");
  private static final String ADMINISTRATOR = "postgres";

  private final Path folder;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<Path> servers = new ArrayList<>();

  public DebianPostgres() {
    try {
      folder = Files.createTempDirectory("debian-postgres");
      Files.createSymbolicLink(folder.resolve("sql"), Path.of("sql").toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    environment.put("BIN", PROGRAMS.toString());
    if (isRoot()) {
      run(List.of("chown", "-R", ADMINISTRATOR, folder.toString()));
    }
  }

  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAMS.resolve("pg_upgrade"));
  }

  /** Sets a variable for all that is run. */
  public DebianPostgres with(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  /** A folder for a server's files. */
  public Path folder(String name) {
    return folder.resolve(name);
  }

  public static int freePort() {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the files of a new server, which lets everybody in from this machine. */
  public Path initialise(String name, int port) {
    Path data = folder(name);
    bash("initdb -D %s -A trust -U %s --no-sync".formatted(data, ADMINISTRATOR));
    return configure(data, port);
  }

  /** The last line for a setting counts. */
  public Path configure(Path data, int port) {
    bash(
        """
        cat >> %s/postgresql.conf <<END
        port = %d
        wal_level = logical
        fsync = off
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        END
        """
            .formatted(data, port));
    return data;
  }

  public void start(Path data) {
    servers.add(data);
    bash("pg_ctl -D %1$s -l %1$s.log -w start".formatted(data));
  }

  public void stop(Path data) {
    servers.remove(data);
    bash("pg_ctl -D %s -w -m fast stop".formatted(data));
  }

  /** Where a program finds a database. */
  public static String place(int port, String database, String user) {
    return "host=127.0.0.1 port=%d dbname=%s user=%s".formatted(port, database, user);
  }

  public static PGSimpleDataSource source(int port, String database, String user) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl("jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database));
    source.setUser(user);
    source.setPassword("changeme");
    return source;
  }

  public static JdbcTemplate jdbc(int port, String database, String user) {
    return new JdbcTemplate(source(port, database, user));
  }

  /** Runs commands as a person would, up to the first that fails. */
  public void bash(String commands) {
    List<String> command =
        isRoot()
            ? List.of("runuser", "-u", ADMINISTRATOR, "--", "bash", "-euo", "pipefail", "-c")
            : List.of("bash", "-euo", "pipefail", "-c");
    List<String> all = new ArrayList<>(command);
    all.add(commands);
    run(all);
  }

  private void run(List<String> command) {
    try {
      Path output = Files.createTempFile("commands", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
      builder.environment().putAll(environment);
      builder.environment().merge("PATH", PROGRAMS + ":", (path, own) -> own + path);
      int code = builder.start().waitFor();
      assertThat(code)
          .as(
              command.get(command.size() - 1)
                  + "\n"
                  + Files.readString(output, StandardCharsets.UTF_8))
          .isZero();
      Files.delete(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  @Override
  public void close() {
    for (Path data : List.copyOf(servers)) {
      bash("pg_ctl -D %s -w -m immediate stop || true".formatted(data));
    }
    run(List.of("rm", "-rf", folder.toString()));
  }
}
