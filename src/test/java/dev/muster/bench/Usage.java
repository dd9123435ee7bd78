package dev.muster.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a process and its descendants have used so far, as Linux counts it in {@code /proc}.
 *
 * @param cpu of the process, its descendants, and those of them that have ended
 * @param peakBytes the most memory that the process itself ever held at once
 */
record Usage(Duration cpu, long peakBytes) {
  /** Linux counts in USER_HZ, which is 100 on every platform that Java runs on. */
  private static final long MILLIS_PER_TICK = 10;

  /** utime, stime, cutime and cstime of proc(5), counted from the state, which is field 3. */
  private static final int FIRST_TIME = 14 - 3;

  private static final int TIMES = 4;

  static Usage of(long pid) {
    long ticks =
        ticks(pid)
            + ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToLong(child -> ticks(child.pid()))
                .sum();
    return new Usage(Duration.ofMillis(ticks * MILLIS_PER_TICK), peak(pid));
  }

  Usage since(Usage before) {
    return new Usage(cpu.minus(before.cpu), peakBytes);
  }

  private static long ticks(long pid) {
    String stat = read(pid, "stat");
    if (stat.isEmpty()) {
      return 0;
    }
    // The name may hold blanks and brackets; the last bracket ends it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int field = FIRST_TIME; field < FIRST_TIME + TIMES; field++) {
      ticks += Long.parseLong(fields[field]);
    }
    return ticks;
  }

  private static long peak(long pid) {
    return read(pid, "status")
        .lines()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  /** Empty if the process has ended. */
  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (NoSuchFileException ended) {
      return "";
    } catch (IOException e) {
      // A process that ends between opening and reading.
      if (ProcessHandle.of(pid).isEmpty()) {
        return "";
      }
      throw new UncheckedIOException(e);
    }
  }
}
