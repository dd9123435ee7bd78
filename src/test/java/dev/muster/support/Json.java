package dev.muster.support;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the tests need of JSON: recorded replies, leaves by path, and replies gone odd. */
public final class Json {
  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private static final List<String> ODD =
      List.of("null", "{}", "[]", "\"x\"", "-1", "true", "[[null]]", "1e999999999");

  public static String recorded(Class<?> test, String file) {
    try (InputStream in = test.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static <T> T read(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode tree(String json) {
    return read(json, JsonNode.class);
  }

  /** Each scalar, by its JSON pointer. */
  public static Map<String, JsonNode> leaves(JsonNode node) {
    Map<String, JsonNode> leaves = new TreeMap<>();
    collect(node, "", leaves);
    return leaves;
  }

  private static void collect(JsonNode node, String path, Map<String, JsonNode> leaves) {
    if (node.isObject()) {
      node.properties()
          .forEach(member -> collect(member.getValue(), path + "/" + member.getKey(), leaves));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(node.get(i), path + "/" + i, leaves);
      }
    } else {
      leaves.put(path, node);
    }
  }

  /**
   * Copies in each of which one node, leaf or not, the root too, is something that makes no sense
   * there, or is gone.
   */
  public static List<JsonNode> odd(JsonNode good) {
    List<String> paths = new ArrayList<>(List.of(""));
    nodes(good, "", paths);
    List<JsonNode> result = new ArrayList<>();
    for (String path : paths) {
      ODD.forEach(odd -> result.add(with(good, path, tree(odd))));
      if (!path.isEmpty()) {
        result.add(with(good, path, null));
      }
    }
    return result;
  }

  private static void nodes(JsonNode node, String path, List<String> paths) {
    node.properties()
        .forEach(
            member -> {
              paths.add(path + "/" + member.getKey());
              nodes(member.getValue(), path + "/" + member.getKey(), paths);
            });
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      paths.add(path + "/" + i);
      nodes(node.get(i), path + "/" + i, paths);
    }
  }

  /** A copy with another value at a JSON pointer; without it, if the value is Java's null. */
  public static JsonNode with(JsonNode good, String path, JsonNode value) {
    if (path.isEmpty()) {
      return value;
    }
    JsonNode copy = good.deepCopy();
    int slash = path.lastIndexOf('/');
    String name = path.substring(slash + 1);
    JsonNode parent = copy.at(path.substring(0, slash));
    if (parent instanceof ArrayNode array) {
      int index = Integer.parseInt(name);
      if (value == null) {
        array.remove(index);
      } else {
        array.set(index, value);
      }
    } else if (value == null) {
      ((ObjectNode) parent).remove(name);
    } else {
      ((ObjectNode) parent).set(name, value);
    }
    return copy;
  }

  private Json() {}
}
