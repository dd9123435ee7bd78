package dev.muster.soak;

import dev.muster.simulator.Arrival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long operations' rows waited, from their commit to their call's arrival at the vendor.
 *
 * @param lone the waits of rows that came one at a time, shortest first
 * @param burstOverGaps the most by which the k-th call of the burst came later than k gaps; null
 *     without a burst
 * @param burstOverHeld the same over k times what a permit is held divided by the limit
 */
record Waits(List<Duration> lone, Duration burstOverGaps, Duration burstOverHeld) {

  /**
   * @param roundTrip the mean time a call takes
   */
  static Waits of(Observation seen, Duration roundTrip) {
    Map<String, Long> called = new HashMap<>();
    for (Arrival arrival : seen.arrivals()) {
      called.putIfAbsent(arrival.key(), arrival.nanos());
    }
    // A row that a killed process took along says when its lease ended, and nothing of the queue.
    called.keySet().removeAll(seen.heldKeys());
    TreeMap<Long, Long> burst = new TreeMap<>();
    seen.committed()
        .forEach(
            (key, at) -> {
              if (key.startsWith(Operator.BURST) && called.containsKey(key)) {
                burst.put(called.get(key), at);
              }
            });
    Duration gap = seen.scenario().gap();
    Duration held = gap.plus(roundTrip.dividedBy(seen.scenario().limit().requests()));
    return new Waits(lone(seen, called, burst), over(burst, gap), over(burst, held));
  }

  /** Without those that came while the burst was being worked off. */
  private static List<Duration> lone(
      Observation seen, Map<String, Long> called, TreeMap<Long, Long> burst) {
    List<Duration> waits = new ArrayList<>();
    seen.committed()
        .forEach(
            (key, at) -> {
              boolean amid =
                  !burst.isEmpty()
                      && at - burst.firstEntry().getValue() >= 0
                      && at - burst.lastKey() <= 0;
              if (key.startsWith(Operator.LONE) && called.containsKey(key) && !amid) {
                waits.add(Duration.ofNanos(called.get(key) - at));
              }
            });
    Collections.sort(waits);
    return waits;
  }

  private static Duration over(TreeMap<Long, Long> burst, Duration each) {
    Duration most = null;
    int k = 0;
    for (Map.Entry<Long, Long> call : burst.entrySet()) {
      Duration wait = Duration.ofNanos(call.getKey() - call.getValue());
      Duration over = wait.minus(each.multipliedBy(++k));
      most = most == null || over.compareTo(most) > 0 ? over : most;
    }
    return most;
  }

  /** The wait that this share of the lone rows did not exceed; null if there was none. */
  Duration lone(double share) {
    return lone.isEmpty()
        ? null
        : lone.get((int) Math.min(lone.size() - 1, Math.ceil(share * lone.size()) - 1));
  }
}
