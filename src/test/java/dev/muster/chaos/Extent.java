package dev.muster.chaos;

import java.time.Duration;

/**
 * How much is asked for, and for how long things go wrong meanwhile.
 *
 * @param requests rows that operations insert, evenly over the duration
 */
record Extent(int requests, Duration duration) {
  /** Rows a second. Two cores that also start a killed process again and again keep up with it. */
  private static final int RATE = 40;

  /** How often a second rows are inserted. */
  static final int PORTIONS = 4;

  private static final int LEAST_SECONDS = 60;

  /** So many rows, as fast as the machine keeps up. */
  static Extent of(int requests) {
    return new Extent(requests, Duration.ofSeconds(Math.max(LEAST_SECONDS, requests / RATE)));
  }

  /** Rows inserted at once, so that all are there by the end. */
  int portion() {
    return (int) Math.ceil((double) requests / (PORTIONS * duration.toSeconds()));
  }
}
