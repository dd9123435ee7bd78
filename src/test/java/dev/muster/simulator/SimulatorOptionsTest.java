package dev.muster.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorOptionsTest {
  @Test
  void whatIsNotGivenHasItsDefault() {
    assertThat(SimulatorOptions.of())
        .isEqualTo(new SimulatorOptions(8099, Simulator.DEFAULT_ARRIVALS, false));
    assertThat(SimulatorOptions.of("--empty", "--arrivals=7", "--port=0"))
        .isEqualTo(new SimulatorOptions(0, 7, true));
  }

  @ParameterizedTest
  @CsvSource({
    "--port=abc, put a number from 0 to 65535",
    "--port=65536, put a number from 0 to 65535",
    "--arrivals=0, put a number from 1 to",
    "--arrivals=, put a number from 1 to",
    "--prot=1, 'there is no option --prot=1; known are --port=N'",
    "--port, there is no option --port;",
    "demo, there is no option demo;"
  })
  void whatCannotBeIsRefusedInASentence(String argument, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimulatorOptions.of(argument))
        .withMessageContaining(argument)
        .withMessageContaining(sentence);
  }
}
