package dev.muster.oncall;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.support.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A dashboard of deploy/grafana, as Grafana reads it. */
record Dashboard(JsonNode json) {
  static final Path FOLDER = Path.of("deploy", "grafana", "dashboards");

  static Dashboard metrics() {
    return of("muster.json");
  }

  static Dashboard report() {
    return of("muster-report.json");
  }

  private static Dashboard of(String file) {
    try {
      return new Dashboard(Json.tree(Files.readString(FOLDER.resolve(file))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that show something: all but the rows. */
  List<JsonNode> panels() {
    return stream(json.path("panels")).filter(panel -> !isRow(panel)).toList();
  }

  List<String> rows() {
    return stream(json.path("panels"))
        .filter(Dashboard::isRow)
        .map(row -> row.path("title").asText())
        .toList();
  }

  List<JsonNode> variables() {
    return stream(json.path("templating").path("list")).toList();
  }

  JsonNode variable(String name) {
    return variables().stream()
        .filter(variable -> variable.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The queries of a panel, in this member of its targets. */
  static List<String> queries(JsonNode panel, String member) {
    return stream(panel.path("targets")).map(target -> target.path(member).asText()).toList();
  }

  private static boolean isRow(JsonNode panel) {
    return panel.path("type").asText().equals("row");
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
