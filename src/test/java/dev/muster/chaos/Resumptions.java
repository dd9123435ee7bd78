package dev.muster.chaos;

import dev.muster.simulator.Arrival;
import dev.muster.support.Site;
import dev.muster.support.Timetable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** How long it took until the rows that a killed process held were taken up by another. */
final class Resumptions {
  private static final String UNDER_WAY =
      "select key, fence from muster.work_request where fence is not null";

  private final Site site;
  private final Duration settled;
  private final Collection<Held> held = new ArrayList<>();

  /** A row that a process held when it was killed; times are {@link System#nanoTime()}. */
  private record Held(String key, long killed) {}

  /**
   * @param settled after this long every call of a survivor is settled, and no lease of the killed
   *     one has ended yet
   */
  Resumptions(Site site, Duration settled) {
    this.site = site;
    this.settled = settled;
  }

  /** To be called once a process is dead. */
  void killed(Timetable timetable) {
    long now = System.nanoTime();
    Map<Long, String> leases = leases();
    timetable.in(settled, () -> note(now, leases));
  }

  /** Leases that stand as they stood when the process died are its own. */
  private void note(long killed, Map<Long, String> leases) {
    Map<Long, String> present = leases();
    synchronized (held) {
      leases.forEach(
          (fence, key) -> {
            if (present.containsKey(fence)) {
              held.add(new Held(key, killed));
            }
          });
    }
  }

  private Map<Long, String> leases() {
    return site.rows(UNDER_WAY).stream()
        .collect(Collectors.toMap(row -> (Long) row.get("fence"), row -> (String) row.get("key")));
  }

  /** From each kill to the next call for each row that the process held, shortest first. */
  List<Duration> durations() {
    Map<String, List<Arrival>> arrivals =
        site.simulator().arrivals().stream().collect(Collectors.groupingBy(Arrival::key));
    synchronized (held) {
      return held.stream()
          .map(row -> resumed(row, arrivals.getOrDefault(row.key(), List.of())))
          .filter(Objects::nonNull)
          .sorted()
          .toList();
    }
  }

  private Duration resumed(Held row, List<Arrival> calls) {
    long from = row.killed() + settled.toNanos();
    return calls.stream()
        .filter(call -> call.nanos() - from > 0)
        .findFirst()
        .map(call -> Duration.ofNanos(call.nanos() - row.killed()))
        .orElse(null);
  }
}
