package dev.muster.console;

/** The person's own last act still runs. */
final class Busy extends RuntimeException {
  private static final long serialVersionUID = 1;
}
