package dev.muster.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.yaml.snakeyaml.Yaml;

/** A start with broken YAML tells where it is, and no secret of that line. */
class BrokenYamlAnalyzerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "credentials:\n  secret: *planted",
        "credentials:\n  secret: \"planted",
        "credentials:\n  secret: %planted",
        "credentials:\n  secret: @planted",
        "credentials:\n  secret: planted: x",
        "credentials:\n  secret: {planted"
      })
  void thePlaceIsNamedAndNotTheWords(String yaml) {
    Throwable broken = catchThrowable(() -> new Yaml().<Object>load(yaml));

    FailureAnalysis analysis = new BrokenYamlAnalyzer().analyze(new IllegalStateException(broken));

    assertThat(analysis.getDescription())
        .startsWith("A configuration file is broken YAML in line ");
    assertThat(analysis.getDescription() + analysis.getAction()).doesNotContain("planted");
  }
}
