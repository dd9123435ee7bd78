package dev.muster.start;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Says where YAML is broken; the parser's own words repeat the line, which may hold a secret. */
class BrokenYamlAnalyzer extends AbstractFailureAnalyzer<MarkedYAMLException> {

  @Override
  protected FailureAnalysis analyze(Throwable failure, MarkedYAMLException broken) {
    String place =
        broken.getProblemMark() == null
            ? ""
            : " in line %d, column %d"
                .formatted(
                    broken.getProblemMark().getLine() + 1, broken.getProblemMark().getColumn() + 1);
    return new FailureAnalysis(
        "A configuration file is broken YAML" + place + ".",
        "Look at that line and the one before. Put values with : # ' \" @ * & or % in them in quotes.",
        failure);
  }
}
