package dev.muster.start;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.stereotype.Component;

/**
 * Keys that Spring could not bind to the settings. Instead of failing at the first one, Spring goes
 * on, and {@link AccountCheck} tells of all of them together with its own findings.
 */
@Component
class BindingProblems implements ConfigurationPropertiesBindHandlerAdvisor {
  private static final Map<Class<?>, String> KINDS =
      Map.of(
          Integer.class, "a whole number",
          Double.class, "a number",
          Boolean.class, "true or false",
          Duration.class, "a time such as 60s or 1d",
          URI.class, "an address",
          Path.class, "a folder");

  private final Set<String> problems = new TreeSet<>();

  @Override
  public BindHandler apply(BindHandler handler) {
    return new SettingsBindHandler(handler, this);
  }

  /**
   * @return one sentence each that names the key and what to put there; never a value, which may be
   *     a secret
   */
  List<String> all() {
    return new ArrayList<>(problems);
  }

  void unitless(Object key) {
    problems.add(key + " has no unit: put ms, s, m, h or d behind its number");
  }

  /**
   * YAML makes a number of 0123456, 1_000, 0x1F and 12:30:45, and false of no: what was meant is
   * lost.
   *
   * @param value nullable
   */
  static boolean isNoText(Object value) {
    return value instanceof Number || value instanceof Boolean;
  }

  /**
   * @param value what became of it
   */
  void noText(Object key, Object value) {
    problems.add(
        "%s was read as %s, but is a text: put it in quotes"
            .formatted(key, value instanceof Boolean ? "true or false" : "a number"));
  }

  void alike(Object one, Object other) {
    problems.add(
        "%s and %s are one account, because case, dashes and underscores do not count: give them names"
                .formatted(one, other)
            + " that differ in more, or write the one name alike everywhere");
  }

  void unreadable(Object key, Class<?> kind) {
    problems.add(
        key
            + " can't be read: "
            + (KINDS.containsKey(kind)
                ? "put " + KINDS.get(kind)
                : "it has no value, only keys below it"));
  }

  void unknown(Object key, Object parent, List<String> known) {
    problems.add(
        key + ": there is no such key; known under " + parent + ": " + String.join(", ", known));
  }
}
