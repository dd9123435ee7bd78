package dev.muster.start;

import java.util.List;

/** The configuration is wrong; shown at start instead of a stack trace. */
public final class ConfigurationProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems; // never serialized

  public ConfigurationProblem(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  public ConfigurationProblem(String problem, Exception cause) {
    super(problem, cause);
    this.problems = List.of(problem);
  }

  /** A sentence each. */
  List<String> problems() {
    return problems;
  }
}
