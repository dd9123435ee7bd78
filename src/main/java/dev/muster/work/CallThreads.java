package dev.muster.work;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * The threads on which a vendor's calls are made: as many as its accounts need at the moment. An
 * account whose calls hang takes at most half of those that are free. An account's first thread is
 * always there, even beyond the most: accounts whose calls hang never hold up another.
 */
final class CallThreads {
  private final Executor executor;
  private final int most;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int running;

  /**
   * @param executor makes a thread for each task it is given, or takes an idle one
   * @param most threads at once, all accounts together, less what an account needs for its first
   *     call
   */
  CallThreads(Executor executor, int most) {
    this.executor = executor;
    this.most = most;
  }

  /**
   * How many threads an account may have now.
   *
   * @param wanted it never gets more
   * @param own those that it has already
   */
  synchronized int share(int wanted, int own) {
    int free = Math.max(most - running, 0);
    return Math.min(wanted, Math.max(own + (free + 1) / 2, 1));
  }

  /**
   * Runs it on a thread of its own, as soon as there is one.
   *
   * @param first the account has no other
   */
  void run(Runnable work, boolean first) {
    synchronized (this) {
      if (running >= most && !first) {
        waiting.add(work);
        return;
      }
      running++;
    }
    executor.execute(() -> runAll(work));
  }

  /** Whether somebody waits for a thread. */
  synchronized boolean areWanted() {
    return !waiting.isEmpty();
  }

  private void runAll(Runnable first) {
    for (Runnable work = first; work != null; work = next()) {
      work.run();
    }
  }

  private synchronized Runnable next() {
    Runnable next = waiting.poll();
    if (next == null) {
      running--;
    }
    return next;
  }
}
