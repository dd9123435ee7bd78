package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void helpIsAskedForByAnyOfItsNames(String word) {
    assertThat(CommandLine.asksForHelp(word)).isTrue();
    assertThat(CommandLine.asksForHelp("--muster.once=true", word)).isTrue();
    assertThat(CommandLine.asksForHelp("simulator", word)).isTrue();
  }

  @Test
  void keysOfTheConfigurationAreTaken() {
    assertThat(CommandLine.asksForHelp("--muster.once=true")).isFalse();
    assertThat(CommandLine.objection()).isEmpty();
    assertThat(CommandLine.objection("--muster.once=true", "--debug")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "-x", "-Dserver.port=0", "muster.once=true", ""})
  void whatIsNoKeyIsRefused(String argument) {
    assertThat(CommandLine.objection("--muster.once=true", argument))
        .hasValueSatisfying(
            sentence -> assertThat(sentence).contains("argument 2 is none", "simulator", "--help"));
  }

  @Test
  void anArgumentThatMayBeAPasswordIsNotRepeated() {
    assertThat(CommandLine.objection("--spring.datasource.password", "hunter2"))
        .hasValueSatisfying(sentence -> assertThat(sentence).doesNotContain("hunter2"));
  }

  @Test
  void onlyTheFirstWordAsksForTheSimulator() {
    assertThat(CommandLine.asksForSimulator("simulator", "--port=0")).isTrue();
    assertThat(CommandLine.asksForSimulator("--port=0", "simulator")).isFalse();
    assertThat(CommandLine.asksForSimulator()).isFalse();
  }
}
