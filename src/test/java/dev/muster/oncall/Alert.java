package dev.muster.oncall;

import dev.muster.support.Prometheus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** An alert of deploy/prometheus. */
record Alert(
    String name,
    String expression,
    Object after,
    Map<String, String> labels,
    Map<String, String> annotations) {
  static List<Alert> all() {
    Map<String, List<Map<String, List<Map<String, Object>>>>> file =
        new Yaml().load(text("muster-alerts.yaml"));
    return file.get("groups").get(0).get("rules").stream().map(Alert::of).toList();
  }

  static String text(String file) {
    try {
      return Files.readString(Prometheus.DEPLOYED.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Alert of(Map<String, Object> rule) {
    return new Alert(
        (String) rule.get("alert"),
        (String) rule.get("expr"),
        rule.get("for"),
        (Map<String, String>) rule.get("labels"),
        (Map<String, String>) rule.get("annotations"));
  }
}
