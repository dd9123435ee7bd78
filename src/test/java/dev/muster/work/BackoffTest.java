package dev.muster.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  @Test
  void itDoublesUntilTheLongestAndStaysThere() {
    Backoff backoff = new Backoff(FIRST, LONGEST, 0);

    assertThat(IntStream.range(0, 10).mapToObj(backoff::delay).map(Duration::toSeconds))
        .containsExactly(2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L, 300L);
    assertThat(backoff.delay(Integer.MAX_VALUE)).isEqualTo(LONGEST);
  }

  @Test
  void jitterVariesADelayByItsShareUpAndDown() {
    assertThat(new Backoff(FIRST, LONGEST, 0.2, () -> 0).delay(0).toMillis()).isEqualTo(1600);
    assertThat(new Backoff(FIRST, LONGEST, 0.2, () -> 0.5).delay(0)).isEqualTo(FIRST);
    assertThat(new Backoff(FIRST, LONGEST, 0.2, () -> 0.999999).delay(0).toMillis())
        .isEqualTo(2400);
  }

  @Test
  void whatFailedTogetherDoesNotComeBackTogether() {
    Backoff backoff = new Backoff(FIRST, LONGEST, 0.2);

    assertThat(IntStream.range(0, 100).mapToObj(i -> backoff.delay(5)).distinct().count())
        .isGreaterThan(50);
  }
}
