package dev.muster.soak;

import dev.muster.simulator.Limit;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run is made of.
 *
 * @param clocks by how much each replica's clock is fast, one after the other; zero beyond the list
 * @param killEvery how often one of the replicas is killed and started again; null for never
 * @param duration from the first replica being ready
 */
record Scenario(
    Platform platform,
    Limit limit,
    Latency latency,
    int replicas,
    List<Duration> clocks,
    Duration killEvery,
    Duration duration) {
  /** How many rows operations insert at once in the middle of a run. */
  static final int BURST = 200;

  /** The longest that one call may take. Longer than any latency. */
  static final Duration CALL_DEADLINE = Duration.ofSeconds(5);

  /** A process that is killed later would not be back before the end. */
  private static final Duration LAST_KILL = Duration.ofSeconds(15);

  private static final List<Duration> WRONG =
      List.of(Duration.ofMinutes(7), Duration.ofMinutes(-4), Duration.ofMinutes(1));

  /** One replica whose clock is right. */
  static Scenario of(Platform platform, int calls, Duration window, Latency latency) {
    return new Scenario(
        platform,
        new Limit(calls, window.toMillis()),
        latency,
        1,
        List.of(),
        null,
        Duration.ofMinutes(1));
  }

  Scenario replicas(int count) {
    return new Scenario(platform, limit, latency, count, clocks, killEvery, duration);
  }

  /** Clocks that are minutes off, each by another time. */
  Scenario wrongClocks() {
    return new Scenario(platform, limit, latency, replicas, WRONG, killEvery, duration);
  }

  Scenario killEvery(Duration interval) {
    return new Scenario(platform, limit, latency, replicas, clocks, interval, duration);
  }

  Scenario lasting(Duration time) {
    return new Scenario(platform, limit, latency, replicas, clocks, killEvery, time);
  }

  Duration window() {
    return Duration.ofMillis(limit.windowMillis());
  }

  /** The limit's calls spread evenly over its window are this far apart. */
  Duration gap() {
    return window().dividedBy(limit.requests());
  }

  Duration clock(int replica) {
    return replica < clocks.size() ? clocks.get(replica) : Duration.ZERO;
  }

  /** Moments of the run at which a process is killed. */
  List<Duration> kills() {
    if (killEvery == null) {
      return List.of();
    }
    return Stream.iterate(killEvery, at -> at.plus(killEvery))
        .takeWhile(at -> at.compareTo(duration.minus(LAST_KILL)) <= 0)
        .toList();
  }
}
