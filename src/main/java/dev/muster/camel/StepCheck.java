package dev.muster.camel;

import dev.muster.start.Mistake;
import dev.muster.start.YamlTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.dsl.yaml.common.YamlSupport;
import org.apache.camel.spi.Language;
import org.quartz.impl.triggers.SimpleTriggerImpl;
import org.springframework.beans.BeanUtils;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;

/** What the steps of a route name: options of endpoints, beans, expressions, placeholders. */
final class StepCheck {
  private static final String BEAN = "#bean:";

  /** Of a quartz address. Camel sets them once the route starts. */
  private static final String TRIGGER = "trigger.";

  private static final Pattern UNKNOWN_OPTION =
      Pattern.compile("Unknown parameters=\\[\\{([^=]+)=");
  private static final Pattern OPTION = Pattern.compile("\\(([\\w.]+)=");

  private final CamelContext camel;
  private final Map<String, String> beans;

  /**
   * @param beans the names that a step can call, each with its class
   */
  StepCheck(CamelContext camel, Map<String, String> beans) {
    this.camel = camel;
    this.beans = beans;
  }

  List<Mistake> mistakes(RouteItem item) {
    List<Mistake> mistakes = new ArrayList<>();
    for (NodeTuple entry : YamlTree.everyEntry(item.node())) {
      Node value = entry.getValueNode();
      String problem =
          switch (YamlTree.text(entry.getKeyNode())) {
            case "simple" -> expression(value, false);
            case "filter", "validate" -> expression(YamlTree.child(value, "simple"), true);
            case "unmarshalType" -> type(YamlTree.text(value));
            default -> placeholder(YamlTree.text(value));
          };
      if (problem != null) {
        mistakes.add(item.mistake(YamlTree.line(value), problem));
      }
      switch (YamlTree.text(entry.getKeyNode())) {
        case "when" -> whens(item, value, mistakes);
        case "from", "to" -> endpoint(item, value, mistakes);
        default -> bean(item, value, mistakes);
      }
    }
    return mistakes;
  }

  private void whens(RouteItem item, Node whens, List<Mistake> mistakes) {
    for (Node when : YamlTree.elements(whens)) {
      Node simple = YamlTree.child(when, "simple");
      String problem = expression(simple, true);
      if (problem != null) {
        mistakes.add(item.mistake(YamlTree.line(simple), problem));
      }
    }
  }

  /** Null if it is right, or if there is none. */
  private String expression(Node written, boolean isCondition) {
    if (written == null) {
      return null;
    }
    String text =
        YamlTree.text(
            YamlTree.entries(written).isEmpty() ? written : YamlTree.child(written, "expression"));
    Language simple = camel.resolveLanguage("simple");
    try {
      Object read = isCondition ? simple.createPredicate(text) : simple.createExpression(text);
      return read == null ? "this is no expression" : null;
    } catch (RuntimeException wrong) {
      return "Camel's simple language can't read this: %s: correct the name or the operator"
          .formatted(firstLine(wrong));
    }
  }

  private String type(String name) {
    return camel.getClassResolver().resolveClass(name) == null
        ? "there is no class %s: put the record that the vendor's reply is read into"
            .formatted(name)
        : null;
  }

  private String placeholder(String text) {
    if (!text.contains("{{")) {
      return null;
    }
    try {
      camel.resolvePropertyPlaceholders(text);
      return null;
    } catch (RuntimeException unknown) {
      return "%s stands for nothing: set it in the configuration, or write the value here"
          .formatted(text);
    }
  }

  private void bean(RouteItem item, Node step, List<Mistake> mistakes) {
    Node ref = YamlTree.child(step, "ref");
    String name = YamlTree.text(ref);
    if (name.isEmpty()) {
      return;
    }
    if (!isKnown(name)) {
      mistakes.add(item.mistake(YamlTree.line(ref), noBean(name)));
      return;
    }
    Node method = YamlTree.child(step, "method");
    String called = YamlTree.text(method).replaceAll("\\(.*", "").strip();
    if (!called.isEmpty() && beans.containsKey(name) && !hasMethod(beans.get(name), called)) {
      mistakes.add(
          item.mistake(
              YamlTree.line(method),
              "the bean %s has no method %s: correct its name".formatted(name, called)));
    }
  }

  private boolean isKnown(String bean) {
    return beans.containsKey(bean) || camel.getRegistry().lookupByName(bean) != null;
  }

  private static String noBean(String name) {
    return "there is no bean %s: correct its name; routes/ of the jar shows those that there are"
        .formatted(name);
  }

  private static boolean hasMethod(String type, String method) {
    try {
      Class<?> bean = Class.forName(type, false, StepCheck.class.getClassLoader());
      return Stream.concat(Stream.of(bean.getMethods()), Stream.of(bean.getDeclaredMethods()))
          .anyMatch(found -> found.getName().equals(method));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private void endpoint(RouteItem item, Node endpoint, List<Mistake> mistakes) {
    Node uri = YamlTree.entries(endpoint).isEmpty() ? endpoint : YamlTree.child(endpoint, "uri");
    String address = YamlTree.text(uri);
    if (address.isEmpty() || address.contains("${") || address.contains("{{")) {
      return; // made at run time
    }
    Map<String, Node> given = new LinkedHashMap<>();
    YamlTree.entries(YamlTree.child(endpoint, "parameters"))
        .forEach(entry -> given.put(YamlTree.text(entry.getKeyNode()), entry.getValueNode()));
    Map<String, Object> options = new LinkedHashMap<>();
    given.forEach(
        (name, node) -> {
          String problem = special(name, YamlTree.text(node));
          if (problem == null && !YamlTree.text(node).startsWith(BEAN)) {
            options.put(name, YamlTree.text(node));
          } else if (problem != null) {
            mistakes.add(item.mistake(YamlTree.line(node), problem));
          }
        });
    try {
      camel.getEndpoint(YamlSupport.createEndpointUri(camel, null, address, options));
    } catch (Exception refused) {
      Matcher option = UNKNOWN_OPTION.matcher(String.valueOf(refused.getMessage()));
      boolean unknown = option.find();
      option = unknown ? option : OPTION.matcher(String.valueOf(refused.getMessage()));
      Node at = unknown || option.find() ? given.getOrDefault(option.group(1), uri) : uri;
      mistakes.add(
          item.mistake(
              YamlTree.line(at),
              unknown
                  ? "%s has no option %s: correct its name".formatted(address, option.group(1))
                  : "Camel can't make the endpoint %s: %s".formatted(address, rootLine(refused))));
    }
  }

  /** What is wrong with an option that the endpoint does not look at when it is made. */
  private String special(String name, String value) {
    if (value.startsWith(BEAN)) {
      String bean = value.substring(BEAN.length());
      return isKnown(bean) ? null : noBean(bean);
    }
    return name.startsWith(TRIGGER)
            && BeanUtils.getPropertyDescriptor(
                    SimpleTriggerImpl.class, name.substring(TRIGGER.length()))
                == null
        ? "a trigger has no option %s: correct its name".formatted(name)
        : null;
  }

  private static String rootLine(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return firstLine(root);
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
