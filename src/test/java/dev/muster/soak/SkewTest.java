package dev.muster.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkewTest {
  private static final Duration SKEW = Duration.ofMinutes(-7);

  /** A JVM's start on a busy machine. */
  private static final long TOLERANCE_MILLIS = 60_000;

  @TempDir Path folder;

  @Test
  void allWallClocksOfAProcessAreOffAndTheMonotonicOneIsNot() throws IOException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                Skew.in(folder).option(SKEW),
                "-cp",
                System.getProperty("java.class.path"),
                WallClock.class.getName())
            .redirectErrorStream(true)
            .start();

    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    Map<String, Long> clocks =
        said.lines()
            .map(line -> line.split(" "))
            .collect(Collectors.toMap(words -> words[0], words -> Long.valueOf(words[1])));
    assertThat(clocks).containsOnlyKeys("instant", "date", "system", "monotonic");
    long expected = System.currentTimeMillis() + SKEW.toMillis();
    assertThat(clocks.get("instant")).isCloseTo(expected, within(TOLERANCE_MILLIS));
    assertThat(clocks.get("date")).isCloseTo(expected, within(TOLERANCE_MILLIS));
    assertThat(clocks.get("system")).isCloseTo(expected, within(TOLERANCE_MILLIS));
    assertThat(clocks.get("monotonic") / 1_000_000)
        .isCloseTo(System.nanoTime() / 1_000_000, within(TOLERANCE_MILLIS));
  }
}
