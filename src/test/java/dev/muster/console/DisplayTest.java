package dev.muster.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values as pages show them: none turns or hides the text around it. */
class DisplayTest {
  /** Bidirectional controls and isolates, marks, and what takes no room. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0x200E, 0x200F,
        0x061C, 0x200B, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0x2028, 0x2029, 0x0000, 0x001B, 0x0085,
        0xE0041
      })
  void whatTurnsOrHidesTextIsNamed(int character) {
    String shown = Display.line("a" + Character.toString(character) + "b");
    assertThat(shown).isEqualTo("a\u2039U+%04X\u203ab".formatted(character));
    assertThat(Display.whole("a" + Character.toString(character) + "b")).isEqualTo(shown);
  }

  @Test
  void onceIsAWord() {
    assertThat(Display.times("1")).isEqualTo("once");
    assertThat(Display.times("12")).isEqualTo("12 times");
    assertThat(Display.times(null)).isNull();
  }

  @Test
  void aLongValueIsCutBetweenItsCharacters() {
    assertThat(Display.line("x".repeat(299) + "\uD83D\uDE00".repeat(9)))
        .isEqualTo("x".repeat(299) + " … (317 characters in all)");
    assertThat(Display.line("x".repeat(301))).as("cut by the query").endsWith("x …");
    assertThat(Display.whole("x".repeat(1 << 20))).endsWith("(1,048,576 characters in all)");
  }
}
