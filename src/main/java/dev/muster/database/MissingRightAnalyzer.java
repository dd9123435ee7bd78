package dev.muster.database;

import org.postgresql.util.PSQLException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A database user that may not do what the start needs, in a sentence instead of a stack trace. */
class MissingRightAnalyzer extends AbstractFailureAnalyzer<PSQLException> {
  /** SQLSTATE insufficient_privilege. */
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  @Override
  protected FailureAnalysis analyze(Throwable root, PSQLException cause) {
    return INSUFFICIENT_PRIVILEGE.equals(cause.getSQLState())
        ? new FailureAnalysis(
            "The database user lacks a right that the start needs: " + cause.getMessage(),
            "Have a DBA run: grant create on database DATABASE to USER; if the schemas muster and"
                + " report are there already, take the user that owns them. Then start Muster again.",
            cause)
        : null;
  }
}
