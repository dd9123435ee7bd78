package dev.muster.work;

import dev.muster.fault.FaultCode;
import dev.muster.work.Outcome.Failed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes outcomes to the database: whatever has gathered while the last batch was written is the
 * next batch. While the database is away outcomes wait here; should the process die meanwhile,
 * their leases end and the tasks are done again.
 */
public final class Settler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Settler.class);

  /** Outcomes of one statement: further ones would save nothing more. */
  static final int BATCH = 500;

  /** Characters of one statement, about: the outcome that exceeds them is its last. */
  private static final int BATCH_CHARS = 1 << 20;

  /** Of an outcome's other columns, about. */
  private static final int CHARS_BESIDE = 300;

  /**
   * A page of a list takes the database some 30 ms, and nobody else is to wait for it. Two use two
   * of its processors.
   */
  private static final int PAGES_AT_ONCE = 2;

  /** Pulls that succeeded wait so long for others to share a transaction with. */
  private static final Duration GATHER = Duration.ofMillis(100);

  /** Outcomes that wait at most, about: memory for some kB each. */
  private static final int FULL = 4 * BATCH;

  /** Characters of the records that wait at most, about: 2 % of the heap in Latin letters. */
  private static final long FULL_CHARS = Runtime.getRuntime().maxMemory() / 50;

  /** Time for whatever caused it to pass, and no flood of lines. */
  private static final Duration AFTER_DEFECT = Duration.ofSeconds(1);

  /** For what waits when Muster stops; calls have had 4 s, and 1.5 s after their abort. */
  private static final Duration LAST_WRITE = Duration.ofSeconds(2);

  private static final Duration DATABASE_AWAY = Duration.ofSeconds(1);

  private final WorkTable table;
  private final DatabaseWatch watch;
  private final Consumer<List<Outcome>> settled;
  private final BlockingQueue<Outcome> waiting = new LinkedBlockingQueue<>();
  private final BlockingQueue<Outcome> pages = new LinkedBlockingQueue<>();
  private final AtomicLong waitingChars = new AtomicLong();
  private final LockedOutcomes locked = new LockedOutcomes(this::writeAndTell);
  private final AtomicInteger unwritten = new AtomicInteger();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closing;
  private volatile boolean stuck;

  /**
   * @param settled told of the outcomes that stand in the database now, batch by batch
   */
  public Settler(WorkTable table, DatabaseWatch watch, Consumer<List<Outcome>> settled) {
    this.table = table;
    this.watch = watch;
    this.settled = settled;
  }

  public void start() {
    threads.add(new Thread(() -> run(waiting, BATCH), "settler"));
    for (int n = 1; n <= PAGES_AT_ONCE; n++) {
      // A page shows devices that others may show too: two in one transaction could meet those of
      // another in a deadlock.
      threads.add(new Thread(() -> run(pages, 1), "page-settler-" + n));
    }
    threads.forEach(Thread::start);
    locked.start();
  }

  /** Takes an outcome to be written soon. */
  public void offer(Outcome outcome) {
    unwritten.incrementAndGet();
    if (locked.concern(outcome.task().account())) {
      locked.add(outcome);
      return;
    }
    waitingChars.addAndGet(outcome.shown().chars());
    (outcome.shown().page() == null ? waiting : pages).add(outcome);
  }

  /** Whether so many outcomes wait that this account should call nothing more meanwhile. */
  boolean isFull(String account) {
    return waiting.size() >= FULL || waitingChars.get() >= FULL_CHARS || locked.fill(account);
  }

  /** Outcomes that wait, or are being written. */
  int unwritten() {
    return unwritten.get();
  }

  /** Whether outcomes wait because the database can't be used. */
  boolean isStuck() {
    return stuck;
  }

  private void run(BlockingQueue<Outcome> queue, int most) {
    boolean failing = false;
    try {
      while (!closing || !queue.isEmpty()) {
        failing = goOn(nextBatch(queue, most), failing);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Error broken) {
      Broken.end("the settler", broken);
    }
  }

  /**
   * Nothing that one batch does may end the writing of all others.
   *
   * @param failing whether the last batch failed, and the log has said so
   * @return whether this one failed
   */
  private boolean goOn(List<Outcome> batch, boolean failing) throws InterruptedException {
    if (batch.isEmpty()) {
      return failing;
    }
    try {
      writeAndTell(batch);
      return false;
    } catch (RuntimeException defect) {
      if (!failing) {
        log.error("the settler goes on after an unexpected exception", defect);
      }
      TimeUnit.MILLISECONDS.sleep(AFTER_DEFECT.toMillis());
      return true;
    }
  }

  private List<Outcome> nextBatch(BlockingQueue<Outcome> queue, int most)
      throws InterruptedException {
    List<Outcome> batch = new ArrayList<>();
    Outcome next = queue.poll(100, TimeUnit.MILLISECONDS);
    long end = System.nanoTime() + GATHER.toNanos();
    int chars = 0;
    while (next != null) {
      batch.add(next);
      waitingChars.addAndGet(-next.shown().chars());
      chars += CHARS_BESIDE + next.shown().chars();
      // The transaction costs more than what most of its outcomes do; but somebody waits for what
      // is no pull.
      if (next.urgent() || closing) {
        end = System.nanoTime();
      }
      long left = Math.max(end - System.nanoTime(), 0);
      next =
          batch.size() < most && chars < BATCH_CHARS
              ? queue.poll(left, TimeUnit.NANOSECONDS)
              : null;
    }
    return batch;
  }

  private void writeAndTell(List<Outcome> batch) throws InterruptedException {
    List<Outcome> aside = settle(batch);
    List<Outcome> written =
        aside.isEmpty() ? batch : batch.stream().filter(o -> !aside.contains(o)).toList();
    unwritten.addAndGet(-written.size());
    settled.accept(written);
  }

  /**
   * Writes a batch, or what of it can be written, once the database can be used. A record that the
   * database refused will be refused again: tried on, it would hold up every account.
   *
   * @return what meets a lock of another session and was set aside
   */
  private List<Outcome> settle(List<Outcome> batch) throws InterruptedException {
    do {
      try {
        watch.use(
            Thread.currentThread(),
            () -> {
              table.settle(batch);
              return batch;
            });
        stuck = false;
        return List.of();
      } catch (RuntimeException e) {
        Trouble trouble = Trouble.of(e);
        stuck = trouble != null && trouble != Trouble.LOCKED;
        if (trouble == Trouble.LOCKED) {
          locked.add(batch);
          return batch;
        } else if (trouble == null) {
          return settleOneByOne(batch, e);
        }
      }
      TimeUnit.MILLISECONDS.sleep(DATABASE_AWAY.toMillis());
    } while (!closing);
    return batch;
  }

  /** A poisonous record fails alone. */
  private List<Outcome> settleOneByOne(List<Outcome> batch, RuntimeException cause)
      throws InterruptedException {
    if (batch.size() > 1) {
      List<Outcome> aside = new ArrayList<>();
      for (Outcome outcome : batch) {
        aside.addAll(settle(List.of(outcome)));
      }
      return aside;
    }
    Outcome poisonous = batch.get(0);
    if (poisonous instanceof Failed failed && FaultCode.UNSTORABLE.equals(failed.code())) {
      Task task = poisonous.task();
      task.during(
          () ->
              log.error("can't settle {} {}: {}", task.kind(), task.id(), Trouble.message(cause)));
      return List.of();
    }
    return settle(List.of(Outcome.unstorable(poisonous, Trouble.message(cause)))).isEmpty()
        ? List.of()
        : batch;
  }

  /** Writes what waits, if the database is there, and ends. */
  @Override
  public void close() throws InterruptedException {
    closing = true;
    long end = System.nanoTime() + LAST_WRITE.toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(Duration.ofNanos(end - System.nanoTime()).toMillis(), 1));
      thread.interrupt();
    }
    locked.close(Duration.ofNanos(end - System.nanoTime()));
  }
}
