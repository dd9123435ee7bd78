package dev.muster.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.yaml.snakeyaml.Yaml;

/**
 * A file of {@code routes/}, as data.
 *
 * @param name such as {@code vendors/lvcc.yaml}
 * @param text as it stands, comments included
 * @param definitions what it defines, in its order
 */
public record RouteFile(String name, String text, List<Definition> definitions) {
  private static final String VENDORS = "vendors/";

  /**
   * One route, template or configuration.
   *
   * @param file where it stands
   * @param kind {@code route}, {@code routeTemplate} or {@code routeConfiguration}
   * @param body its members
   */
  public record Definition(String file, String kind, Map<?, ?> body) {
    public String id() {
      return String.valueOf(body.get("id"));
    }

    public boolean isTemplate() {
      return kind.equals("routeTemplate");
    }

    public boolean isConfiguration() {
      return kind.equals("routeConfiguration");
    }

    /** The route itself, of a template too. */
    public Map<?, ?> route() {
      return isTemplate() ? map(body.get("route")) : body;
    }

    /** A template's parameters, in their order. */
    public List<Map<?, ?>> parameters() {
      List<Map<?, ?>> parameters = new ArrayList<>();
      list(body.get("parameters")).forEach(parameter -> parameters.add(map(parameter)));
      return parameters;
    }

    /** What a template's parameter is if nobody gives it; null if there is none. */
    public String defaultOf(String parameter) {
      return parameters().stream()
          .filter(declared -> declared.get("name").equals(parameter))
          .map(declared -> declared.get("defaultValue"))
          .map(value -> value == null ? null : value.toString())
          .findFirst()
          .orElse(null);
    }

    /** Tells of each member at any depth of the route: its name and its value. */
    public void members(BiConsumer<String, Object> visitor) {
      visit(route(), visitor);
    }

    /** For messages. */
    @Override
    public String toString() {
      return file + ": " + id();
    }
  }

  /** All of them, also of vendors that only the tests know. */
  public static List<RouteFile> all() {
    List<RouteFile> files = new ArrayList<>();
    for (String under : List.of("", VENDORS)) {
      files.addAll(read(under));
    }
    files.sort(Comparator.comparing(RouteFile::name));
    return files;
  }

  private static List<RouteFile> read(String under) {
    List<RouteFile> files = new ArrayList<>();
    try {
      for (Resource found :
          new PathMatchingResourcePatternResolver()
              .getResources("classpath*:routes/" + under + "*.yaml")) {
        try (InputStream in = found.getInputStream()) {
          String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          files.add(of(under + found.getFilename(), text));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  static RouteFile of(String name, String text) {
    List<Definition> definitions = new ArrayList<>();
    for (Object entry : list(new Yaml().load(text))) {
      map(entry)
          .forEach(
              (kind, body) -> {
                if (!kind.equals("beans")) {
                  definitions.add(new Definition(name, (String) kind, map(body)));
                }
              });
    }
    return new RouteFile(name, text, definitions);
  }

  /** The vendor it belongs to; null for a file that all share. */
  public String vendor() {
    return name.startsWith(VENDORS)
        ? name.substring(VENDORS.length(), name.length() - ".yaml".length())
        : null;
  }

  /** The definition of that id; null if it has none. */
  public Definition definition(String id) {
    return definitions.stream().filter(found -> found.id().equals(id)).findFirst().orElse(null);
  }

  public static Map<?, ?> map(Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  public static List<?> list(Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  private static void visit(Object value, BiConsumer<String, Object> visitor) {
    map(value)
        .forEach(
            (name, member) -> {
              visitor.accept((String) name, member);
              visit(member, visitor);
            });
    list(value).forEach(element -> visit(element, visitor));
  }
}
