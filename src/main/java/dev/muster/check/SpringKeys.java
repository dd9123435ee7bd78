package dev.muster.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.start.Mistake;
import dev.muster.start.Places;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Keys that Spring does not know, which it passes over in silence: the libraries in the jar say
 * themselves which they read.
 */
final class SpringKeys {
  private static final String METADATA = "META-INF/spring-configuration-metadata.json";

  /** Roots that others may not use; below any other root stand names of people's own. */
  private static final List<String> ROOTS =
      List.of("muster", "spring", "server", "management", "logging");

  private static final String MUSTER = "muster";
  private static final Pattern WRITTEN = Pattern.compile(".*\\.(ya?ml|properties)");

  /** Slips of a finger, at most. */
  private static final int NEAR = 2;

  private final ConfigurableEnvironment environment;

  /** By a name without dashes: the name as it is documented, and the type of its value. */
  private final Map<String, Known> known = new TreeMap<>();

  /**
   * @param type null for a name that only has others below it
   * @param instead null unless Spring reads it no more
   */
  private record Known(String name, String type, String instead) {
    boolean holdsAnything() {
      return type != null && !type.matches("java\\.(lang|time|net|io)\\.\\w+");
    }
  }

  SpringKeys(ConfigurableEnvironment environment) {
    this.environment = environment;
    try {
      ClassLoader loader = SpringKeys.class.getClassLoader();
      for (URL file : Collections.list(loader.getResources(METADATA))) {
        try (InputStream in = file.openStream()) {
          new ObjectMapper().readTree(in).path("properties").forEach(this::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(JsonNode property) {
    String name = property.path("name").asText();
    JsonNode gone = property.path("deprecation");
    String instead =
        gone.path("level").asText().equals("error") ? gone.path("replacement").asText("") : null;
    known.put(plain(name), new Known(name, property.path("type").asText(), instead));
    for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
      String parent = name.substring(0, dot);
      known.putIfAbsent(plain(parent), new Known(parent, null, null));
    }
  }

  private static String plain(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("\\[\\d+]|[-_]", "");
  }

  List<Mistake> mistakes() {
    List<Mistake> mistakes = new ArrayList<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> listed) {
        for (String key : listed.getPropertyNames()) {
          Origin origin = OriginLookup.getOrigin(source, key);
          if (isWritten(source, origin)) {
            problem(key).ifPresent(words -> mistakes.add(Places.at(origin, key, source, words)));
          }
        }
      }
    }
    return mistakes;
  }

  /** The environment and folders of secrets hold names of others too. */
  private static boolean isWritten(PropertySource<?> source, Origin origin) {
    var text = Places.text(origin);
    return source instanceof CommandLinePropertySource<?>
        || (text != null
            && !Places.file(text).isEmpty()
            && text.getResource().getFilename() != null
            && WRITTEN.matcher(text.getResource().getFilename()).matches());
  }

  private Optional<String> problem(String key) {
    String root = key.replaceAll("[.\\[].*", "");
    if (!ROOTS.contains(root)) {
      return ROOTS.stream()
          .filter(meant -> key.contains(".") && distance(root, meant) <= NEAR)
          .findFirst()
          .map(meant -> "%s: nothing reads it: did you mean %s?".formatted(key, meant));
    }
    return root.equals(MUSTER) ? Optional.empty() : springs(key);
  }

  private Optional<String> springs(String key) {
    String name = plain(key);
    Known found = known.get(name);
    if (found != null) {
      return found.instead != null ? Optional.of(gone(key, found)) : unreadable(key, found);
    }
    String parent = name;
    while (parent.contains(".")) {
      parent = parent.substring(0, parent.lastIndexOf('.'));
      Known above = known.get(parent);
      if (above != null) {
        return above.holdsAnything() ? Optional.empty() : Optional.of(unknown(key, name, parent));
      }
    }
    return Optional.of(unknown(key, name, ""));
  }

  private static String gone(String key, Known found) {
    return "%s: Spring does not read it any more: %s"
        .formatted(key, found.instead.isEmpty() ? "take it out" : "put " + found.instead);
  }

  private String unknown(String key, String name, String parent) {
    String below = parent.isEmpty() ? "" : parent + ".";
    Optional<String> near =
        known.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(below))
            .filter(
                entry -> distance(entry.getKey(), name) <= NEAR || entry.getKey().startsWith(name))
            .map(entry -> entry.getValue().name)
            .findFirst();
    return "%s: there is no such key%s"
        .formatted(
            key,
            near.map(meant -> ": did you mean " + meant + "?")
                .orElse(": correct its name, or take it out"));
  }

  /** A number, a time or one of some words; texts and what holds anything can be read. */
  private Optional<String> unreadable(String key, Known found) {
    if (found.type == null || found.holdsAnything() || found.type.equals("java.lang.String")) {
      return Optional.empty();
    }
    try {
      Binder.get(environment)
          .bind(ConfigurationPropertyName.adapt(key, '.'), Bindable.of(Class.forName(found.type)));
      return Optional.empty();
    } catch (BindException wrong) {
      String kind = found.type.substring(found.type.lastIndexOf('.') + 1);
      return Optional.of("%s can't be read: put a value of the kind %s".formatted(key, kind));
    } catch (ClassNotFoundException notInTheJar) {
      return Optional.empty();
    }
  }

  /** Letters to change, add or leave out. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
