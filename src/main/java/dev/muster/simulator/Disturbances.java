package dev.muster.simulator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The disturbances in force, oldest first. */
final class Disturbances {
  /** Each call looks at all of them. */
  private static final int MOST = 10_000;

  private record Active(Disturbance disturbance, AtomicInteger matched) {}

  private final ConcurrentSkipListMap<Integer, Active> active = new ConcurrentSkipListMap<>();
  private final AtomicInteger lastId = new AtomicInteger();

  /** Puts one in force; returns the id by which it can be lifted. */
  int add(Disturbance disturbance) {
    if (active.size() >= MOST) {
      throw new IllegalArgumentException(MOST + " disturbances are in force: lift some first");
    }
    int id = lastId.incrementAndGet();
    active.put(id, new Active(disturbance, new AtomicInteger()));
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

  /** Those that befall this call: the oldest latency, and the oldest of the other kinds. */
  List<Disturbance> befalling(String vendor, CallIdentity identity) {
    Map<Boolean, Disturbance> byLatency = new HashMap<>();
    active.forEach(
        (id, a) -> {
          boolean latency = a.disturbance.kind() == Disturbance.Kind.LATENCY;
          if (!byLatency.containsKey(latency)
              && a.disturbance.concerns(vendor, identity)
              && strikes(id, a)) {
            byLatency.put(latency, a.disturbance);
          }
        });
    return List.copyOf(byLatency.values());
  }

  private boolean strikes(int id, Active a) {
    Disturbance d = a.disturbance;
    if (d.chance() > 0 && ThreadLocalRandom.current().nextDouble() >= d.chance()) {
      return false;
    }
    int struck = a.matched.getAndIncrement() - d.skip();
    if (struck < 0 || d.times() == 0) {
      return struck >= 0;
    }
    if (struck >= d.times() - 1) {
      active.remove(id);
    }
    return struck < d.times();
  }
}
