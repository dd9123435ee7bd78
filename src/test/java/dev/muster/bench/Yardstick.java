package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs a yardstick's main class, in a process of its own that starts cold, as Muster does. */
final class Yardstick {

  /** Runs it to its end on this database; what it used. */
  static Cost run(Class<?> main, Bench bench, TestDatabase database) {
    Path log = bench.folder().resolve("console.log");
    List<String> command =
        List.of(
            "setsid",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            bench.stub().url(),
            database.jdbcUrl(),
            database.user(),
            database.password());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try (Meter meter = Meter.of(process.pid(), bench)) {
        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
        return meter.cost();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Yardstick() {}
}
