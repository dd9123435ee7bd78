package dev.muster.once;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** What a terminal shows that is 80 columns wide. */
@ResourceLock(Resources.SYSTEM_OUT)
class BarTest {
  private static final int WIDTH = 80;
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream console = System.out;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @BeforeEach
  void watch() {
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void leave() {
    System.setOut(console);
  }

  @Test
  void theFiguresStandBesideTheBar() {
    try (Bar bar = new Bar(figures(0, 1000), WIDTH)) {
      bar.show(figures(420, 1000));
    }

    List<String> screen = screen();
    assertThat(screen).hasSize(1);
    assertThat(screen.get(0))
        .matches(
            " +42% \\[=+>? +] +420/1000 \\(0:00:0\\d / 0:01:40\\)  5.8/s, 3 failed, 12 changed, 7 new");
    assertThat(screen.get(0).length()).isLessThanOrEqualTo(WIDTH);
  }

  @Test
  void aMillionFitsAndANarrowTerminalIsNoError() {
    for (int width : List.of(WIDTH, 40, 10)) {
      bytes.reset();
      try (Bar bar = new Bar(figures(999_999, 1_000_000), width)) {
        bar.show(figures(999_999, 1_000_000));
      }
      assertThat(screen()).singleElement().asString().hasSizeLessThanOrEqualTo(width);
    }
  }

  @Test
  void whatIsLoggedAppearsAboveTheBar() {
    try (Bar bar = new Bar(figures(420, 1000), WIDTH)) {
      System.out.println("a line of the log");
      System.out.print("another, in ");
      System.out.println("two parts");
      bar.show(figures(420, 1000));
    }

    assertThat(screen()).hasSize(3).startsWith("a line of the log", "another, in two parts");
    assertThat(screen().get(2)).contains("420/1000");
  }

  @Test
  void afterwardsTheConsoleIsWhatItWas() {
    PrintStream before = System.out;
    new Bar(figures(0, 1), WIDTH).close();

    assertThat(System.out).isSameAs(before);
  }

  private static Figures figures(long done, long total) {
    return new Figures(done, total, 5.8, Duration.ofSeconds(100), 7, 12, 3);
  }

  /** The lines as they stand in the end. */
  private List<String> screen() {
    List<String> lines = new ArrayList<>();
    for (String line : bytes.toString(StandardCharsets.UTF_8).split(System.lineSeparator())) {
      lines.add(
          line.substring(
              line.lastIndexOf(ERASE) < 0 ? 0 : line.lastIndexOf(ERASE) + ERASE.length()));
    }
    return lines;
  }
}
