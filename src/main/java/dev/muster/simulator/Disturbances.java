package dev.muster.simulator;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The disturbances in force, oldest first. */
final class Disturbances {
  private final ConcurrentSkipListMap<Integer, Active> active = new ConcurrentSkipListMap<>();
  private final AtomicInteger lastId = new AtomicInteger();

  /** Puts one in force; returns the id by which it can be lifted. */
  int add(Disturbance disturbance) {
    int id = lastId.incrementAndGet();
    active.put(id, new Active(disturbance));
    return id;
  }

  boolean remove(int id) {
    return active.remove(id) != null;
  }

  void clear() {
    active.clear();
  }

  Map<Integer, Disturbance> all() {
    Map<Integer, Disturbance> all = new TreeMap<>();
    active.forEach((id, a) -> all.put(id, a.disturbance));
    return all;
  }

  /** Those that befall this call: any latency, and the oldest of the other kinds. */
  List<Disturbance> befalling(String vendor, CallIdentity identity) {
    if (active.isEmpty()) {
      return List.of();
    }
    Disturbance latency = null;
    Disturbance other = null;
    for (Map.Entry<Integer, Active> entry : active.entrySet()) {
      Disturbance d = entry.getValue().disturbance;
      boolean isLatency = d.kind() == Disturbance.Kind.LATENCY;
      boolean taken = isLatency ? latency != null : other != null;
      if (!taken && d.concerns(vendor, identity) && strikes(entry.getKey(), entry.getValue())) {
        latency = isLatency ? d : latency;
        other = isLatency ? other : d;
      }
    }
    return Stream.of(latency, other).filter(d -> d != null).toList();
  }

  private boolean strikes(int id, Active a) {
    Disturbance d = a.disturbance;
    if (d.chance() > 0 && ThreadLocalRandom.current().nextDouble() >= d.chance()) {
      return false;
    }
    int turn = a.matched.getAndIncrement();
    if (turn < d.skip()) {
      return false;
    }
    if (d.times() == 0) {
      return true;
    }
    int struck = turn - d.skip();
    if (struck >= d.times() - 1) {
      active.remove(id);
    }
    return struck < d.times();
  }

  private static final class Active {
    private final Disturbance disturbance;
    private final AtomicInteger matched = new AtomicInteger();

    Active(Disturbance disturbance) {
      this.disturbance = disturbance;
    }
  }
}
