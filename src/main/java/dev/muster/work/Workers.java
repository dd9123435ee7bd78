package dev.muster.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * An account's threads, one call each, and the tasks that wait for one. What operations ask for
 * overtakes the pulls that wait.
 */
final class Workers {
  /**
   * How long a task that was claimed ahead waits for a thread, about: its call's deadline runs from
   * the claim, and a claim is worth sharing among as many tasks as come in this time.
   */
  private static final Duration AHEAD = Duration.ofMillis(250);

  /** Tasks ahead at most: a claim of more is no cheaper a task. */
  private static final int MOST_AHEAD = 480;

  /** The weight of the newest call in the mean call time is one in so many. */
  private static final int MEAN_OF = 32;

  private final int threads;
  private final ThreadPoolExecutor pool;
  private final AtomicInteger outstanding = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong callNanos = new AtomicLong();
  private final AtomicLong order = new AtomicLong();
  private final Predicate<Task> work;
  private final Runnable finished;

  /**
   * @param name of the threads, a number follows
   * @param threads calls at once
   * @param work what is done with a task, and whether a call was made for it
   * @param finished told after each task, once it is outstanding no longer
   */
  Workers(String name, int threads, Predicate<Task> work, Runnable finished) {
    this.threads = threads;
    this.work = work;
    this.finished = finished;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(),
            job -> new Thread(job, name + "-" + number.incrementAndGet()));
  }

  int threads() {
    return threads;
  }

  /** Tasks that wait or are being worked on. */
  int outstanding() {
    return outstanding.get();
  }

  /** Those of them that are no pulls. */
  int requests() {
    return requests.get();
  }

  /** Tasks beyond the number of threads that would find one soon; 0 before the first call. */
  int ahead() {
    long mean = callNanos.get();
    return mean == 0
        ? 0
        : (int) Math.min(threads * Math.max(AHEAD.toNanos() / mean, 0), MOST_AHEAD);
  }

  /**
   * Has a task worked on.
   *
   * @throws RejectedExecutionException if Muster is being stopped
   */
  void execute(Task task) {
    count(task, 1);
    try {
      pool.execute(new Job(this, task, order.incrementAndGet()));
    } catch (RejectedExecutionException stopped) {
      count(task, -1);
      throw stopped;
    }
  }

  private void count(Task task, int change) {
    outstanding.addAndGet(change);
    if (task.kind() != Task.Kind.PULL) {
      requests.addAndGet(change);
    }
  }

  private void run(Task task) {
    long start = System.nanoTime();
    try {
      // What was given back unsent says nothing about how long calls take.
      if (work.test(task)) {
        took(System.nanoTime() - start);
      }
    } finally {
      count(task, -1);
      finished.run();
    }
  }

  private void took(long nanos) {
    callNanos.updateAndGet(mean -> mean == 0 ? nanos : mean + (nanos - mean) / MEAN_OF);
  }

  /** The tasks that no thread has begun; none will. */
  List<Task> takeBack() {
    List<Runnable> jobs = new ArrayList<>();
    pool.getQueue().drainTo(jobs);
    return jobs.stream().map(job -> taken((Job) job)).toList();
  }

  private Task taken(Job job) {
    count(job.task, -1);
    return job.task;
  }

  /**
   * Takes no further tasks, and waits for those there are.
   *
   * @return false if some were still under way
   */
  boolean awaitIdle(long nanos) throws InterruptedException {
    pool.shutdown();
    return pool.awaitTermination(nanos, TimeUnit.NANOSECONDS);
  }

  /** Wakes the calls that wait for their turn; a call on its connection does not hear it. */
  void interrupt() {
    pool.shutdownNow();
  }

  /** One task's turn. Equal to itself alone; the order is that of the queue. */
  private static final class Job implements Runnable, Comparable<Job> {
    private final Workers workers;
    private final Task task;
    private final long number;

    private Job(Workers workers, Task task, long number) {
      this.workers = workers;
      this.task = task;
      this.number = number;
    }

    @Override
    public void run() {
      workers.run(task);
    }

    private boolean isPull() {
      return task.kind() == Task.Kind.PULL;
    }

    @Override
    public int compareTo(Job other) {
      int byKind = Boolean.compare(isPull(), other.isPull());
      return byKind != 0 ? byKind : Long.compare(number, other.number);
    }
  }
}
