package dev.muster.weather;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vendor's bad hour, on the packaged jar. */
class WeatherIT {
  @TempDir private Path folder;

  /** In time-lapse: probes come ten times as often as they do by default. */
  @Test
  void aBadHourCostsAnHourAndNothingElse() throws Exception {
    new BadHour(
            new BadHour.Scale(20, 4, Duration.ofSeconds(4), Duration.ofSeconds(20), false), folder)
        .pass(
            command ->
                command
                    .with("muster.weather.probe-every", "500ms")
                    .with("muster.weather.probe-at-most", "3s")
                    .with("muster.retry.letter-after", "10s"));
  }

  /** As long as it may last, at the settings that Muster comes with. */
  @Test
  @Tag("benchmark")
  void aQuarterOfAnHourAsItComes() throws Exception {
    new BadHour(
            new BadHour.Scale(300, 20, Duration.ofMinutes(1), Duration.ofMinutes(15), true), folder)
        .pass(
            command ->
                command
                    .with("muster.retry.first-delay", "2s")
                    .with("muster.retry.attempts", "8")
                    .with("muster.retry.letter-after", "15m"));
  }
}
