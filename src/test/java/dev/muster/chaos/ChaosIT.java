package dev.muster.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@link ChaosRunIT}: some hundred requests, two kills. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no signals")
class ChaosIT {
  private static final Extent EXTENT = new Extent(400, Duration.ofSeconds(20));

  @TempDir Path folder;

  @Test
  void everyDeviceIsAllocatedOnceAndNoRowIsLost() {
    Aftermath aftermath = Chaos.run(EXTENT, folder);

    System.out.println(Page.of(aftermath));
    assertThat(aftermath.broken()).isEmpty();
    assertThat(aftermath.lost()).isZero();
    assertThat(aftermath.casualties().kills()).isPositive();
    assertThat(aftermath.casualties().cuts()).isPositive();
  }
}
