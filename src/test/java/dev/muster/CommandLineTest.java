package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.CommandLine.Order;
import dev.muster.CommandLine.Word;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  /** Lines of a terminal window. */
  private static final int SCREEN = 30;

  /** Columns. */
  private static final int WIDTH = 110;

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void helpIsAskedForByAnyOfItsNames(String word) {
    assertThat(CommandLine.read(word).word()).isEqualTo(Word.HELP);
    assertThat(CommandLine.read("--muster.once=true", word).word()).isEqualTo(Word.HELP);
    assertThat(CommandLine.read("simulator", word).word()).isEqualTo(Word.HELP);
  }

  @Test
  void helpSaysOnOneScreenWhatThereIs() {
    assertThat(CommandLine.read("help").text())
        .contains("run ", "once ", "check ", "simulator ", "help ", "version ")
        .contains("--muster.once=true", "--spring.datasource.url=", "Exit codes:")
        .satisfies(
            text ->
                assertThat(text.lines())
                    .hasSizeLessThanOrEqualTo(SCREEN)
                    .allMatch(line -> line.length() <= WIDTH));
  }

  @Test
  void keysOfTheConfigurationRunIt() {
    assertThat(CommandLine.read().word()).isEqualTo(Word.RUN);
    Order order = CommandLine.read("--muster.once=true", "--debug");
    assertThat(order.word()).isEqualTo(Word.RUN);
    assertThat(order.keys()).containsExactly("--muster.once=true", "--debug");
  }

  @Test
  void aCommandComesBeforeItsKeys() {
    Order run = CommandLine.read("run", "--server.port=0");
    assertThat(run.word()).isEqualTo(Word.RUN);
    assertThat(run.keys()).containsExactly("--server.port=0");
    Order once = CommandLine.read("once", "--server.port=0");
    assertThat(once.word()).isEqualTo(Word.ONCE);
    assertThat(once.keys()).containsExactly("--server.port=0", "--muster.once=true");
    assertThat(CommandLine.read("check").word()).isEqualTo(Word.CHECK);
    assertThat(CommandLine.read("--server.port=0", "check").word()).isEqualTo(Word.REFUSED);
  }

  @Test
  void liveStandsBehindCheckAlone() {
    assertThat(CommandLine.read("check", "--live").word()).isEqualTo(Word.CHECK);
    for (String[] elsewhere : new String[][] {{"--live"}, {"run", "--live"}, {"once", "--live"}}) {
      assertThat(CommandLine.read(elsewhere).text())
          .isEqualTo("muster: --live stands behind the command check");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "-V"})
  void theVersionIsTold(String word) {
    assertThat(CommandLine.read(word).text()).startsWith("Muster ").contains("Java ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "-x", "-Dserver.port=0", "muster.once=true", ""})
  void whatIsNoKeyIsRefused(String argument) {
    Order order = CommandLine.read("--muster.once=true", argument);
    assertThat(order.word()).isEqualTo(Word.REFUSED);
    assertThat(order.text()).contains("argument 2 is none", "simulator", "help", "--key=value");
  }

  @ParameterizedTest
  @CsvSource({"chek, check", "onec, once", "simulater, simulator", "verison, version"})
  void aWordThatIsNearlyACommandIsAnsweredWithIt(String written, String meant) {
    assertThat(CommandLine.read(written).text())
        .startsWith("muster: argument 1 is none that there is: did you mean " + meant);
  }

  @Test
  void anArgumentThatMayBeAPasswordIsNotRepeated() {
    assertThat(CommandLine.read("--spring.datasource.password", "hunter2").text())
        .doesNotContain("hunter2");
    assertThat(CommandLine.read("hunter2").text()).doesNotContain("hunter2");
  }

  @Test
  void onlyTheFirstWordAsksForTheSimulator() {
    assertThat(CommandLine.read("simulator", "--port=0").word()).isEqualTo(Word.SIMULATOR);
    assertThat(CommandLine.read("simulator", "port").word()).isEqualTo(Word.SIMULATOR);
    assertThat(CommandLine.read("--port=0", "simulator").word()).isEqualTo(Word.REFUSED);
  }
}
