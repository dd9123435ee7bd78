package dev.muster.start;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;

/**
 * Finds values of files that name something that is not there. Spring leaves such a text as it
 * stands, and the vendor would be sent <code>${SECRET}</code> for a secret.
 */
final class Placeholders {
  /** Without a colon, which a default stands behind; a backslash before it means the text. */
  private static final Pattern NAMED = Pattern.compile("(?<!\\\\)\\$\\{([^${}:]+)}");

  private static final Pattern WRITTEN = Pattern.compile(".*\\.(ya?ml|properties)");

  static List<String> problems(Environment environment) {
    List<String> problems = new ArrayList<>();
    if (environment instanceof ConfigurableEnvironment sources) {
      sources.getPropertySources().stream()
          .filter(EnumerablePropertySource.class::isInstance)
          .map(source -> (EnumerablePropertySource<?>) source)
          .forEach(source -> problems.addAll(of(source, environment)));
    }
    return problems;
  }

  private static List<String> of(EnumerablePropertySource<?> source, Environment environment) {
    List<String> problems = new ArrayList<>();
    for (String key : source.getPropertyNames()) {
      if (isWritten(source, key) && source.getProperty(key) instanceof CharSequence value) {
        NAMED
            .matcher(value)
            .results()
            .map(found -> found.group(1))
            .filter(name -> !environment.containsProperty(name))
            .map(
                name ->
                    "%s names ${%s}, and nothing of that name is there: set it, or write \\${ for the text itself"
                        .formatted(key, name))
            .forEach(problems::add);
      }
    }
    return problems;
  }

  private static boolean isWritten(EnumerablePropertySource<?> source, String key) {
    var text = Places.text(OriginLookup.getOrigin(source, key));
    return text != null
        && text.getResource().getFilename() != null
        && WRITTEN.matcher(text.getResource().getFilename()).matches();
  }

  private Placeholders() {}
}
