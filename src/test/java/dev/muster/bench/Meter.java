package dev.muster.bench;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Watches what a process of Java uses until it ends, and what the database and the stub use
 * meanwhile.
 */
final class Meter implements AutoCloseable {
  /** What is used between the last look and the end of the process is missed. */
  private static final long LOOK_EVERY_MILLIS = 100;

  private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
  private final long java;
  private final long postgres;
  private final long nginx;
  private final Usage postgresBefore;
  private final Usage nginxBefore;
  private volatile Usage latest;

  private Meter(long java, long postgres, long nginx) {
    this.java = java;
    this.postgres = postgres;
    this.nginx = nginx;
    this.latest = Usage.of(java);
    this.postgresBefore = Usage.of(postgres);
    this.nginxBefore = Usage.of(nginx);
  }

  /** Begins to watch. */
  static Meter of(long java, Bench bench) {
    Meter meter = new Meter(java, bench.server().pid(), bench.stub().pid());
    var unused =
        meter.looking.scheduleWithFixedDelay(
            meter::look, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    return meter;
  }

  private void look() {
    Usage now = Usage.of(java);
    // A process that has ended shows nothing any more.
    if (now.peakBytes() > 0) {
      latest = now;
    }
  }

  /** What was used since. */
  Cost cost() {
    return new Cost(
        latest, Usage.of(postgres).since(postgresBefore), Usage.of(nginx).since(nginxBefore));
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }
}
