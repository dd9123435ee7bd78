package dev.muster.settings;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Secrets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.helpers.MessageFormatter;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.boot.logging.logback.ExtendedWhitespaceThrowableProxyConverter;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * What a log line says, whoever wrote it. Nothing in it ends the line, moves a terminal's cursor or
 * turns the direction of writing, so that no vendor or operator can write a line that looks like
 * Muster's. None of the accounts' secrets stands in it.
 */
public final class LogText extends MessageConverter {
  /** Their messages may have several lines, and are made of what was checked; others' are one. */
  private static final Pattern TRUSTED =
      Pattern.compile("(?:dev\\.)?muster\\b.*|org\\.springframework\\.boot\\..*");

  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n\\t]]");

  private static final Pattern PASSWORD_IN_ADDRESS = Pattern.compile("(://[^\\s/@:]*:)[^\\s/@]*@");

  /** Characters. A shorter value may be part of a name that lines need. */
  private static final int SHORTEST = 8;

  private static volatile Secrets hidden = Secrets.of(List.of());

  /** Before Spring sets the log up. */
  static final class Words implements EnvironmentPostProcessor {
    @Override
    public void postProcessEnvironment(
        ConfigurableEnvironment environment, SpringApplication application) {
      register();
    }
  }

  /** Log patterns that are read from now on mean this by their words. */
  public static void register() {
    for (String word : List.of("m", "msg", "message")) {
      PatternLayout.DEFAULT_CONVERTER_SUPPLIER_MAP.put(word, LogText::new);
    }
    PatternLayout.DEFAULT_CONVERTER_SUPPLIER_MAP.put("thrown", Thrown::new);
  }

  /** Lines show none of these from now on. */
  public static void hide(Collection<String> secrets) {
    hidden = Secrets.of(secrets.stream().filter(secret -> secret.length() >= SHORTEST).toList());
  }

  @Override
  public String convert(ILoggingEvent event) {
    return text(event);
  }

  /** The sentence of a line. */
  static String text(ILoggingEvent event) {
    Object[] arguments = event.getArgumentArray();
    String text = event.getMessage();
    if (arguments != null) {
      Object[] lines =
          Arrays.stream(arguments).map(o -> Redaction.line(String.valueOf(o))).toArray();
      text = MessageFormatter.arrayFormat(text, lines).getMessage();
    }
    return text == null || TRUSTED.matcher(event.getLoggerName()).matches()
        ? shown(text)
        : shown(Redaction.mask(Redaction.line(text), null));
  }

  /** A text of several lines, such as a stack trace, whoever wrote it. */
  static String block(String text) {
    return text.lines().map(LogText::masked).collect(Collectors.joining("\n"));
  }

  private static String masked(String line) {
    return shown(line.startsWith("\tat ") ? line : Redaction.mask(line, null));
  }

  private static String shown(String text) {
    return text == null
        ? ""
        : hidden.mask(
            PASSWORD_IN_ADDRESS
                .matcher(UNSEEN.matcher(text).replaceAll(" "))
                .replaceAll("$1" + Redaction.MASK + "@"));
  }

  /** A stack trace: a line of an exception's message is indented, lest it look like a log line. */
  static final class Thrown extends ExtendedWhitespaceThrowableProxyConverter {
    private static final Pattern FRAME = Pattern.compile("\\s.*|Caused by: .*|Wrapped by: .*|");

    @Override
    protected String throwableProxyToString(IThrowableProxy thrown) {
      return super.throwableProxyToString(thrown)
          .lines()
          .map(Thrown::line)
          .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(String line) {
      return masked(FRAME.matcher(line).matches() ? line : "\t" + line);
    }
  }
}
