package dev.muster.once;

/**
 * What was done of one account's resource or action; a row of {@code muster.accomplished}.
 *
 * @param pull true for targets of a resource, false for requests of an action
 * @param operation the resource or the action
 * @param done targets read, or requests done
 * @param fresh of the targets read: devices or products seen for the first time
 * @param changed of the targets read: those known before and changed
 * @param failed ended as an open dead letter
 * @param unknown requests whose outcome is not known, with an open dead letter
 * @param remaining of what was due at the start: no end yet
 */
record Accomplished(
    boolean pull,
    String account,
    String operation,
    long done,
    long fresh,
    long changed,
    long failed,
    long unknown,
    long remaining) {

  long due() {
    return done + failed + unknown + remaining;
  }

  long unchanged() {
    return done - fresh - changed;
  }

  /** Both together, as the total of their kind. */
  Accomplished plus(Accomplished other) {
    return new Accomplished(
        pull,
        "total",
        "",
        done + other.done,
        fresh + other.fresh,
        changed + other.changed,
        failed + other.failed,
        unknown + other.unknown,
        remaining + other.remaining);
  }
}
