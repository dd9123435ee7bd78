package dev.muster.soak;

/**
 * What a log of arrivals says about a limit on half-open windows.
 *
 * @param worst the most calls in any window
 * @param above how many windows hold more than the limit, of those that end with a call
 */
record Windows(int worst, int above) {

  /**
   * @param nanos the arrivals, in order
   */
  static Windows of(long[] nanos, int limit, long windowNanos) {
    int worst = 0;
    int above = 0;
    for (int from = 0, to = 0; to < nanos.length; to++) {
      // Two calls exactly one window apart share none.
      while (nanos[to] - nanos[from] >= windowNanos) {
        from++;
      }
      int calls = to - from + 1;
      worst = Math.max(worst, calls);
      above += calls > limit ? 1 : 0;
    }
    return new Windows(worst, above);
  }
}
