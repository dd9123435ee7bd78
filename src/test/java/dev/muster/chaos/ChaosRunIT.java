package dev.muster.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of requests to allocate while everything goes wrong. Prints a page.
 *
 * <p>{@code -Dchaos.requests=N} is how many rows operations insert.
 */
@Tag("benchmark")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no signals")
class ChaosRunIT {
  private static final Extent EXTENT = Extent.of(Integer.getInteger("chaos.requests", 10_000));

  /** Of the default call deadline: that, 4 s to settle, and a second until somebody looks. */
  private static final Duration RESUMED = Duration.ofSeconds(15);

  @TempDir Path folder;

  @Test
  void everyDeviceIsAllocatedOnceAndNoRowIsLost() {
    Aftermath aftermath = Chaos.run(EXTENT, folder);

    System.out.println(Page.of(aftermath));
    assertThat(aftermath.broken()).isEmpty();
    assertThat(aftermath.lost()).isZero();
    assertThat(aftermath.casualties().resumed()).allMatch(d -> d.compareTo(RESUMED) <= 0);
  }

  @Test
  void whatAKilledProcessHeldIsTakenUpWithinALease() {
    Takeover takeover = Takeover.run(folder);

    System.out.println(Page.resumed(takeover.resumed()));
    assertThat(takeover.resumed()).isNotEmpty().allMatch(d -> d.compareTo(RESUMED) <= 0);
    assertThat(takeover.postsAfterSuccess()).isZero();
  }
}
