package dev.muster.work;

import dev.muster.work.Outcome.Verdict;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One account's loop: claim what can be sent now, have it called, hand the outcomes on, and wait
 * until something may be claimed again. Nothing is claimed that no worker is free for.
 */
public final class Pump {
  private static final Logger log = LoggerFactory.getLogger(Pump.class);

  /** A net under the ticks of the account's route, which wake it far more often. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** Between two attempts after a claim failed. */
  private static final Duration CLAIM_AGAIN = Duration.ofSeconds(1);

  /** After these the account makes no calls for a while: what was claimed ahead must not leave. */
  private static final Set<Verdict> ENDS_THE_RUSH =
      EnumSet.of(Verdict.HALT, Verdict.SNOOZE, Verdict.REAUTHORISE);

  /**
   * After a wake-up the claim is repeated after this long: of several transactions that insert at
   * once only one rings, and the others may commit a little later.
   */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(60);

  /** A moment that has passed already must not make the loop spin. */
  private static final Duration ONE_MILLI = Duration.ofMillis(1);

  /**
   * Without a quota nothing is to be paced: what becomes due within so long is claimed together.
   */
  private static final Duration GATHER = Duration.ofMillis(50);

  private final String account;
  private final WorkTable table;
  private final DatabaseWatch watch;
  private final Caller caller;
  private final Settler settler;
  private final Workers workers;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private boolean wake = true;
  private boolean ring;
  private boolean failing;

  /** What the last claim said. */
  private volatile boolean unlimited;

  /** The last claim brought all that was asked for: there may be more. */
  private volatile boolean hungry = true;

  /** Rows were inserted, and no claim since was both late enough and empty. */
  private boolean lookAgain;

  private long lookAgainAt;
  private volatile boolean stopping;

  public Pump(
      String account,
      WorkTable table,
      DatabaseWatch watch,
      Caller caller,
      Settler settler,
      int workers) {
    this.account = account;
    this.table = table;
    this.watch = watch;
    this.caller = caller;
    this.settler = settler;
    this.workers = new Workers(account, workers, this::work, this::workerIsFree);
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
        if (await(wait)) {
          lookAgainAt = System.nanoTime() + LOOK_AGAIN.toNanos();
          lookAgain = true;
        }
        if (room() <= 0) {
          // A worker that comes free wakes the loop, from this moment on.
          hungry = true;
        }
        int max = room();
        if (max <= 0) {
          wait = LONGEST_WAIT;
        } else if (!stopping) {
          wait = turn(max);
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Error broken) {
      Broken.end(account + ": the pump", broken);
    }
  }

  /**
   * Tasks that may be outstanding. With a quota a permit is bound from the claim on, so that
   * nothing may wait for a thread.
   */
  private int capacity() {
    return unlimited ? workers.threads() + workers.ahead() : workers.threads();
  }

  /** Tasks that may be claimed; requests overtake the pulls that wait for a thread. */
  private int room() {
    return capacity() - (unlimited ? workers.requests() : workers.outstanding());
  }

  /** Few claims of many tasks each are cheaper than many of few. */
  private void workerIsFree() {
    int enough = unlimited ? capacity() / 2 : workers.threads() - 1;
    if (hungry && workers.outstanding() <= enough) {
      wake();
    }
  }

  /**
   * Outcomes were written.
   *
   * @param pullsAlone they are nothing but pulls that succeeded: without a quota they make nothing
   *     claimable
   */
  public void settled(boolean pullsAlone) {
    if (!unlimited || !pullsAlone) {
      wake();
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
  private Duration turn(int max) {
    // What can't be written down would be claimed and called again once its lease ends.
    if (settler.isStuck() || settler.isFull()) {
      return CLAIM_AGAIN;
    }
    int pulls = Math.max(capacity() - workers.outstanding(), 0);
    int atOnce = Math.max(workers.threads() - workers.outstanding(), 0);
    long now = System.nanoTime();
    Claim claim;
    try {
      claim = watch.use(this, () -> table.claim(account, max, pulls, atOnce));
    } catch (RuntimeException e) {
      complain(e);
      return CLAIM_AGAIN;
    }
    if (failing) {
      log.info("{}: claims work again", account);
      failing = false;
    }
    if (claim.notice() != null) {
      log.warn(claim.notice());
    }
    if (unlimited && !claim.unlimited()) {
      // It was paused or halted, or has a quota now: what waits for a thread was claimed before.
      giveBack();
    }
    unlimited = claim.unlimited();
    hungry = claim.tasks().size() >= Math.min(pulls, max);
    claim.tasks().forEach(this::dispatch);
    if (lookAgain && now - lookAgainAt >= 0) {
      lookAgain = !claim.tasks().isEmpty();
      lookAgainAt = System.nanoTime() + LOOK_AGAIN.toNanos();
    }
    return wait(claim);
  }

  private void complain(RuntimeException e) {
    if (!failing && Trouble.of(e) == null) {
      failing = true;
      log.error("{}: can't claim work, will go on by itself", account, e);
    }
  }

  private Duration wait(Claim claim) {
    boolean busy = hungry && !unlimited;
    Duration wait = busy || claim.nextIn() == null ? LONGEST_WAIT : claim.nextIn();
    if (lookAgain) {
      wait = shorter(wait, Duration.ofNanos(lookAgainAt - System.nanoTime()));
    }
    Duration least = unlimited && !lookAgain ? GATHER : ONE_MILLI;
    return shorter(LONGEST_WAIT, wait.compareTo(least) < 0 ? least : wait);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void dispatch(Task task) {
    try {
      workers.execute(task);
    } catch (RejectedExecutionException stopped) {
      settler.offer(Outcome.released(task, Duration.ZERO));
    }
  }

  /** Whether a call was made. */
  private boolean work(Task task) {
    if (stopping || hasWaitedLong(task)) {
      settler.offer(Outcome.released(task, Duration.ZERO));
      return false;
    }
    try {
      Outcome outcome = caller.call(task);
      settler.offer(outcome);
      if (ENDS_THE_RUSH.contains(outcome.verdict())) {
        giveBack();
      }
    } catch (RuntimeException defect) {
      // The lease ends by itself, and the task is claimed again.
      log.error("{}: {} {} was given up", account, task.operation(), task.key(), defect);
    }
    return true;
  }

  /** Calls have become slower since it was claimed: too little of its deadline is left. */
  private static boolean hasWaitedLong(Task task) {
    return System.nanoTime() - task.claimedNanos() > task.callDeadline().toNanos() / 4;
  }

  private void giveBack() {
    workers.takeBack().forEach(task -> settler.offer(Outcome.released(task, Duration.ZERO)));
  }

  /** Claims nothing more; calls under way go on, what waits for a thread is given back. */
  public void stop() {
    stopping = true;
    giveBack();
    wake();
  }

  /**
   * Waits for the claim and the calls under way.
   *
   * @return false if some were still under way
   */
  public boolean awaitIdle(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    // The claim first: what it still brings is given back, and only then is there nothing to come.
    thread.join(Math.max(atMost.toMillis(), 1));
    return workers.awaitIdle(end - System.nanoTime()) && !thread.isAlive();
  }

  /** Wakes the calls that wait for their turn; a call on its connection does not hear it. */
  public void interrupt() {
    giveBack();
    workers.interrupt();
  }
}
