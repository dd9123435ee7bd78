package dev.muster.fault;

/** What is done about a refusal. Each has a route of its own, which a table of codes names. */
public enum Disposition {
  /** Try again later, with a growing delay; after the last attempt it is parked. */
  RETRY("try-again"),
  /** The vendor asks for fewer calls: slow the whole quota down. Does not count as an attempt. */
  SNOOZE("slow-down"),
  /** Get a new token and try again, once. */
  REAUTHORISE("new-token"),
  /** A dead letter now: trying again cannot help until a person has looked. */
  PARK("dead-letter"),
  /**
   * The account itself is wrong: stop it and tell a person once, without a dead letter for each
   * device.
   */
  HALT("halt");

  private final String route;

  Disposition(String route) {
    this.route = route;
  }

  /** The name of the route that a fault of this kind takes. */
  public String route() {
    return route;
  }

  /** Whether it mends itself: neither the device nor the account is wrong. */
  public boolean passes() {
    return this == RETRY || this == SNOOZE;
  }
}
