package dev.muster.database;

/** The embedded PostgreSQL cannot be used. Says why in one sentence, and what to do in another. */
public final class EmbeddedDatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String action;

  EmbeddedDatabaseException(String message, String action) {
    this(message, action, null);
  }

  EmbeddedDatabaseException(String message, String action, Throwable cause) {
    super(message, cause);
    this.action = action;
  }

  /** What the person who started Muster can do about it; never null. */
  public String action() {
    return action;
  }
}
