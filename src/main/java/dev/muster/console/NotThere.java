package dev.muster.console;

/** The address names no row. */
final class NotThere extends RuntimeException {
  private static final long serialVersionUID = 1;
}
