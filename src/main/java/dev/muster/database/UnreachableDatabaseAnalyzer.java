package dev.muster.database;

import java.util.List;
import org.postgresql.util.PSQLException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * A database that can't be reached or entered at the start, in a sentence instead of a stack trace.
 */
class UnreachableDatabaseAnalyzer extends AbstractFailureAnalyzer<PSQLException> {
  /** SQLSTATE classes: connection, authorisation, no such database. */
  private static final List<String> UNREACHABLE = List.of("08", "28", "3D");

  @Override
  protected FailureAnalysis analyze(Throwable root, PSQLException cause) {
    String state = cause.getSQLState();
    if (state == null || UNREACHABLE.stream().noneMatch(state::startsWith)) {
      return null;
    }
    return new FailureAnalysis(
        "The database can't be reached: " + cause.getMessage(),
        "Check spring.datasource.url, username and password, and that the database runs; then start"
            + " Muster again.",
        cause);
  }
}
