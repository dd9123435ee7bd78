package dev.muster.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * A vendor's rows of one resource, by key. Kept as JSON text: a hundred thousand devices fit, and a
 * read copies bytes. Safe for use by many threads; a change is atomic for its key.
 */
public final class Inventory {
  private record Held(byte[] json, byte[] before, long changedNanos) {}

  private final ConcurrentHashMap<String, Held> held = new ConcurrentHashMap<>();

  /** Adds an entry or replaces the one of this key. */
  public void put(String key, ObjectNode value) {
    byte[] json = Json.bytes(value);
    held.put(key, new Held(json, json, System.nanoTime()));
  }

  /** Takes an entry out; whether there was one. */
  public boolean remove(String key) {
    return held.remove(key) != null;
  }

  /** Removes everything. */
  public void clear() {
    held.clear();
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
          return new Held(Json.bytes(kept.get()), present.json, System.nanoTime());
        });
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
