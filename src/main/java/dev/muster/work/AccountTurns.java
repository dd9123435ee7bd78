package dev.muster.work;

import dev.muster.settings.LogFields;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One account's turns: claim what can be sent now, have it called, and come again when something
 * may be claimed. Nothing is claimed that no thread is free for, or soon will be. An account that
 * has nothing to do has no thread.
 */
final class AccountTurns {
  private static final Logger log = LoggerFactory.getLogger(AccountTurns.class);

  /** Between two attempts after a claim failed. */
  private static final Duration CLAIM_AGAIN = Duration.ofSeconds(1);

  private final String account;
  private final WorkTable table;
  private final DatabaseWatch watch;
  private final Settler settler;
  private final ScheduledExecutorService turns;
  private final AccountCalls calls;
  private final Pause pause = new Pause();
  private ScheduledFuture<?> next;
  private long nextAt;
  private boolean claiming;

  /** It was woken since its turn began. */
  private boolean woken;

  /** Rows were inserted since its turn began. */
  private boolean rung;

  private boolean failing;

  /** What the last claim said. */
  private volatile boolean unlimited;

  /** The last claim brought all that was asked for: there may be more. */
  private volatile boolean hungry = true;

  /** So many outcomes waited to be written that nothing was claimed. */
  private volatile boolean held;

  private volatile boolean stopping;

  AccountTurns(
      String account,
      int concurrency,
      WorkTable table,
      DatabaseWatch watch,
      Settler settler,
      ScheduledExecutorService turns,
      CallThreads threads,
      Consumer<Task> call) {
    this.account = account;
    this.table = table;
    this.watch = watch;
    this.settler = settler;
    this.turns = turns;
    this.calls = new AccountCalls(account, concurrency, threads, call, settler, this::threadIsFree);
  }

  /** Something may be claimable. */
  synchronized void wake() {
    woken = true;
    if (!claiming) {
      comeIn(Duration.ZERO);
    }
  }

  /** Rows were inserted. */
  synchronized void ring() {
    rung = true;
    wake();
  }

  /**
   * Outcomes were written.
   *
   * @param pullsAlone they are nothing but pulls that succeeded: without a quota they make nothing
   *     claimable, but room for further outcomes
   */
  void settled(boolean pullsAlone) {
    if (!unlimited || !pullsAlone || (held && !settler.isFull(account))) {
      wake();
    }
  }

  private void threadIsFree() {
    if (hungry && calls.fewAreLeft(unlimited)) {
      wake();
    }
  }

  private synchronized void comeIn(Duration wait) {
    long at = System.nanoTime() + wait.toNanos();
    boolean soonEnough = next != null && nextAt - at <= 0;
    if (stopping || soonEnough) {
      return;
    }
    if (next != null) {
      next.cancel(false);
    }
    nextAt = at;
    Runnable turn = () -> LogFields.during(account, this::turn);
    next = turns.schedule(turn, wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void turn() {
    if (!begin()) {
      return;
    }
    Duration wait = CLAIM_AGAIN;
    try {
      wait = claimAndTake();
    } catch (RuntimeException defect) {
      complain(defect);
    } catch (Error broken) {
      Broken.end(account + ": the claim", broken);
    } finally {
      end(wait);
    }
  }

  private synchronized boolean begin() {
    next = null;
    if (stopping || claiming) {
      return false;
    }
    claiming = true;
    woken = false;
    if (rung) {
      pause.rung();
      rung = false;
    }
    return true;
  }

  private synchronized void end(Duration wait) {
    claiming = false;
    comeIn(woken ? Duration.ZERO : wait);
  }

  /** Claims and has called once; how long to wait before the next claim. */
  private Duration claimAndTake() {
    if (calls.room(unlimited).tasks() <= 0) {
      // A thread that comes free wakes it, from this moment on.
      hungry = true;
    }
    AccountCalls.Room room = calls.room(unlimited);
    if (room.tasks() <= 0) {
      return Pause.LONGEST;
    }
    // What can't be written down would be claimed and called again once its lease ends.
    held = settler.isFull(account);
    if (settler.isStuck() || held) {
      return CLAIM_AGAIN;
    }
    long began = System.nanoTime();
    Claim claim = claim(room);
    if (claim == null) {
      return CLAIM_AGAIN;
    }
    if (unlimited && !claim.unlimited()) {
      // It was paused or halted, or has a quota now: what waits for a thread was claimed before.
      calls.giveBack();
    }
    unlimited = claim.unlimited();
    int claimed = claim.tasks().size() + claim.defects().size();
    hungry = claimed >= Math.min(room.pulls(), room.tasks());
    claim.tasks().forEach(calls::take);
    claim.defects().forEach(settler::offer);
    return pause.after(claim, began, hungry);
  }

  /** Null if it failed. */
  private Claim claim(AccountCalls.Room room) {
    try {
      Claim claim =
          watch.use(this, () -> table.claim(account, room.tasks(), room.pulls(), room.atOnce()));
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

  /** An outcome was such that the account makes no calls for a while. */
  void giveBack() {
    calls.giveBack();
  }

  /** Tasks that wait or are being worked on, and the claim under way. */
  int outstanding() {
    return calls.outstanding() + (isClaiming() ? 1 : 0);
  }

  private synchronized boolean isClaiming() {
    return claiming;
  }

  /** Claims nothing more; calls under way go on, what waits for a thread is given back. */
  void stop() {
    synchronized (this) {
      stopping = true;
      if (next != null) {
        next.cancel(false);
      }
    }
    calls.stop();
  }
}
