package dev.muster.work;

import java.time.Duration;

/**
 * So many calls in any window of that length.
 *
 * @param maxCalls at least 1
 * @param window above zero
 */
public record QuotaSize(int maxCalls, Duration window) {

  /** The most calls that a period of any length can hold. */
  public long mostIn(Duration period) {
    long windows = (period.toMillis() + window.toMillis() - 1) / window.toMillis();
    return maxCalls * Math.max(windows, 1);
  }

  /** For people. */
  @Override
  public String toString() {
    long millis = window.toMillis();
    return maxCalls + " calls per " + (millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms");
  }
}
