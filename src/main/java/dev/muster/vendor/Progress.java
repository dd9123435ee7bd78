package dev.muster.vendor;

import dev.muster.fault.Fault;

/** What follows from the reading that a step of an action brought. */
public sealed interface Progress {

  /**
   * The action's end is reached, and was seen.
   *
   * @param note one sentence for the row's result
   */
  record Done(String note) implements Progress {}

  /** Nothing has changed at the vendor yet: the change may be sent. */
  record Send() implements Progress {}

  /**
   * Whether the change took place is not known.
   *
   * @param why the fault to show in the row meanwhile
   */
  record Unknown(Fault why) implements Progress {}

  /**
   * The vendor refused, and nothing has changed.
   *
   * @param fault what it said
   */
  record Refused(Fault fault) implements Progress {}
}
