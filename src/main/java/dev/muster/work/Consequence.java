package dev.muster.work;

import java.util.Locale;

/** What follows from a fault. Each has a route of its own, see {@code routes/faults.yaml}. */
public enum Consequence {
  /** A person has to look at it. */
  DEAD_LETTER,
  /** The same call is made again, after a growing delay. */
  TRY_AGAIN,
  /** The vendor asks for fewer calls: the whole quota pauses, and no attempt is counted. */
  SLOW_DOWN,
  /** The token is not accepted: a new one is got, once, and the call made again. */
  NEW_TOKEN,
  /** The account itself is wrong: it stops, and a person is told once. */
  HALT,
  /** A change was sent, and whether it took place is not known: it is read, never sent blindly. */
  IN_DOUBT,
  /** Nothing was sent: the task and its permit are given back. */
  GIVE_BACK;

  /** The name of its route, such as {@code dead-letter}. */
  public String route() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
