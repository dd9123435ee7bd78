package dev.muster.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One account's calls: those under way, and the tasks that wait for a thread. A request overtakes
 * the pulls that wait. A task that should not leave any more is given back unsent.
 */
final class AccountCalls {
  private static final Logger log = LoggerFactory.getLogger(AccountCalls.class);

  /**
   * How long a task that was claimed ahead waits for a thread, about: its call's deadline runs from
   * the claim, and a claim is worth sharing among as many tasks as come in this time.
   */
  private static final Duration AHEAD = Duration.ofMillis(250);

  /** Tasks ahead at most: a claim of more is no cheaper a task. */
  private static final int MOST_AHEAD = 480;

  /** The weight of the newest call in the mean call time is one in so many. */
  private static final int MEAN_OF = 32;

  private final String account;
  private final int concurrency;
  private final CallThreads threads;
  private final Consumer<Task> call;
  private final Settler settler;
  private final Runnable finished;
  private final PriorityQueue<Waiting> waiting = new PriorityQueue<>();
  private int runners;
  private int outstanding;
  private int requests;
  private long order;
  private long meanNanos;
  private volatile boolean stopping;

  /**
   * @param concurrency calls at once, at most
   * @param call makes the call of a task and returns when it has ended
   * @param finished told after each task, once it is outstanding no longer
   */
  AccountCalls(
      String account,
      int concurrency,
      CallThreads threads,
      Consumer<Task> call,
      Settler settler,
      Runnable finished) {
    this.account = account;
    this.concurrency = concurrency;
    this.threads = threads;
    this.call = call;
    this.settler = settler;
    this.finished = finished;
  }

  /** How many tasks a claim may bring. */
  record Room(int tasks, int pulls, int atOnce) {}

  /**
   * With a quota a permit is bound from the claim on, so nothing may wait for a thread. Requests
   * overtake the pulls that wait.
   */
  synchronized Room room(boolean unlimited) {
    int capacity = capacity(unlimited);
    return new Room(
        capacity - (unlimited ? requests : outstanding),
        Math.max(capacity - outstanding, 0),
        Math.max(share() - outstanding, 0));
  }

  /** Whether a claim is worth its while: few claims of many tasks are cheaper than many of few. */
  synchronized boolean fewAreLeft(boolean unlimited) {
    return outstanding <= (unlimited ? capacity(true) / 2 : share() - 1);
  }

  /** Tasks that wait or are being worked on. */
  synchronized int outstanding() {
    return outstanding;
  }

  private int capacity(boolean unlimited) {
    return unlimited ? share() + ahead() : share();
  }

  private int share() {
    return threads.share(concurrency, runners);
  }

  /** Tasks beyond the number of threads that would find one soon; 0 before the first call. */
  private int ahead() {
    return meanNanos == 0
        ? 0
        : (int) Math.min(concurrency * Math.max(AHEAD.toNanos() / meanNanos, 0), MOST_AHEAD);
  }

  /** Has a task's call made, as soon as a thread is free. */
  void take(Task task) {
    boolean another;
    boolean first;
    synchronized (this) {
      if (stopping) {
        release(task);
        return;
      }
      waiting.add(new Waiting(task, order++));
      count(task, 1);
      another = runners < share();
      first = runners == 0;
      runners += another ? 1 : 0;
    }
    if (another) {
      threads.run(this::run, first);
    }
  }

  private void count(Task task, int change) {
    outstanding += change;
    if (!task.background()) {
      requests += change;
    }
  }

  private void run() {
    for (Task task = next(); task != null; task = next()) {
      attend(task);
      if (threads.areWanted()) {
        // An account whose tasks never end gives others a turn.
        threads.run(this::run, false);
        return;
      }
    }
  }

  /** Whatever is logged meanwhile names the task. */
  private void attend(Task task) {
    task.during(
        () -> {
          try {
            make(task);
          } catch (RuntimeException defect) {
            // The lease ends by itself, and the task is claimed again.
            log.error("{}: {} {} was given up", account, task.operation(), task.key(), defect);
          } catch (Error broken) {
            Broken.end(account + ": a call", broken);
          } finally {
            ended(task);
          }
        });
  }

  private synchronized Task next() {
    Waiting next = waiting.poll();
    if (next == null) {
      runners--;
      return null;
    }
    return next.task;
  }

  private void make(Task task) {
    if (stopping || hasWaitedLong(task)) {
      // It says nothing about how long calls take.
      release(task);
      return;
    }
    long start = System.nanoTime();
    call.accept(task);
    took(System.nanoTime() - start);
  }

  private synchronized void took(long nanos) {
    meanNanos = meanNanos == 0 ? nanos : meanNanos + (nanos - meanNanos) / MEAN_OF;
  }

  private void ended(Task task) {
    synchronized (this) {
      count(task, -1);
    }
    finished.run();
  }

  /** Calls have become slower since it was claimed: too little of its deadline is left. */
  private static boolean hasWaitedLong(Task task) {
    return System.nanoTime() - task.claimedNanos() > task.callDeadline().toNanos() / 4;
  }

  /** Gives back the tasks that wait for a thread. */
  void giveBack() {
    List<Task> tasks = new ArrayList<>();
    synchronized (this) {
      waiting.forEach(next -> tasks.add(next.task));
      waiting.clear();
      tasks.forEach(task -> count(task, -1));
    }
    tasks.forEach(this::release);
  }

  private void release(Task task) {
    settler.offer(Outcome.unsent(task, Duration.ZERO));
  }

  /** Calls under way go on; what waits, or still comes, is given back. */
  void stop() {
    synchronized (this) {
      stopping = true;
    }
    giveBack();
  }

  /** A task that waits for a thread. The order is that of the queue. */
  private record Waiting(Task task, long number) implements Comparable<Waiting> {
    private boolean isPull() {
      return task.background();
    }

    @Override
    public int compareTo(Waiting other) {
      int byKind = Boolean.compare(isPull(), other.isPull());
      return byKind != 0 ? byKind : Long.compare(number, other.number);
    }
  }
}
