package dev.muster.work;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One account's loop: claim what can be sent now, have it called, and wait until something may be
 * claimed again. Nothing is claimed that no worker is free for, or soon will be.
 */
public final class Pump {
  private static final Logger log = LoggerFactory.getLogger(Pump.class);

  /** Between two attempts after a claim failed. */
  private static final Duration CLAIM_AGAIN = Duration.ofSeconds(1);

  private final String account;
  private final WorkTable table;
  private final DatabaseWatch watch;
  private final Settler settler;
  private final Calls calls;
  private final Thread thread;
  private final Doorbell doorbell = new Doorbell();
  private final Pause pause = new Pause();
  private boolean failing;

  /** What the last claim said. */
  private volatile boolean unlimited;

  /** The last claim brought all that was asked for: there may be more. */
  private volatile boolean hungry = true;

  /** So many outcomes waited to be written that nothing was claimed. */
  private volatile boolean held;

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
    this.settler = settler;
    this.calls = new Calls(account, caller, settler, workers, this::workerIsFree);
    this.thread = new Thread(this::run, account + "-pump");
  }

  public void start() {
    thread.start();
  }

  /** Something may be claimable. */
  public void wake() {
    doorbell.wake();
  }

  /** Rows were inserted. */
  public void ring() {
    doorbell.ring();
  }

  /**
   * Outcomes were written.
   *
   * @param pullsAlone they are nothing but pulls that succeeded: without a quota they make nothing
   *     claimable, but room for further outcomes
   */
  public void settled(boolean pullsAlone) {
    if (!unlimited || !pullsAlone || (held && !settler.isFull())) {
      wake();
    }
  }

  private void workerIsFree() {
    if (hungry && calls.fewAreLeft(unlimited)) {
      wake();
    }
  }

  private void run() {
    Duration wait = Duration.ZERO;
    try {
      while (!stopping) {
        if (doorbell.await(wait)) {
          pause.rung();
        }
        if (calls.room(unlimited) <= 0) {
          // A worker that comes free wakes the loop, from this moment on.
          hungry = true;
        }
        int max = calls.room(unlimited);
        if (max <= 0) {
          wait = Pause.LONGEST;
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

  /** Claims and has called once; how long to wait before the next claim. */
  private Duration turn(int max) {
    // What can't be written down would be claimed and called again once its lease ends.
    held = settler.isFull();
    if (settler.isStuck() || held) {
      return CLAIM_AGAIN;
    }
    int pulls = calls.roomForPulls(unlimited);
    long began = System.nanoTime();
    Claim claim = claim(max, pulls);
    if (claim == null) {
      return CLAIM_AGAIN;
    }
    if (unlimited && !claim.unlimited()) {
      // It was paused or halted, or has a quota now: what waits for a thread was claimed before.
      calls.giveBack();
    }
    unlimited = claim.unlimited();
    hungry = claim.tasks().size() >= Math.min(pulls, max);
    claim.tasks().forEach(calls::take);
    return pause.after(claim, began, hungry);
  }

  /** Null if it failed. */
  private Claim claim(int max, int pulls) {
    int atOnce = calls.idleThreads();
    try {
      Claim claim = watch.use(this, () -> table.claim(account, max, pulls, atOnce));
      if (failing) {
        log.info("{}: claims work again", account);
        failing = false;
      }
      if (claim.notice() != null) {
        log.warn(claim.notice());
      }
      return claim;
    } catch (RuntimeException e) {
      complain(e);
      return null;
    }
  }

  private void complain(RuntimeException e) {
    if (!failing && Trouble.of(e) == null) {
      failing = true;
      log.error("{}: can't claim work, will go on by itself", account, e);
    }
  }

  /** Claims nothing more; calls under way go on, what waits for a thread is given back. */
  public void stop() {
    stopping = true;
    calls.stop();
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
    return calls.awaitIdle(end - System.nanoTime()) && !thread.isAlive();
  }

  /** Wakes the calls that wait for their turn; a call on its connection does not hear it. */
  public void interrupt() {
    calls.interrupt();
  }
}
