package dev.muster.soak;

import dev.muster.simulator.Arrival;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was seen of a run. Times are {@link System#nanoTime()} of this process.
 *
 * @param arrivals all calls under the limit, by time of arrival
 * @param start when there was work for every permit
 * @param end when the replicas had made calls for the run's duration
 * @param committed when each of operations' rows was committed, by its key
 * @param kills how many processes were killed
 * @param heldPermits permits of calls that a process took along when it was killed
 * @param heldKeys operations' rows that a process took along
 */
record Observation(
    Scenario scenario,
    List<Arrival> arrivals,
    long start,
    long end,
    Map<String, Long> committed,
    int kills,
    int heldPermits,
    Set<String> heldKeys) {}
