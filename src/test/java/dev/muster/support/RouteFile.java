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
 * @param definitions the routes and configurations that it defines, in its order
 * @param beans the beans that it binds
 */
public record RouteFile(
    String name, String text, List<Definition> definitions, List<Map<?, ?>> beans) {
  private static final String VENDORS = "vendors/";

  /**
   * One route or configuration.
   *
   * @param file where it stands
   * @param kind {@code route} or {@code routeConfiguration}
   * @param body its members
   */
  public record Definition(String file, String kind, Map<?, ?> body) {
    public String id() {
      return String.valueOf(body.get("id"));
    }

    public boolean isRoute() {
      return kind.equals("route");
    }

    public boolean isConfiguration() {
      return kind.equals("routeConfiguration");
    }

    /** A configuration without an id holds for every route that names none. */
    public boolean isForAllRoutes() {
      return isConfiguration() && body.get("id") == null;
    }

    /** The endpoint that a route begins with. */
    public Map<?, ?> from() {
      return map(body.get("from"));
    }

    /** A route's first steps, each a map with one member. */
    public List<Map<?, ?>> steps() {
      return maps(from().get("steps"));
    }

    /** The path of a vendor's call; null if the route sets none. */
    public String path() {
      return steps().stream()
          .map(step -> map(step.get("setVariable")))
          .filter(variable -> "path".equals(variable.get("name")))
          .map(variable -> (String) variable.get("constant"))
          .findFirst()
          .orElse(null);
    }

    /** The class that a vendor's reply is read into; null if the route reads none. */
    public String replyRecord() {
      return steps().stream()
          .map(step -> map(map(step.get("unmarshal")).get("json")))
          .filter(json -> json.containsKey("unmarshalType"))
          .map(json -> (String) json.get("unmarshalType"))
          .findFirst()
          .orElse(null);
    }

    /** Tells of each member at any depth: its name and its value. */
    public void members(BiConsumer<String, Object> visitor) {
      visit(body, visitor);
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
    List<Map<?, ?>> beans = new ArrayList<>();
    for (Map<?, ?> entry : maps(new Yaml().load(text))) {
      entry.forEach(
          (kind, body) -> {
            if (kind.equals("beans")) {
              beans.addAll(maps(body));
            } else {
              definitions.add(new Definition(name, (String) kind, map(body)));
            }
          });
    }
    return new RouteFile(name, text, definitions, beans);
  }

  /** The file of this vendor. */
  public static RouteFile ofVendor(String vendor) {
    return all().stream()
        .filter(file -> vendor.equals(file.vendor()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no routes/vendors/" + vendor + ".yaml"));
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

  /** The elements of a list, each a map. */
  public static List<Map<?, ?>> maps(Object value) {
    List<Map<?, ?>> maps = new ArrayList<>();
    list(value).forEach(element -> maps.add(map(element)));
    return maps;
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
