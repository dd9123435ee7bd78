package dev.muster.work;

/** Is told what this process does, as it does it: for its metrics. It returns at once. */
public interface WorkMeter {
  /** Counts nothing. */
  WorkMeter NONE = new WorkMeter() {};

  /**
   * A claim has ended, or failed.
   *
   * @param nanos how long it took
   */
  default void claimed(long nanos) {}

  /**
   * A settlement has ended, or failed.
   *
   * @param nanos how long it took
   */
  default void settled(long nanos) {}

  /** A task has ended, with a call or without one. Its outcome is not written yet. */
  default void ended(Outcome outcome) {}

  /**
   * A settlement stored something new about devices.
   *
   * @param kind new, changed or missing
   */
  default void changed(String account, String kind, long devices) {}
}
