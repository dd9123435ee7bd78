package dev.muster.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A vendor's rows of one resource, by key. Kept as JSON text: a hundred thousand devices fit, and a
 * read copies bytes. Safe for use by many threads; a change is atomic for its key.
 */
public final class Inventory {
  private record Held(
      byte[] json, byte[] before, long changedNanos, long number, long createdMillis) {}

  /**
   * An entry in the order in which entries were added.
   *
   * @param createdMillis epoch milliseconds of when it was added
   */
  public record Entry(String key, byte[] json, long createdMillis) {}

  private final ConcurrentHashMap<String, Held> held = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Long, String> order = new ConcurrentSkipListMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong version = new AtomicLong();

  /** Adds an entry or replaces the one of this key. */
  public void put(String key, ObjectNode value) {
    byte[] json = Json.bytes(value);
    held.compute(
        key,
        (k, old) -> {
          long number = old == null ? numbers.incrementAndGet() : old.number;
          long created = old == null ? System.currentTimeMillis() : old.createdMillis;
          order.put(number, key);
          return new Held(json, json, System.nanoTime(), number, created);
        });
    version.incrementAndGet();
  }

  /** Grows with each change of it. */
  public long version() {
    return version.get();
  }

  /** Takes an entry out; whether there was one. */
  public boolean remove(String key) {
    Held gone = held.remove(key);
    if (gone != null) {
      order.remove(gone.number);
    }
    version.incrementAndGet();
    return gone != null;
  }

  /** Removes everything. */
  public void clear() {
    held.clear();
    order.clear();
    version.incrementAndGet();
  }

  /** All entries, the oldest first. */
  public Stream<Entry> inOrder() {
    return order.values().stream()
        .map(
            key -> {
              Held h = held.get(key);
              return h == null ? null : new Entry(key, h.json, h.createdMillis);
            })
        .filter(Objects::nonNull);
  }

  /** A copy of the entry, if there is one. */
  public Optional<ObjectNode> get(String key) {
    return Optional.ofNullable(held.get(key)).map(h -> Json.require(h.json));
  }

  /**
   * Changes the entry of this key; nobody else changes it meanwhile.
   *
   * @param change is given a copy to alter and returns what is to be kept
   * @return the entry as kept, empty when the key is not held
   */
  public Optional<ObjectNode> change(String key, UnaryOperator<ObjectNode> change) {
    AtomicReference<ObjectNode> kept = new AtomicReference<>();
    held.computeIfPresent(
        key,
        (k, present) -> {
          kept.set(change.apply(Json.require(present.json)));
          return new Held(
              Json.bytes(kept.get()),
              present.json,
              System.nanoTime(),
              present.number,
              present.createdMillis);
        });
    version.incrementAndGet();
    return Optional.ofNullable(kept.get());
  }

  /** The keys, sorted. */
  public SortedSet<String> keys() {
    return new TreeSet<>(held.keySet());
  }

  /** How many entries there are. */
  public int size() {
    return held.size();
  }

  /** The entry's text, as it stood before its last change if that is younger than this. */
  public Optional<byte[]> text(String key, long staleMillis) {
    Held h = held.get(key);
    if (h == null) {
      return Optional.empty();
    }
    boolean stale =
        staleMillis > 0
            && System.nanoTime() - h.changedNanos < TimeUnit.MILLISECONDS.toNanos(staleMillis);
    return Optional.of(stale ? h.before : h.json);
  }
}
