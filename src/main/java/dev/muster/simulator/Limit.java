package dev.muster.simulator;

/**
 * So many calls in any window of this length.
 *
 * @param requests calls; 0 means no limit
 * @param windowMillis the window's length in milliseconds
 */
public record Limit(int requests, long windowMillis) {
  /** No limit at all. */
  public static final Limit NONE = new Limit(0, 0);
}
