package dev.muster.camel;

import dev.muster.start.Mistake;
import dev.muster.start.YamlTree;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.util.ObjectHelper;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;

/**
 * One entry of a file of routes: a route, a configuration or a list of beans.
 *
 * @param file as messages name it
 * @param location as Camel names it
 * @param vendor null in a file that all share
 * @param node the entry
 */
record RouteItem(String file, String location, String vendor, Node node) {
  /** Tries. After so many mistakes in one route the rest can wait. */
  private static final int MOST = 20;

  /** What Camel refused: a key with its value, or null for the whole entry. */
  private record Refusal(NodeTuple entry, int line, String words) {}

  /** Such as {@code route}. */
  String kind() {
    return YamlTree.entries(node).isEmpty()
        ? ""
        : YamlTree.text(YamlTree.entries(node).get(0).getKeyNode());
  }

  Node body() {
    return YamlTree.child(node, kind());
  }

  /** Empty for none. */
  String id() {
    return YamlTree.text(YamlTree.child(body(), "id"));
  }

  int line() {
    return YamlTree.line(node);
  }

  Mistake mistake(int line, String words) {
    return new Mistake(file, line, words);
  }

  /**
   * Has Camel read it. What Camel refuses is taken out, and Camel reads the rest, until it finds
   * nothing more.
   *
   * @param text the file's
   * @param end where the next entry's line begins, in code points
   * @param mistakes takes what Camel refused
   * @return whether Camel took all of it
   */
  boolean load(CamelContext camel, String text, int end, List<Mistake> mistakes) {
    int begin = node.getStartMark().getIndex() - node.getStartMark().getColumn();
    String rest =
        YamlTree.blanked(
            YamlTree.blanked(text, 0, begin), end, text.codePointCount(0, text.length()));
    int last = 0;
    for (int tries = 0; tries < MOST; tries++) {
      Optional<Refusal> refused = refused(camel, rest);
      // One at a line before the last follows from what was taken out.
      if (refused.isEmpty() || refused.get().line <= last) {
        break;
      }
      last = refused.get().line;
      mistakes.add(mistake(last, refused.get().words));
      if (refused.get().entry == null) {
        break;
      }
      rest = without(rest, refused.get().entry);
    }
    return last == 0;
  }

  private Optional<Refusal> refused(CamelContext camel, String text) {
    try {
      PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString(location, text));
      return Optional.empty();
    } catch (Exception e) {
      MarkedYamlEngineException marked =
          ObjectHelper.getException(MarkedYamlEngineException.class, e);
      Mark mark = marked == null ? null : marked.getProblemMark().orElse(null);
      String said = marked == null ? rootWords(e) : marked.getProblem();
      NodeTuple entry = mark == null ? null : entryAt(mark, said);
      int line =
          entry != null
              ? YamlTree.line(entry.getKeyNode())
              : mark == null ? line() : mark.getLine() + 1;
      return Optional.of(
          new Refusal(
              entry, line, "Camel can't read this: " + said + ": correct it, or take it out"));
    }
  }

  private static String rootWords(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }

  /** The key whose value begins at the mark: the one that the words name, if several do. */
  private NodeTuple entryAt(Mark mark, String words) {
    List<NodeTuple> there =
        YamlTree.everyEntry(node).stream()
            .filter(entry -> isAt(entry.getValueNode(), mark) || isAt(entry.getKeyNode(), mark))
            .toList();
    return there.stream()
        .filter(entry -> words.contains(YamlTree.text(entry.getKeyNode())))
        .findFirst()
        .orElse(there.isEmpty() ? null : there.get(there.size() - 1));
  }

  private static boolean isAt(Node node, Mark mark) {
    return node.getStartMark().getLine() == mark.getLine()
        && node.getStartMark().getColumn() == mark.getColumn();
  }

  /** A step goes with its dash, and a key among others without. */
  private String without(String text, NodeTuple entry) {
    int from = entry.getKeyNode().getStartMark().getIndex();
    if (isAlone(node, entry)) {
      int[] points = text.codePoints().toArray();
      int dash = from - 1;
      while (dash > 0 && points[dash] == ' ') {
        dash--;
      }
      from = points[dash] == '-' ? dash : from;
    }
    return YamlTree.blanked(text, from, entry.getValueNode().getEndMark().getIndex());
  }

  private static boolean isAlone(Node within, NodeTuple entry) {
    List<NodeTuple> entries = YamlTree.entries(within);
    return (entries.size() == 1 && entries.get(0) == entry)
        || entries.stream().anyMatch(other -> isAlone(other.getValueNode(), entry))
        || YamlTree.elements(within).stream().anyMatch(element -> isAlone(element, entry));
  }
}
