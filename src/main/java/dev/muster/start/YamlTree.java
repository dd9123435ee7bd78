package dev.muster.start;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML file as nodes that know their lines, and what is wrong with it as YAML. */
public final class YamlTree {
  private final String file;
  private final String text;
  private final List<Node> documents = new ArrayList<>();
  private final List<Mistake> mistakes = new ArrayList<>();
  private final List<NodeTuple> doubled = new ArrayList<>();
  private boolean broken;

  /**
   * @param file as messages name it
   */
  public YamlTree(String file, byte[] content) {
    this.file = file;
    String read = "";
    try {
      read = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      forbid();
    }
    text = read;
    try {
      new Yaml(new LoaderOptions()).composeAll(new StringReader(text)).forEach(this::add);
    } catch (MarkedYAMLException e) {
      broken = true;
      mistakes.add(syntax(e.getProblemMark()));
    } catch (YAMLException e) {
      forbid();
    }
  }

  private void forbid() {
    broken = true;
    mistakes.add(
        new Mistake(
            file, 1, "this is no text in UTF-8, or has letters that YAML forbids: save it anew"));
  }

  private void add(Node document) {
    if (document != null) {
      documents.add(document);
      findDoubled(document);
    }
  }

  /** The parser's own words repeat the line, which may hold a secret. */
  private Mistake syntax(Mark mark) {
    int line = mark == null ? 1 : mark.getLine() + 1;
    String written = text.lines().skip(line - 1L).findFirst().orElse("");
    String words =
        written.matches("\\s*\\t.*")
            ? "broken YAML: a tab stands before the first word; put blanks there"
            : "broken YAML%s; look at this line and the one before, and put values with : # ' \" @ * & or %% in them in quotes"
                .formatted(mark == null ? "" : " in column " + (mark.getColumn() + 1));
    return new Mistake(file, line, words + ". Nothing else in this file was looked at");
  }

  private void findDoubled(Node node) {
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(this::findDoubled);
    } else if (node instanceof MappingNode map) {
      Map<String, Integer> first = new HashMap<>();
      for (NodeTuple entry : map.getValue()) {
        String key = text(entry.getKeyNode());
        Integer earlier = first.putIfAbsent(key, line(entry.getKeyNode()));
        if (earlier != null) {
          doubled.add(entry);
          mistakes.add(
              new Mistake(
                  file,
                  line(entry.getKeyNode()),
                  "the key %s stands in line %d too: keep one of the two".formatted(key, earlier)));
        } else {
          findDoubled(entry.getValueNode());
        }
      }
    }
  }

  /** Whether it could not be read to its end. */
  public boolean isBroken() {
    return broken;
  }

  public List<Mistake> mistakes() {
    return mistakes;
  }

  /** The file's text; empty if it is none. */
  public String text() {
    return text;
  }

  public List<Node> documents() {
    return documents;
  }

  /** The text with blanks in place of each key that stands there a second time. */
  public String withoutDoubled() {
    String clean = text;
    for (NodeTuple entry : doubled) {
      clean =
          blanked(
              clean,
              entry.getKeyNode().getStartMark().getIndex(),
              entry.getValueNode().getEndMark().getIndex());
    }
    return clean;
  }

  /**
   * A text with blanks in place of a part, and its lines where they were.
   *
   * @param from in code points, as marks count
   */
  public static String blanked(String text, int from, int to) {
    int[] points = text.codePoints().toArray();
    for (int i = from; i < Math.min(to, points.length); i++) {
      points[i] = points[i] == '\n' || points[i] == '\r' ? points[i] : ' ';
    }
    return new String(points, 0, points.length);
  }

  /** From 1. */
  public static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  /** Of a scalar; empty for another node, and for none. */
  public static String text(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  /** What stands under a key; null if the node has no such key. */
  public static Node child(Node node, String key) {
    return entries(node).stream()
        .filter(entry -> text(entry.getKeyNode()).equals(key))
        .map(NodeTuple::getValueNode)
        .findFirst()
        .orElse(null);
  }

  /** Of a map; none for another node. */
  public static List<NodeTuple> entries(Node node) {
    return node instanceof MappingNode map ? map.getValue() : List.of();
  }

  /** Of a list; none for another node. */
  public static List<Node> elements(Node node) {
    return node instanceof SequenceNode list ? list.getValue() : List.of();
  }

  /** All keys with their values at any depth, in the file's order. */
  public static List<NodeTuple> everyEntry(Node node) {
    List<NodeTuple> all = new ArrayList<>();
    collect(node, all);
    return all;
  }

  private static void collect(Node node, List<NodeTuple> all) {
    elements(node).forEach(element -> collect(element, all));
    for (NodeTuple entry : entries(node)) {
      all.add(entry);
      collect(entry.getValueNode(), all);
    }
  }
}
