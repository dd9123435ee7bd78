package dev.muster.database;

import dev.muster.work.DatabaseWatch;
import java.sql.SQLException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * A database that can't be reached, entered or written at the start, in a sentence instead of a
 * stack trace.
 */
class UnusableDatabaseAnalyzer extends AbstractFailureAnalyzer<SQLException> {
  @Override
  protected FailureAnalysis analyze(Throwable root, SQLException cause) {
    String trouble = cause.getSQLState() == null ? null : DatabaseWatch.trouble(cause);
    if (trouble == null) {
      return null;
    }
    return new FailureAnalysis(
        "The database can't be used: " + trouble + ": " + cause.getMessage(),
        "Check spring.datasource.url, username and password, muster.listen-url if it is set, and the"
            + " database itself; then start Muster again.",
        cause);
  }
}
