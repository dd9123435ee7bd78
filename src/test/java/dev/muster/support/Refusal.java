package dev.muster.support;

import org.assertj.core.api.Assertions;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.dao.DataAccessException;

/**
 * How the database refused a statement.
 *
 * @param state the ERRCODE
 * @param message what a client shows
 * @param hint nullable
 */
public record Refusal(String state, String message, String hint) {

  /** Runs something that the database must refuse. */
  public static Refusal of(Runnable statement) {
    DataAccessException refused =
        Assertions.catchThrowableOfType(DataAccessException.class, statement::run);
    if (refused == null) {
      throw new AssertionError("it was not refused");
    }
    ServerErrorMessage server =
        ((PSQLException) refused.getMostSpecificCause()).getServerErrorMessage();
    return new Refusal(server.getSQLState(), server.getMessage(), server.getHint());
  }
}
