package dev.muster.work;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/**
 * What ails a database that can't be used now and can be used again later without Muster doing
 * anything about it, by SQLSTATE.
 */
enum Trouble {
  DISK_FULL("its disk is full", "53100"),
  CONNECTIONS("it takes no more connections", "53300"),
  RESOURCES("it lacks memory or another resource", "53"),
  READ_ONLY("it is read-only, as a standby is", "25"),
  LOGIN("it refuses the login", "28"),
  ABSENT("the server has no database of that name", "3D"),
  CLOSED("it lets nobody in", "55000"),
  LOCKED("another session keeps rows locked", "40", "55"),
  SYSTEM("its files can't be read or written", "58"),
  UNREACHABLE("it can't be reached", "08", "57"),
  POOLER(
      "a pooler shares its connections; a new start goes without prepared statements",
      "42P05",
      "26000"),
  POOL_EMPTY("every connection of the pool is in use");

  private final String words;
  private final List<String> states;

  /**
   * @param states SQLSTATEs or their classes; what is more special stands further up
   */
  Trouble(String words, String... states) {
    this.words = words;
    this.states = List.of(states);
  }

  /** Whether it is worth a line of its own in an outage that began with another trouble. */
  boolean needsSomebody() {
    return this == DISK_FULL
        || this == CONNECTIONS
        || this == READ_ONLY
        || this == LOGIN
        || this == ABSENT
        || this == POOLER;
  }

  /** What is wrong, in a few words. */
  String words() {
    return words;
  }

  /**
   * The trouble that an exception tells of.
   *
   * @return null if it tells of none: the database was there and refused, or it is a defect of ours
   */
  static Trouble of(Throwable e) {
    SQLException cause = sqlException(e);
    if (cause == null) {
      return null;
    }
    String state = cause.getSQLState();
    if (state == null) {
      return POOL_EMPTY;
    }
    return Arrays.stream(values())
        .filter(trouble -> trouble.states.stream().anyMatch(state::startsWith))
        .findFirst()
        .orElse(null);
  }

  /** The first line of what the database, the driver or else the exception itself says. */
  static String message(Throwable e) {
    SQLException cause = sqlException(e);
    return String.valueOf((cause == null ? e : cause).getMessage()).lines().findFirst().orElse("");
  }

  /** The innermost: the pool wraps the driver's, Spring and Camel wrap the pool's. */
  private static SQLException sqlException(Throwable e) {
    SQLException innermost = null;
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        innermost = sql;
      }
    }
    return innermost;
  }
}
