package dev.muster.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.support.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A device as the vendor sees it.
 *
 * @param device as it is now
 * @param count what the service did, as far as calls reached it
 * @param calls all that arrived for it, by time of arrival
 */
record Served(JsonNode device, AllocationCount count, List<Arrival> calls) {
  /** By how much the wall clock and the monotonic clock may drift apart during a run. */
  private static final Duration DRIFT = Duration.ofMillis(50);

  /** Every device that was asked for, by its key. */
  static Map<String, Served> all(Site site, Iterable<String> keys) {
    Map<String, List<Arrival>> calls =
        site.simulator().arrivals().stream().collect(Collectors.groupingBy(Arrival::key));
    Map<String, Served> all = new TreeMap<>();
    EnosSimulator enos = site.simulator().vendor(EnosSimulator.class);
    for (String key : keys) {
      all.computeIfAbsent(
          key,
          sn ->
              new Served(
                  enos.devices().get(sn).orElseThrow(),
                  enos.allocations(sn),
                  calls.getOrDefault(sn, List.of())));
    }
    return all;
  }

  boolean isOurs() {
    return isAllocated() && device.path("orgId").asText().equals(Site.ORG_ID);
  }

  private boolean isAllocated() {
    return device.path("allocateStatus").asText().equals("allocated");
  }

  List<Arrival> posts() {
    return calls.stream().filter(isPost()).toList();
  }

  static Predicate<Arrival> isPost() {
    return call -> call.call().equals(EnosSimulator.ALLOCATE);
  }

  /**
   * POSTs that arrived once the device was allocated: those that reached the service, and those
   * that were cut or refused before they did.
   */
  int postsAfterSuccess() {
    if (!isAllocated()) {
      return 0;
    }
    Instant success = Instant.ofEpochMilli(device.at("/status/allocatedTime").asLong()).plus(DRIFT);
    long later = posts().stream().filter(post -> post.at().isAfter(success)).count();
    return Math.max(count.afterEffective(), (int) later);
  }

  /** Calls that count as attempts: a gateway's "too many" does not. */
  long attempts() {
    return calls.stream().filter(call -> !call.outcome().equals("http-429")).count();
  }
}
