package dev.muster.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.settings.LogFields;
import dev.muster.settings.LogText;
import dev.muster.support.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** The log as JSON is as clean as the log in text, and says whose work a line is about. */
class JsonLineTest {
  private static final String OURS = "dev.muster.work.Settler";
  private static final String OTHERS = "org.apache.camel.Anything";
  private static final String SECRET = "Kq7pZx-secret";

  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void forget() {
    LogText.hide(List.of());
    LogFields.vendors(Map.of());
  }

  @ParameterizedTest
  @CsvSource({"logstash,message", "ecs,message", "gelf,short_message"})
  void nothingOfALineIsForgedAndNoSecretStandsThere(String format, String message) {
    LogText.hide(List.of(SECRET));
    Exception thrown =
        new IllegalStateException("a\n\u001b[1m" + SECRET + " http://me:hunter2@host/x");

    String line = line(format, OTHERS, "it\n{}: Authorization: Bearer abc", thrown, SECRET);

    assertThat(line).endsWith("}\n").doesNotContain(SECRET, "hunter2", "abc", "\u202e", "\\u001b");
    assertThat(line.strip().lines()).hasSize(1);
    JsonNode json = Json.tree(line);
    assertThat(json.path(message).asText()).startsWith("it [redacted]: ");
    assertThat(json.toString()).contains("[redacted]", getClass().getName());
  }

  @Test
  void aSentenceOfOursStaysAsItIs() {
    assertThat(
            Json.tree(line("logstash", OURS, "{}: no token: {}", null, "enos1", "a\u202e\nb"))
                .path("message")
                .asText())
        .isEqualTo("enos1: no token: a b");
  }

  @ParameterizedTest
  @CsvSource({"logstash,", "ecs,", "gelf,_"})
  void itSaysWhoseWorkItIsAbout(String format, String prefix) {
    LogText.hide(List.of(SECRET));
    LogFields.vendors(Map.of("enos1", "enos"));
    String before = prefix == null ? "" : prefix;
    LogFields.during(
        "enos1",
        "allocate",
        "SN-1 " + SECRET,
        42L,
        () -> {
          JsonNode json = Json.tree(line(format, OURS, "x", null));

          assertThat(json.path(before + "account").asText()).isEqualTo("enos1");
          assertThat(json.path(before + "vendor").asText()).isEqualTo("enos");
          assertThat(json.path(before + "operation").asText()).isEqualTo("allocate");
          assertThat(json.path(before + "key").asText()).isEqualTo("SN-1 [redacted]");
          assertThat(json.path(before + "request_id").asText()).isEqualTo("42");
        });

    assertThat(line(format, OURS, "x", null)).doesNotContain("enos1", "request_id");
  }

  private String line(
      String format, String logger, String message, Throwable thrown, Object... arguments) {
    context.setMDCAdapter(MDC.getMDCAdapter());
    context.putObject(Environment.class.getName(), asPackaged(format));
    StructuredLogEncoder encoder = new StructuredLogEncoder();
    encoder.setContext(context);
    encoder.setFormat(format);
    encoder.start();
    LoggingEvent event =
        new LoggingEvent("test", context.getLogger(logger), Level.WARN, message, thrown, arguments);
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }

  private static Environment asPackaged(String format) {
    StandardEnvironment environment = new StandardEnvironment();
    try {
      new YamlPropertySourceLoader()
          .load("packaged", new ClassPathResource("application.yaml"))
          .forEach(environment.getPropertySources()::addLast);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    environment
        .getPropertySources()
        .addFirst(
            new MapPropertySource("switch", Map.of("logging.structured.format.console", format)));
    return environment;
  }
}
