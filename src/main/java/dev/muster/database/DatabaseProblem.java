package dev.muster.database;

/** A database that cannot be used as it is. Says why in one sentence, and what to do in another. */
public final class DatabaseProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String action;

  DatabaseProblem(String message, String action) {
    this(message, action, null);
  }

  DatabaseProblem(String message, String action, Throwable cause) {
    super(message, cause);
    this.action = action;
  }

  /** What the person who started Muster can do about it; never null. */
  public String action() {
    return action;
  }
}
