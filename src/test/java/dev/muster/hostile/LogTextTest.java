package dev.muster.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.muster.settings.LogText;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;

/** Nobody but Muster writes a line of its log. */
class LogTextTest {
  private static final String OURS = "dev.muster.work.Settler";
  private static final String OTHERS = "org.apache.camel.Anything";

  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void forget() {
    LogText.hide(List.of());
  }

  private String line(String logger, String message, Throwable thrown, Object... arguments) {
    return line("%level %msg%n%thrown", logger, message, thrown, arguments);
  }

  private String line(
      String pattern, String logger, String message, Throwable thrown, Object... arguments) {
    LogText.register();
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.setPattern(pattern);
    layout.start();
    Logger log = context.getLogger(logger);
    return layout.doLayout(new LoggingEvent("test", log, Level.WARN, message, thrown, arguments));
  }

  @Test
  void aLongNameOfALoggerIsNotCut() {
    YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
    yaml.setResources(new ClassPathResource("application.yaml"));
    String pattern =
        yaml.getObject().getProperty("logging.pattern.console").replace("${log.zone:UTC}", "UTC");

    assertThat(line(pattern, "org.example.QuiteALongNameOfSomeConfiguration", "said", null))
        .matches("\\S+ \\S+ WARN +QuiteALongNameOfSomeConfiguration said\\R");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "\r\n",
        "\u001b[2J",
        "\u001b]0;x\u0007",
        "\u0085",
        "\u009b",
        "\u202e",
        "\u2028",
        "\u2029",
        "\u200b"
      })
  void aCharacterThatEndsOrTurnsALineIsABlank(String evil) {
    String text = "a" + evil + "ERROR b";
    for (String said :
        List.of(line(OURS, "{}: {}", null, "enos1", text), line(OTHERS, "enos1: " + text, null))) {
      assertThat(said).matches("WARN enos1: a [^\\p{C}\\p{Zl}\\p{Zp}]*b\\R");
    }
  }

  @Test
  void aSentenceOfOursKeepsItsLines() {
    assertThat(line("muster", "one\n  two {}", null, "a\nb")).isEqualTo("WARN one\n  two a b\n");
  }

  @Test
  void theMessageOfAnExceptionLooksLikeNoLineOfTheLog() {
    String text =
        line(OTHERS, "failed", new IllegalStateException("a\n2026-01-01 ERROR \u001b[1mforged"));

    assertThat(text.lines().filter(line -> line.contains("forged")))
        .singleElement()
        .asString()
        .startsWith("\t2026")
        .doesNotContain("\u001b");
    assertThat(text).contains("\tat " + getClass().getName());
  }

  @Test
  void noSecretStandsThere() {
    LogText.hide(List.of("Kq7pZx-secret"));

    assertThat(line(OURS, "{}", null, "it said KQ7PZX-secret"))
        .isEqualTo("WARN it said [redacted]\n");
    assertThat(line(OTHERS, "Header Authorization: Bearer abc", null)).doesNotContain("abc");
    assertThat(line(OTHERS, "connects to http://me:hunter2@host/x", null))
        .doesNotContain("hunter2");
    assertThat(
            line(
                OTHERS,
                "failed",
                new IllegalStateException("jdbc:postgresql://me:hunter2@host/x?password=hunter3")))
        .doesNotContain("hunter");
  }
}
