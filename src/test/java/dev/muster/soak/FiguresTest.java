package dev.muster.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.simulator.Arrival;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is judged of a log of arrivals, on 10 calls in 10 s. */
class FiguresTest {
  private static final Scenario SCENARIO =
      Scenario.of(Platform.HUAWEI, 10, Duration.ofSeconds(10), Latency.millis(0, 2000));

  private final List<Arrival> arrivals = new ArrayList<>();

  @Test
  void theShareIsOfTheTimeFromOneWindowAfterTheFirstCall() {
    every(2, 0, 30);

    assertThat(figures(30, Map.of(), 0, Set.of()).used()).isCloseTo(0.5, within(0.001));
  }

  @Test
  void aPermitThatAKilledProcessTookAlongCostsTheDeadline() {
    every(1, 0, 110);

    double whole = figures(110, Map.of(), 0, Set.of()).possible();
    double less = figures(110, Map.of(), 1, Set.of()).possible();

    // 8 calls of a cold start, 1.2 s each, over 111 calls.
    double held = 11 + 8 * 1.2 / 111;
    assertThat(whole).isCloseTo(10 / held, within(0.001));
    assertThat(whole - less).isCloseTo((15 / held - 1) / 100, within(0.0001));
  }

  @Test
  void aRowIsCarriedOutOnceUnlessItsProcessWasKilled() {
    call(1, "activation", "lone-1", "ok");
    call(2, "activation", "lone-2", "1010005");
    call(3, "activation", "lone-3", "ok");
    call(4, "activation", "lone-3", "ok");
    call(5, "activation", "lone-4", "ok");
    call(6, "activation", "lone-4", "ok");
    Map<String, Long> committed = Map.of("lone-1", 0L, "lone-2", 0L, "lone-3", 0L, "lone-4", 0L);

    assertThat(figures(20, committed, 0, Set.of("lone-4")).uncalled())
        .containsExactly("lone-2", "lone-3");
  }

  @Test
  void tokenCallsThatOverlapAreCounted() {
    call(1, "login", "", "ok");
    call(4, "refresh", "", "ok");
    call(5, "refresh", "", "ok");

    Figures figures = figures(20, Map.of(), 0, Set.of());

    assertThat(figures.tokenCalls()).isEqualTo(3);
    assertThat(figures.tokenCallsAtOnce()).isEqualTo(1);
  }

  @Test
  void aLoneRowIsNotOneThatCameAmidTheBurst() {
    call(1, "activation", "lone-1", "ok");
    call(4, "activation", "burst-1", "ok");
    call(7, "activation", "lone-2", "ok");
    call(9, "activation", "burst-2", "ok");
    Map<String, Long> committed =
        Map.of("lone-1", 0L, "burst-1", seconds(2), "burst-2", seconds(2), "lone-2", seconds(3));

    Waits waits = figures(20, committed, 0, Set.of()).waits();

    assertThat(waits.lone()).containsExactly(Duration.ofSeconds(1));
    // The second call came 7 s after the commit, and two gaps are 2 s.
    assertThat(waits.burstOverGaps()).isEqualTo(Duration.ofSeconds(5));
  }

  private void every(int gap, int from, int to) {
    for (int second = from; second <= to; second += gap) {
      call(second, "activation", "device", "ok");
    }
  }

  private void call(int second, String call, String key, String outcome) {
    arrivals.add(
        new Arrival(seconds(second), Instant.EPOCH, "huawei", call, key, "app", 200, outcome));
  }

  private static long seconds(int count) {
    return TimeUnit.SECONDS.toNanos(count);
  }

  private Figures figures(
      int end, Map<String, Long> committed, int heldPermits, Set<String> heldKeys) {
    return Figures.of(
        new Observation(SCENARIO, arrivals, 0, seconds(end), committed, 0, heldPermits, heldKeys));
  }
}
