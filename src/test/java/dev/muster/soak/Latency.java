package dev.muster.soak;

import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Simulator;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long the vendor takes: uniformly between two bounds, and longer for the first calls of a
 * process that has just started.
 *
 * @param cold by how much those first calls are slower
 * @param onTheWay whether the request takes that long to arrive; else the reply does
 */
record Latency(Duration least, Duration most, Duration cold, boolean onTheWay) {
  /** How many calls are slower after a start. */
  static final int COLD_CALLS = 8;

  static Latency millis(int least, int most) {
    return new Latency(
        Duration.ofMillis(least), Duration.ofMillis(most), Duration.ofMillis(1200), false);
  }

  /** The same, but requests arrive late. */
  Latency arrivingLate() {
    return new Latency(least, most, cold, true);
  }

  /** How long the next request takes to arrive. */
  Duration way() {
    return onTheWay
        ? Duration.ofMillis(
            ThreadLocalRandom.current().nextLong(least.toMillis(), most.toMillis() + 1))
        : Duration.ZERO;
  }

  /** What token calls always take, so that it is known when each of them ends: the longest. */
  Duration tokenCall() {
    return most;
  }

  /** Slows the simulator's calls. */
  void apply(Simulator simulator, Platform platform) {
    // The oldest that concerns a call befalls it.
    for (String call : platform.tokenCalls()) {
      simulator.disturb(
          Disturbance.latency(tokenCall(), tokenCall()).vendor(platform.vendor()).call(call));
    }
    if (!onTheWay) {
      simulator.disturb(Disturbance.latency(least, most).vendor(platform.vendor()));
    }
  }

  /** The next calls are a fresh process's. */
  void coldStart(Simulator simulator, Platform platform) {
    simulator.disturb(
        Disturbance.lateReply(cold)
            .vendor(platform.vendor())
            .call(platform.call())
            .times(COLD_CALLS));
  }

  /** The mean over so many calls of which so many starts slowed the first. */
  Duration mean(long calls, int starts) {
    Duration mean = least.plus(most).dividedBy(2);
    return calls == 0
        ? mean
        : mean.plus(cold.multipliedBy((long) starts * COLD_CALLS).dividedBy(calls));
  }

  @Override
  public String toString() {
    return least.toMillis()
        + " to "
        + most.toMillis()
        + " ms"
        + (onTheWay ? ", before it arrives" : "");
  }
}
