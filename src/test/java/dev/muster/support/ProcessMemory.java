package dev.muster.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The memory of a process as Linux counts it, in bytes. */
public final class ProcessMemory {
  private ProcessMemory() {}

  /** What it holds now. */
  public static long resident(MusterProcess process) {
    return of(process, "VmRSS:");
  }

  /** The most that it ever held. */
  public static long peak(MusterProcess process) {
    return of(process, "VmHWM:");
  }

  private static long of(MusterProcess process, String which) {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith(which))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
