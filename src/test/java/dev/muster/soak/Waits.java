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
    return new Waits(lone(seen, called), over(burst, gap), over(burst, held));
  }

  /** Without those that came while others of operations' rows were waiting: these are a queue. */
  private static List<Duration> lone(Observation seen, Map<String, Long> called) {
    List<Duration> waits = new ArrayList<>();
    long waitingUntil = Long.MIN_VALUE;
    for (Map.Entry<String, Long> row : inTheirOrder(seen, called)) {
      long at = row.getValue();
      long call = called.get(row.getKey());
      if (row.getKey().startsWith(Operator.LONE) && at > waitingUntil) {
        waits.add(Duration.ofNanos(call - at));
      }
      waitingUntil = Math.max(waitingUntil, call);
    }
    Collections.sort(waits);
    return waits;
  }

  private static List<Map.Entry<String, Long>> inTheirOrder(
      Observation seen, Map<String, Long> called) {
    return seen.committed().entrySet().stream()
        .filter(row -> called.containsKey(row.getKey()))
        .sorted(Map.Entry.comparingByValue())
        .toList();
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
