package dev.muster.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {
  private static final long MILLI = 1_000_000;
  private static final Limit TWO_IN_100_MS = new Limit(2, 100);

  private final SlidingWindow window = new SlidingWindow();

  @Test
  void slidesByTheTimeOfEachArrivalInsteadOfStartingAnewAtABoundary() {
    assertThat(admits(0)).isTrue();
    assertThat(admits(90)).isTrue();
    assertThat(admits(99)).isFalse();
    assertThat(admits(100)).isTrue();
    assertThat(admits(189)).isFalse();
    assertThat(admits(190)).isTrue();
  }

  @Test
  void countsEachScopeByItself() {
    assertThat(IntStream.range(0, 3).filter(i -> window.admit("a", TWO_IN_100_MS, 0)).count())
        .isEqualTo(2);
    assertThat(window.admit("b", TWO_IN_100_MS, 0)).isTrue();
  }

  @Test
  void admitsExactlyTheLimitHoweverManyAskAtOnce() {
    AtomicInteger admitted = new AtomicInteger();
    Limit limit = new Limit(60, 60_000);
    IntStream.range(0, 10_000)
        .parallel()
        .filter(i -> window.admit("a", limit, System.nanoTime()))
        .forEach(i -> admitted.incrementAndGet());
    assertThat(admitted).hasValue(60);
  }

  @Test
  void noLimitAdmitsEverything() {
    assertThat(window.admit("a", Limit.NONE, 0)).isTrue();
    assertThat(window.admit("a", Limit.NONE, 0)).isTrue();
  }

  private boolean admits(long millis) {
    return window.admit("a", TWO_IN_100_MS, millis * MILLI);
  }
}
