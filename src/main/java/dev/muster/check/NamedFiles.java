package dev.muster.check;

import dev.muster.start.Mistake;
import dev.muster.start.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** The files and folders that the configuration has Spring read, and that are not there. */
final class NamedFiles {
  private static final Pattern KEY =
      Pattern.compile("spring\\.config\\.(import|location|additional-location)(\\[\\d+])?");

  private static final Pattern ELSEWHERE = Pattern.compile("(?:optional|classpath|env):.*|.*\\*.*");

  static List<Mistake> missing(ConfigurableEnvironment environment) {
    List<Mistake> mistakes = new ArrayList<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> listed) {
        for (String key : listed.getPropertyNames()) {
          if (KEY.matcher(key).matches()) {
            Origin origin = OriginLookup.getOrigin(source, key);
            String value = environment.resolvePlaceholders("" + source.getProperty(key));
            for (String location : value.split("[,;]")) {
              if (isMissing(location.strip(), origin)) {
                mistakes.add(
                    Places.at(
                        origin,
                        key,
                        source,
                        "%s: there is no %s: correct the name, or put optional: before it"
                            .formatted(key, location.strip())));
              }
            }
          }
        }
      }
    }
    return mistakes;
  }

  private static boolean isMissing(String location, Origin origin) {
    if (location.isEmpty() || ELSEWHERE.matcher(location).matches()) {
      return false;
    }
    String path = location.replaceFirst("^configtree:", "").replaceFirst("^file:(//)?", "");
    try {
      return !Files.exists(location.equals(path) ? beside(origin).resolve(path) : Path.of(path));
    } catch (InvalidPathException noPath) {
      return true;
    }
  }

  /** Spring looks for a bare name beside the file that holds it. */
  private static Path beside(Origin origin) {
    TextResourceOrigin text = Places.text(origin);
    try {
      Path file = text == null ? null : text.getResource().getFile().toPath();
      return file == null || file.getParent() == null ? Path.of("") : file.getParent();
    } catch (IOException notAFile) {
      return Path.of("");
    }
  }

  private NamedFiles() {}
}
