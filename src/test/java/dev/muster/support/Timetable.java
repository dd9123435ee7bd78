package dev.muster.support;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What happens during a run, and when. */
public final class Timetable implements AutoCloseable {
  private static final int THREADS = 4;

  /** For a replica's start that is under way. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ScheduledThreadPoolExecutor threads =
      new ScheduledThreadPoolExecutor(THREADS, new ThreadPoolExecutor.DiscardPolicy());
  private final CompletableFuture<Void> failed = new CompletableFuture<>();

  public Timetable() {
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs a task once, this long from now, unless all has ended by then. */
  public void in(Duration delay, Runnable task) {
    var unused = threads.schedule(() -> watched(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Runs a task again and again, each time after a pause. */
  public void repeat(Supplier<Duration> pause, Runnable task) {
    in(
        pause.get(),
        () -> {
          task.run();
          repeat(pause, task);
        });
  }

  private void watched(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      failed.completeExceptionally(e);
    }
  }

  /** Lets time pass. Throws at once what a task has thrown. */
  public void pass(Duration time) {
    try {
      failed.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException passed) {
      // Nothing failed.
    } catch (ExecutionException e) {
      throw new AssertionError("the run was broken off", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts nothing more. What is under way goes on. */
  public void end() {
    threads.shutdown();
  }

  /** Starts nothing more, and waits for what is under way. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
