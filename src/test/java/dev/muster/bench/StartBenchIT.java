package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterProcess;
import dev.muster.support.ProcessMemory;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a start takes until readiness, against a database that is there: from the one jar, and
 * as the image does, from the unpacked one with an archive of its classes. In turn, so that both
 * see the same machine.
 *
 * <p>{@code -Dbench.starts=7} is how many of each.
 */
@Tag("benchmark")
class StartBenchIT {
  private static final int STARTS = Setting.number("starts", 7);

  private final List<Double> jar = new ArrayList<>();
  private final List<Double> image = new ArrayList<>();
  private long jarBytes;
  private long imageBytes;

  @Test
  void theImageStartsInLessThanHalfTheTime(@TempDir Path folder) {
    try (Site site = new Site(folder)) {
      site.enos("enos1");
      MusterProcess.Command unpacked = site.command().copy();
      // Makes the archive, and the tables.
      unpacked.start().stop();
      for (int n = 0; n < STARTS; n++) {
        jarBytes = Math.max(jarBytes, measure(site.command().copy().packed(), jar));
        imageBytes = Math.max(imageBytes, measure(unpacked.copy(), image));
      }
    }
    Table table = new Table(STARTS + " starts each", "figure", "the jar", "as the image");
    table.row(
        "ready in s, median",
        Figure.hundredths(Figure.median(jar)),
        Figure.hundredths(Figure.median(image)));
    table.row("peak memory in MiB", Figure.whole(jarBytes >> 20), Figure.whole(imageBytes >> 20));

    assertThat(Figure.median(image)).isLessThan(Figure.median(jar) / 2);
  }

  private static long measure(MusterProcess.Command command, List<Double> seconds) {
    long began = System.nanoTime();
    try (MusterProcess muster = command.start()) {
      seconds.add((System.nanoTime() - began) / 1e9);
      return ProcessMemory.peak(muster);
    }
  }
}
