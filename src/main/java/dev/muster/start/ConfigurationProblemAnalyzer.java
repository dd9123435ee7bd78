package dev.muster.start;

import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Shows a wrong configuration as a list of sentences with their places, without a stack trace. */
class ConfigurationProblemAnalyzer extends AbstractFailureAnalyzer<ConfigurationProblem> {
  private final Environment environment;

  /**
   * @param environment null if it could not be read
   */
  ConfigurationProblemAnalyzer(Environment environment) {
    this.environment = environment;
  }

  @Override
  protected FailureAnalysis analyze(Throwable root, ConfigurationProblem problem) {
    return new FailureAnalysis(
        problem.problems().stream()
            .map(this::placed)
            .collect(Collectors.joining(System.lineSeparator())),
        "Correct the configuration and start Muster again; 'java -jar muster.jar check' shows all that is"
            + " wrong in it, and docs/configuration.md explains the keys.",
        problem);
  }

  private String placed(String problem) {
    if (environment == null) {
      return problem;
    }
    Mistake mistake = new Places(environment).of(problem);
    return mistake.isPlaced() ? mistake.toString() : problem;
  }
}
