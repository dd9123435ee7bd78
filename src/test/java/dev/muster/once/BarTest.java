package dev.muster.once;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What a terminal shows, and where there is one. */
@ResourceLock(Resources.SYSTEM_OUT)
class BarTest {
  private static final String ERASE = "\r\u001b[K";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void theFiguresStandBesideTheBar() {
    show(80, "");

    assertThat(screen())
        .singleElement()
        .asString()
        .matches(" +42% \\[=+>? *\\] +420/1000 \\(0:00:0\\d / \\S+\\) \\S+/s 3 failed")
        .hasSizeLessThanOrEqualTo(80);
  }

  @Test
  void aNarrowTerminalIsNoError() {
    for (int width : List.of(40, 10)) {
      bytes.reset();
      show(width, "");
      assertThat(screen()).singleElement().asString().hasSizeLessThanOrEqualTo(width);
    }
  }

  @Test
  void whatIsLoggedAppearsAboveTheBar() {
    PrintStream before = System.out;
    show(80, "a line of the log");

    assertThat(screen()).hasSize(2).startsWith("a line of the log");
    assertThat(screen().get(1)).contains("420/1000");
    assertThat(System.out).isSameAs(before);
  }

  @Test
  void onATerminalABarIsDrawnAgainAndAgain() {
    assertThat(Bar.isCapable(Map.of("TERM", "xterm-256color"), "Linux")).isTrue();
    assertThat(Bar.isCapable(Map.of(), "Windows 11")).isTrue();
  }

  @Test
  void aDumbOneAndACiServerAreNone() {
    assertThat(Bar.isCapable(Map.of("TERM", "dumb"), "Linux")).isFalse();
    assertThat(Bar.isCapable(Map.of(), "Linux")).isFalse();
    assertThat(Bar.isCapable(Map.of("TERM", "xterm", "CI", "true"), "Linux")).isFalse();
  }

  private void show(int width, String logged) {
    PrintStream console = System.out;
    PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    System.setOut(terminal);
    try (ProgressBar bar = Bar.open(1000, new Bar.LastLine(terminal, width))) {
      bar.stepTo(420);
      bar.setExtraMessage(" 3 failed");
      if (!logged.isEmpty()) {
        System.out.println(logged);
      }
    } finally {
      System.setOut(console);
    }
  }

  /** The lines as they stand in the end. */
  private List<String> screen() {
    return Stream.of(bytes.toString(StandardCharsets.UTF_8).split(System.lineSeparator()))
        .map(line -> line.substring(Math.max(line.lastIndexOf(ERASE) + ERASE.length(), 0)))
        .toList();
  }
}
