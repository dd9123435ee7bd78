package dev.muster.database;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows an {@link DatabaseProblem} as two sentences in place of a stack trace. */
final class DatabaseProblemAnalyzer extends AbstractFailureAnalyzer<DatabaseProblem> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, DatabaseProblem cause) {
    return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
  }
}
