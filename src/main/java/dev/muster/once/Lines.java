package dev.muster.once;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line in the log every ten seconds, for where there is no terminal. */
final class Lines implements Display {
  private static final Logger log = LoggerFactory.getLogger("muster");
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final LongSupplier nanos;
  private long shown;

  /**
   * @param nanos as {@link System#nanoTime}
   */
  Lines(LongSupplier nanos) {
    this.nanos = nanos;
    this.shown = nanos.getAsLong();
  }

  @Override
  public void show(Figures figures) {
    long now = nanos.getAsLong();
    if (now - shown >= EVERY.toNanos()) {
      shown = now;
      log.info("progress: {}", figures.line());
    }
  }

  @Override
  public void close() {}
}
