package dev.muster.work;

import dev.muster.work.Outcome.Verdict;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An account's calls: has its workers make them and hands the outcomes on. What should not leave
 * any more is given back unsent.
 */
final class Calls {
  private static final Logger log = LoggerFactory.getLogger(Calls.class);

  /** After these the account makes no calls for a while: what was claimed ahead must not leave. */
  private static final Set<Verdict> ENDS_THE_RUSH =
      EnumSet.of(Verdict.HALT, Verdict.SNOOZE, Verdict.REAUTHORISE);

  private final String account;
  private final Caller caller;
  private final Settler settler;
  private final Workers workers;
  private volatile boolean stopping;

  /**
   * @param threads calls at once
   * @param finished told after each call, once it is outstanding no longer
   */
  Calls(String account, Caller caller, Settler settler, int threads, Runnable finished) {
    this.account = account;
    this.caller = caller;
    this.settler = settler;
    this.workers = new Workers(account, threads, this::make, finished);
  }

  /**
   * Tasks that may be outstanding. With a quota a permit is bound from the claim on, so that
   * nothing may wait for a thread.
   */
  int capacity(boolean unlimited) {
    return unlimited ? workers.threads() + workers.ahead() : workers.threads();
  }

  /** Tasks that may be claimed; requests overtake the pulls that wait for a thread. */
  int room(boolean unlimited) {
    return capacity(unlimited) - (unlimited ? workers.requests() : workers.outstanding());
  }

  /** Of these, how many may be pulls. */
  int roomForPulls(boolean unlimited) {
    return Math.max(capacity(unlimited) - workers.outstanding(), 0);
  }

  /** Calls that can be made at once. */
  int idleThreads() {
    return Math.max(workers.threads() - workers.outstanding(), 0);
  }

  /** Whether a claim is worth its while: few claims of many tasks are cheaper than many of few. */
  boolean fewAreLeft(boolean unlimited) {
    int enough = unlimited ? capacity(true) / 2 : workers.threads() - 1;
    return workers.outstanding() <= enough;
  }

  /** Has a task's call made, as soon as a thread is free. */
  void take(Task task) {
    try {
      workers.execute(task);
    } catch (RejectedExecutionException stopped) {
      release(task);
    }
  }

  /** Whether a call was made. */
  private boolean make(Task task) {
    if (stopping || hasWaitedLong(task)) {
      release(task);
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

  /** What waits for a thread leaves no more. */
  void giveBack() {
    workers.takeBack().forEach(this::release);
  }

  private void release(Task task) {
    settler.offer(Outcome.released(task, Duration.ZERO));
  }

  /** Calls under way go on; what waits, or still comes, is given back. */
  void stop() {
    stopping = true;
    giveBack();
  }

  /**
   * Takes no further tasks, and waits for the calls under way.
   *
   * @return false if some were still under way
   */
  boolean awaitIdle(long nanos) throws InterruptedException {
    return workers.awaitIdle(nanos);
  }

  /** Wakes the calls that wait for their turn; a call on its connection does not hear it. */
  void interrupt() {
    giveBack();
    workers.interrupt();
  }
}
