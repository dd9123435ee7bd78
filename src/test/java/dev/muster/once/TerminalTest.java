package dev.muster.once;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
  @Test
  void onATerminalALineIsDrawnAgain() {
    assertThat(Terminal.isCapable(Map.of("TERM", "xterm-256color"), "Linux")).isTrue();
    assertThat(Terminal.isCapable(Map.of(), "Windows 11")).isTrue();
  }

  @Test
  void aDumbOneAndACiServerAreNone() {
    assertThat(Terminal.isCapable(Map.of("TERM", "dumb"), "Linux")).isFalse();
    assertThat(Terminal.isCapable(Map.of(), "Linux")).isFalse();
    assertThat(Terminal.isCapable(Map.of("TERM", "xterm", "CI", "true"), "Linux")).isFalse();
  }
}
