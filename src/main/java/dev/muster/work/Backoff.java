package dev.muster.work;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: doubling, with jitter so that what failed together does
 * not come back together.
 */
public final class Backoff {
  private final Duration first;
  private final Duration longest;
  private final double jitter;
  private final DoubleSupplier random;

  /**
   * @param first before the second attempt
   * @param longest the delay never grows beyond this, jitter aside
   * @param jitter share of the delay by which it varies up and down, 0 to 1
   */
  public Backoff(Duration first, Duration longest, double jitter) {
    this(first, longest, jitter, () -> ThreadLocalRandom.current().nextDouble());
  }

  Backoff(Duration first, Duration longest, double jitter, DoubleSupplier random) {
    this.first = first;
    this.longest = longest;
    this.jitter = jitter;
    this.random = random;
  }

  /**
   * @param failures how many attempts have failed already, from 0
   */
  public Duration delay(int failures) {
    // 2^30 seconds is beyond any longest delay; more would overflow.
    double doubled = first.toMillis() * Math.pow(2, Math.min(failures, 30));
    double capped = Math.min(doubled, (double) longest.toMillis());
    return Duration.ofMillis(Math.round(capped * (1 + jitter * (2 * random.getAsDouble() - 1))));
  }
}
