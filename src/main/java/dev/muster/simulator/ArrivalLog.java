package dev.muster.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The arrivals of all calls. Beyond its capacity it forgets the oldest. */
final class ArrivalLog {
  private final long startNanos = System.nanoTime();
  private final Instant startedAt = Instant.now();
  private final int capacity;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Map<CallIdentity, CallIdentity> identities = new ConcurrentHashMap<>();
  private long count;

  ArrivalLog(int capacity) {
    this.capacity = capacity;
  }

  /** Notes a call at its arrival; how it ended is added to the entry later. */
  Entry arrived(long nanos, String vendor, CallIdentity identity) {
    Entry entry = new Entry(nanos, vendor, shared(identity));
    synchronized (this) {
      if (entries.size() == capacity) {
        entries.removeFirst();
      }
      entries.addLast(entry);
      count++;
    }
    return entry;
  }

  /** All calls still remembered that pass the filter, by time of arrival. */
  List<Arrival> matching(Predicate<Arrival> filter) {
    return remembered().filter(filter).sorted(Comparator.comparingLong(Arrival::nanos)).toList();
  }

  WorstWindow worst(Duration window, Predicate<Arrival> filter) {
    long[] times = remembered().filter(filter).mapToLong(Arrival::nanos).sorted().toArray();
    long length = window.toNanos();
    int most = 0;
    int mostFrom = 0;
    for (int from = 0, to = 0; to < times.length; to++) {
      // Half open: two calls exactly one window apart do not share a window.
      while (times[to] - times[from] >= length) {
        from++;
      }
      if (to - from + 1 > most) {
        most = to - from + 1;
        mostFrom = from;
      }
    }
    return new WorstWindow(most, most == 0 ? null : at(times[mostFrom]), times.length, forgotten());
  }

  synchronized long total() {
    return count;
  }

  synchronized void clear() {
    entries.clear();
    identities.clear();
    count = 0;
  }

  private synchronized long forgotten() {
    return count - entries.size();
  }

  private Stream<Arrival> remembered() {
    Entry[] snapshot;
    synchronized (this) {
      snapshot = entries.toArray(Entry[]::new);
    }
    return Arrays.stream(snapshot).map(this::arrival);
  }

  private Arrival arrival(Entry e) {
    CallIdentity i = e.identity;
    return new Arrival(
        e.nanos, at(e.nanos), e.vendor, i.call(), i.key(), i.account(), e.status, e.outcome);
  }

  private Instant at(long nanos) {
    return startedAt.plusNanos(nanos - startNanos);
  }

  /** The same object for the same identity, so that millions of entries share a few. */
  private CallIdentity shared(CallIdentity identity) {
    if (identities.size() > capacity) {
      identities.clear();
    }
    return identities.computeIfAbsent(identity, i -> i);
  }

  /** A call in the log. */
  static final class Entry {
    private final long nanos;
    private final String vendor;
    private final CallIdentity identity;
    private volatile int status;
    private volatile String outcome = "";

    private Entry(long nanos, String vendor, CallIdentity identity) {
      this.nanos = nanos;
      this.vendor = vendor;
      this.identity = identity;
    }

    void ended(int status, String outcome) {
      this.status = status;
      this.outcome = outcome;
    }
  }
}
