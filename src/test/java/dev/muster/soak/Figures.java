package dev.muster.soak;

import dev.muster.simulator.Arrival;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is judged of a run.
 *
 * @param refused calls that the vendor refused because of its limit
 * @param used calls that were not refused, as a share of the limit, from one window after there was
 *     work for every permit to the end
 * @param possible the share that is possible where a permit is held until its reply, and one that a
 *     killed process took along until the call's deadline, plus one window
 * @param uncalled operations' rows that were not carried out exactly once; a row whose process was
 *     killed may have been twice
 * @param tokenCalls logins and refreshes
 * @param tokenCallsAtOnce those that began while the one before was under way
 */
record Figures(
    Scenario scenario,
    int kills,
    int calls,
    Windows windows,
    int refused,
    double used,
    double possible,
    Waits waits,
    List<String> uncalled,
    int tokenCalls,
    int tokenCallsAtOnce) {
  private static final String THROTTLED = "throttled";

  static Figures of(Observation seen) {
    Scenario scenario = seen.scenario();
    List<Arrival> arrivals = seen.arrivals();
    Duration roundTrip =
        scenario.latency().mean(arrivals.size(), scenario.replicas() + seen.kills());
    long[] nanos = arrivals.stream().mapToLong(Arrival::nanos).toArray();
    List<Arrival> tokenCalls = arrivals.stream().filter(scenario.platform()::isTokenCall).toList();
    return new Figures(
        scenario,
        seen.kills(),
        arrivals.size(),
        Windows.of(nanos, scenario.limit().requests(), scenario.window().toNanos()),
        (int) arrivals.stream().filter(Figures::refused).count(),
        used(seen),
        possible(seen, roundTrip),
        Waits.of(seen, roundTrip),
        uncalled(seen),
        tokenCalls.size(),
        atOnce(tokenCalls, scenario.latency().tokenCall()));
  }

  private static boolean refused(Arrival arrival) {
    return arrival.outcome().equals(THROTTLED);
  }

  private static long steadyFrom(Observation seen) {
    return seen.start() + seen.scenario().window().toNanos();
  }

  /** How many calls the limit allows in the steady part of the run. */
  private static double allowed(Observation seen) {
    double windows = (double) (seen.end() - steadyFrom(seen)) / seen.scenario().window().toNanos();
    return windows * seen.scenario().limit().requests();
  }

  private static double used(Observation seen) {
    long from = steadyFrom(seen);
    long calls =
        seen.arrivals().stream()
            .filter(a -> a.nanos() - from > 0 && a.nanos() - seen.end() <= 0 && !refused(a))
            .count();
    return calls / allowed(seen);
  }

  private static double possible(Observation seen, Duration roundTrip) {
    Duration window = seen.scenario().window();
    double held = seconds(window.plus(roundTrip));
    double heldLong = seconds(window.plus(Scenario.CALL_DEADLINE));
    double permitSeconds = allowed(seen) * seconds(window);
    double calls = seen.heldPermits() + (permitSeconds - seen.heldPermits() * heldLong) / held;
    return Math.min(1, calls / allowed(seen));
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private static List<String> uncalled(Observation seen) {
    Map<String, Long> carriedOut =
        seen.arrivals().stream()
            .filter(a -> a.outcome().equals("ok"))
            .collect(Collectors.groupingBy(Arrival::key, Collectors.counting()));
    return new TreeSet<>(seen.committed().keySet())
        .stream()
            .filter(
                key -> {
                  long times = carriedOut.getOrDefault(key, 0L);
                  return seen.heldKeys().contains(key) ? times < 1 : times != 1;
                })
            .toList();
  }

  private static int atOnce(List<Arrival> tokenCalls, Duration each) {
    int count = 0;
    for (int n = 1; n < tokenCalls.size(); n++) {
      long apart = tokenCalls.get(n).nanos() - tokenCalls.get(n - 1).nanos();
      count += apart < each.toNanos() ? 1 : 0;
    }
    return count;
  }
}
