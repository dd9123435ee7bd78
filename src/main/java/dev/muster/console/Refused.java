package dev.muster.console;

import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.http.HttpStatus;

/** The database refused a statement, and said why. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P03", "57P05", "25P03");
  private static final String TOO_LONG = "57014";
  private static final String NO_RIGHT = "42501";

  private final String state;
  private final String sentence;
  private final String hint;

  Refused(SQLException why) {
    super(why);
    this.state = why.getSQLState() == null ? "" : why.getSQLState();
    ServerErrorMessage said =
        why instanceof PSQLException known ? known.getServerErrorMessage() : null;
    this.sentence = said == null ? why.getMessage() : said.getMessage();
    this.hint = said == null ? null : said.getHint();
  }

  /** Whether the session is gone. */
  boolean ended() {
    return ENDED.contains(state) || state.startsWith("08");
  }

  boolean tookTooLong() {
    return TOO_LONG.equals(state);
  }

  String sentence() {
    return tookTooLong()
        ? "The database stopped this after the time that a page may take. Narrow the filter."
        : "The database refuses this: " + sentence;
  }

  /** What the database says, and what to do. */
  String words() {
    return hint == null ? sentence : sentence + ". " + hint;
  }

  /** What to do; null if the database does not say. */
  String hint() {
    return NO_RIGHT.equals(state)
        ? "The role lacks this right. muster_report may read, muster_ops may act: grant muster_ops to …;"
        : hint;
  }

  HttpStatus status() {
    return switch (state) {
      case NO_RIGHT -> HttpStatus.FORBIDDEN;
      case TOO_LONG -> HttpStatus.SERVICE_UNAVAILABLE;
      default -> HttpStatus.UNPROCESSABLE_ENTITY;
    };
  }
}
