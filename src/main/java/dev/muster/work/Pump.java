package dev.muster.work;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * One account's loop: claim what can be sent now, have it called, hand the outcomes on, and wait
 * until something may be claimed again. Nothing is claimed that no worker is free for.
 */
public final class Pump {
  private static final Logger log = LoggerFactory.getLogger(Pump.class);

  /**
   * Between two looks if nothing wakes it: no row starts later than this, even if the listener is
   * deaf.
   */
  private static final Duration SLOW_POLL = Duration.ofSeconds(1);

  /**
   * After a wake-up the claim is repeated after this long: of several transactions that insert at
   * once only one rings, and the others may commit a little later.
   */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(60);

  private final String account;
  private final WorkTable table;
  private final Caller caller;
  private final Settler settler;
  private final int workers;
  private final ExecutorService pool;
  private final Thread thread;
  private final AtomicInteger busy = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private boolean wake = true;
  private boolean ring;
  private boolean away;
  private volatile boolean stopping;

  public Pump(String account, WorkTable table, Caller caller, Settler settler, int workers) {
    this.account = account;
    this.table = table;
    this.caller = caller;
    this.settler = settler;
    this.workers = workers;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        Executors.newFixedThreadPool(
            workers, task -> new Thread(task, account + "-" + number.incrementAndGet()));
    this.thread = new Thread(this::run, account + "-pump");
  }

  public void start() {
    thread.start();
  }

  /** Something may be claimable. */
  public void wake() {
    signal(false);
  }

  /** Rows were inserted. */
  public void ring() {
    signal(true);
  }

  private void signal(boolean rung) {
    lock.lock();
    try {
      wake = true;
      ring |= rung;
      woken.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Duration wait = Duration.ZERO;
    try {
      while (!stopping) {
        boolean lookAgain = await(wait);
        int free = workers - busy.get();
        wait = free > 0 && !stopping ? turn(free) : SLOW_POLL;
        if (lookAgain && wait.compareTo(LOOK_AGAIN) > 0) {
          wait = LOOK_AGAIN;
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits, and says whether rows were inserted meanwhile. */
  private boolean await(Duration wait) throws InterruptedException {
    lock.lock();
    try {
      long left = wait.toNanos();
      while (!wake && left > 0) {
        left = woken.awaitNanos(left);
      }
      boolean rung = ring;
      wake = false;
      ring = false;
      return rung;
    } finally {
      lock.unlock();
    }
  }

  /** Claims and dispatches once; how long to wait before the next claim. */
  private Duration turn(int free) throws InterruptedException {
    Claim claim;
    try {
      claim = table.claim(account, free);
    } catch (DataAccessException | TransactionException e) {
      if (!away) {
        log.warn(
            "{}: can't claim work, will go on by itself: {}",
            account,
            String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        away = true;
      }
      return SLOW_POLL;
    }
    if (away) {
      log.info("{}: claims work again", account);
      away = false;
    }
    claim.tasks().forEach(this::dispatch);
    if (claim.tasks().size() >= free) {
      return SLOW_POLL; // a worker that comes free wakes the loop
    }
    return claim.nextIn() == null || claim.nextIn().compareTo(SLOW_POLL) > 0
        ? SLOW_POLL
        : atLeastAMilli(claim.nextIn());
  }

  /** A moment that has passed already must not make the loop spin. */
  private static Duration atLeastAMilli(Duration wait) {
    Duration milli = Duration.ofMillis(1);
    return wait.compareTo(milli) < 0 ? milli : wait;
  }

  private void dispatch(Task task) {
    busy.incrementAndGet();
    pool.execute(
        () -> {
          try {
            settler.offer(caller.call(task));
          } catch (RuntimeException defect) {
            // The lease ends by itself, and the task is claimed again.
            log.error("{}: {} {} was given up", account, task.operation(), task.key(), defect);
          } finally {
            busy.decrementAndGet();
            wake();
          }
        });
  }

  /** Claims nothing more; calls under way go on. */
  public void stop() {
    stopping = true;
    wake();
  }

  /**
   * Waits for the calls under way.
   *
   * @return false if some were still under way; their leases end by themselves
   */
  public boolean awaitIdle(Duration atMost) throws InterruptedException {
    pool.shutdown();
    boolean idle = pool.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS);
    pool.shutdownNow();
    return idle;
  }
}
