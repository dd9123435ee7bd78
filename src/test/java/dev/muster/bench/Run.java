package dev.muster.bench;

import java.time.Duration;

/**
 * One run, measured.
 *
 * @param items devices or rows that were carried out
 * @param time from the first to the last of them, by the database's clock
 */
record Run(int items, Duration time, Cost cost) {

  /** Items a second. */
  double rate() {
    return items / (time.toNanos() / 1e9);
  }

  /** Seconds of CPU that 1,000 items cost a process, its start included. */
  double perThousand(Usage usage) {
    return usage.cpu().toMillis() / (double) items;
  }
}
