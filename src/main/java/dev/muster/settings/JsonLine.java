package dev.muster.settings;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.Map;
import org.springframework.boot.json.JsonWriter.MemberPath;
import org.springframework.boot.json.JsonWriter.Members;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.core.env.Environment;

/**
 * The log in JSON says what the log in text says: {@link LogText} cleans and masks each value, in
 * whatever format of Spring Boot's.
 */
final class JsonLine implements StructuredLoggingJsonMembersCustomizer<ILoggingEvent> {
  /** Ours, until it gets the name of the format's own. */
  private static final String SENTENCE = "sentence";

  private static final String USUAL = "message";

  /** By format: what the member is called that holds the message, if not as usual. */
  private static final Map<String, String> UNUSUAL = Map.of("gelf", "short_message");

  private final String message;

  JsonLine(Environment environment) {
    String format =
        environment.getProperty(
            "logging.structured.format.console",
            environment.getProperty("logging.structured.format.file", ""));
    message = UNUSUAL.getOrDefault(format, USUAL);
  }

  @Override
  public void customize(Members<ILoggingEvent> members) {
    members.applyingPathFilter(path -> isTop(path, message));
    members.add(SENTENCE, LogText::text);
    members.applyingNameProcessor((path, name) -> isTop(path, SENTENCE) ? message : name);
    members.applyingValueProcessor(
        (path, value) ->
            value instanceof String text && !isTop(path, SENTENCE) ? LogText.block(text) : value);
  }

  private static boolean isTop(MemberPath path, String name) {
    return path.toString().equals(name);
  }
}
