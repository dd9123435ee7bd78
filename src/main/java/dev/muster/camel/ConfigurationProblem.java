package dev.muster.camel;

import java.util.List;

/** The configuration is wrong; shown at start instead of a stack trace. */
final class ConfigurationProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigurationProblem(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
  }

  ConfigurationProblem(String problem, Exception cause) {
    super(problem, cause);
  }
}
