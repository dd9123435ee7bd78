package dev.muster.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of one test's own whose clock is ahead of the machine's by as much as the
 * test says, by libfaketime ({@code apt-get install libfaketime}).
 */
public final class ServerWithClock implements AutoCloseable {
  private static final Path BINARIES = Path.of("target", "postgres-binaries").toAbsolutePath();
  private static final String LIBRARY = "faketime/libfaketime.so.1";

  private final Path folder;
  private final RestartableServer server;
  private final TestDatabase database;
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
    control(
        ahead,
        "-w",
        "-l",
        folder.resolveSibling("postgres.log").toString(),
        "-o",
        "-p " + server.port() + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=''",
        "start");
    running = true;
  }

  /** Stops it as its administrator does: all sessions are ended. */
  public void stop() {
    control(Duration.ZERO, "-w", "-m", "fast", "stop");
    running = false;
  }

  @Override
  public void close() {
    if (running) {
      stop();
    }
  }

  private void control(Duration ahead, String... arguments) {
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
