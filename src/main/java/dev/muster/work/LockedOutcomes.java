package dev.muster.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Outcomes whose rows another session keeps locked, and all further ones of their accounts. A
 * thread of its own writes them as soon as it can, so that nobody else waits for that session. Each
 * try waits for a lock at most as long as muster.settle does.
 */
final class LockedOutcomes {
  private static final Logger log = LoggerFactory.getLogger("muster");

  /** Of one account: with so many aside it claims nothing more. Twice its calls at once. */
  private static final int MOST = 64;

  /** Milliseconds between two looks for something to write. */
  private static final int LOOK = 100;

  private final Writing writing;
  private final Thread thread = new Thread(this::run, "locked-outcomes");

  /** Of an account, both below together. */
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  private final BlockingQueue<Outcome> fresh = new LinkedBlockingQueue<>();

  /** Batches that met a lock, in parts. */
  private final Queue<List<Outcome>> locked = new ConcurrentLinkedQueue<>();

  private volatile boolean closing;
  private boolean lockedNext;

  /** Writes a batch, or hands it over again if it meets a lock. */
  interface Writing {
    void write(List<Outcome> batch) throws InterruptedException;
  }

  LockedOutcomes(Writing writing) {
    this.writing = writing;
  }

  void start() {
    thread.start();
  }

  /** Whether outcomes of this account wait here: its others must not overtake the look for them. */
  boolean concern(String account) {
    return counts.containsKey(account);
  }

  /** Whether so many of this account wait that it should make no more calls. */
  boolean fill(String account) {
    return counts.getOrDefault(account, 0) >= MOST;
  }

  void add(Outcome outcome) {
    counts.merge(outcome.task().account(), 1, Integer::sum);
    if (outcome.shown().page() == null) {
      fresh.add(outcome);
    } else {
      // In a transaction of its own, as the settler writes it.
      locked.add(List.of(outcome));
    }
  }

  /** A batch that met a lock, the first time or again: what of it is free is found by halves. */
  void add(List<Outcome> batch) {
    Collection<List<Outcome>> accounts =
        batch.stream().collect(Collectors.groupingBy(o -> o.task().account())).values();
    for (List<Outcome> some : accounts) {
      counts.merge(some.get(0).task().account(), some.size(), Integer::sum);
      int half = accounts.size() > 1 ? some.size() : (some.size() + 1) / 2;
      locked.add(List.copyOf(some.subList(0, half)));
      if (half < some.size()) {
        locked.add(List.copyOf(some.subList(half, some.size())));
      }
    }
  }

  private void run() {
    try {
      while (!closing || !counts.isEmpty()) {
        goOn();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Error broken) {
      Broken.end("the writing of locked outcomes", broken);
    }
  }

  private void goOn() throws InterruptedException {
    List<Outcome> batch = new ArrayList<>();
    Outcome first = null;
    // In turns, or a stream of fresh ones would leave the others waiting.
    if (!lockedNext || locked.isEmpty()) {
      first = fresh.poll(locked.isEmpty() ? LOOK : 0, TimeUnit.MILLISECONDS);
    }
    lockedNext = first != null;
    if (first != null) {
      batch.add(first);
      fresh.drainTo(batch, Settler.BATCH - 1);
    } else if (!locked.isEmpty()) {
      batch.addAll(locked.remove());
    }
    if (batch.isEmpty()) {
      return;
    }
    try {
      writing.write(batch);
    } catch (RuntimeException defect) {
      log.error("the writing of locked outcomes goes on after an unexpected exception", defect);
    } finally {
      // Behind it: what met a lock again is counted twice for a moment, and never not at all.
      batch.forEach(
          o -> counts.computeIfPresent(o.task().account(), (a, n) -> n == 1 ? null : n - 1));
    }
  }

  /** Writes what it can in so much time, and ends. */
  void close(Duration left) throws InterruptedException {
    closing = true;
    thread.join(Math.max(left.toMillis(), 1));
    thread.interrupt();
  }
}
