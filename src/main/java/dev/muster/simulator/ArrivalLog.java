package dev.muster.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The arrivals of all calls, oldest forgotten first once the capacity is reached. */
final class ArrivalLog {
  /** Entries are allocated in pieces of this many, so that an idle simulator costs nothing. */
  private static final int PIECE = 1 << 14;

  private final long startNanos = System.nanoTime();
  private final Instant startedAt = Instant.now();
  private final int capacity;
  private final Entry[][] pieces;
  private final Map<String, String> names = new ConcurrentHashMap<>();
  private long count;

  ArrivalLog(int capacity) {
    this.pieces = new Entry[Math.max(1, (capacity + PIECE - 1) / PIECE)][];
    this.capacity = pieces.length * PIECE;
  }

  /** Notes a call at its arrival; how it ended is added to the entry later. */
  Entry arrived(long nanos, String vendor, CallIdentity identity) {
    Entry entry =
        new Entry(
            nanos, vendor, name(identity.call()), name(identity.key()), name(identity.account()));
    synchronized (this) {
      int place = (int) (count++ % capacity);
      Entry[] piece = pieces[place / PIECE];
      if (piece == null) {
        piece = pieces[place / PIECE] = new Entry[PIECE];
      }
      piece[place % PIECE] = entry;
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
    Arrays.fill(pieces, null);
    names.clear();
    count = 0;
  }

  private synchronized long forgotten() {
    return Math.max(0, count - capacity);
  }

  private Stream<Arrival> remembered() {
    Entry[] entries = snapshot();
    return Arrays.stream(entries).map(this::arrival);
  }

  private synchronized Entry[] snapshot() {
    return LongStream.range(Math.max(0, count - capacity), count)
        .mapToObj(i -> pieces[(int) (i % capacity) / PIECE][(int) (i % capacity) % PIECE])
        .toArray(Entry[]::new);
  }

  private Arrival arrival(Entry e) {
    return new Arrival(
        e.nanos, at(e.nanos), e.vendor, e.call, e.key, e.account, e.status, e.outcome);
  }

  private Instant at(long nanos) {
    return startedAt.plusNanos(nanos - startNanos);
  }

  /** The same text for the same name, so that millions of entries share their few names. */
  private String name(String text) {
    if (names.size() > capacity) {
      names.clear();
    }
    return names.computeIfAbsent(text, t -> t);
  }

  /** A call in the log. */
  static final class Entry {
    private final long nanos;
    private final String vendor;
    private final String call;
    private final String key;
    private final String account;
    private volatile int status;
    private volatile String outcome = "";

    private Entry(long nanos, String vendor, String call, String key, String account) {
      this.nanos = nanos;
      this.vendor = vendor;
      this.call = call;
      this.key = key;
      this.account = account;
    }

    void ended(int status, String outcome) {
      this.status = status;
      this.outcome = outcome;
    }
  }
}
