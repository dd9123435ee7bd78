package dev.muster.start;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows a wrong configuration as a list of sentences, without a stack trace. */
class ConfigurationProblemAnalyzer extends AbstractFailureAnalyzer<ConfigurationProblem> {
  @Override
  protected FailureAnalysis analyze(Throwable root, ConfigurationProblem problem) {
    return new FailureAnalysis(
        problem.getMessage(),
        "Correct the configuration and start Muster again; the keys are explained in docs/configuration.md.",
        problem);
  }
}
