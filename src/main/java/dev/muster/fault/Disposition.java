package dev.muster.fault;

/** What is done about a refusal. */
public enum Disposition {
  /** Try again later, with a growing delay; after the last attempt it is parked. */
  RETRY,
  /** The vendor asks for fewer calls: slow the whole quota down. Does not count as an attempt. */
  SNOOZE,
  /** Get a new token and try again, once. */
  REAUTHORISE,
  /** A dead letter now: trying again cannot help until a person has looked. */
  PARK,
  /**
   * The account itself is wrong: stop it and tell a person once, without a dead letter for each
   * device.
   */
  HALT
}
