package dev.muster.oncall;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.support.MusterDatabase;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The dashboards are as Grafana wants them, and explain what they show. */
@Tag("sql")
class DashboardsTest {
  private static final List<Dashboard> ALL = List.of(Dashboard.metrics(), Dashboard.report());

  @Test
  void theyHaveAPlaceOfTheirOwnAndVariables() {
    assertThat(ALL)
        .extracting(dashboard -> dashboard.json().path("uid").asText())
        .containsExactly("muster", "muster-report");
    for (Dashboard dashboard : ALL) {
      assertThat(dashboard.variables())
          .extracting(variable -> variable.path("name").asText())
          .containsExactly("datasource", "vendor", "account");
      assertThat(dashboard.variable("datasource").path("type").asText()).isEqualTo("datasource");
      for (String name : List.of("vendor", "account")) {
        assertThat(dashboard.variable(name).path("multi").asBoolean()).isTrue();
        assertThat(dashboard.variable(name).path("includeAll").asBoolean()).isTrue();
      }
    }
    assertThat(Dashboard.metrics().rows())
        .containsExactly("Needs a person", "Freshness", "Quota", "Requests", "Vendors", "Process");
  }

  @Test
  void eachPanelHasItsPlaceItsSourceAndADescription() {
    for (Dashboard dashboard : ALL) {
      Set<Integer> ids = new HashSet<>();
      Set<List<Integer>> cells = new HashSet<>();
      for (JsonNode panel : dashboard.panels()) {
        String title = panel.path("title").asText();
        assertThat(ids.add(panel.path("id").asInt())).as(title).isTrue();
        assertThat(panel.path("description").asText()).as(title).endsWith(".");
        assertThat(panel.path("targets")).as(title).isNotEmpty();
        assertThat(panel.findValuesAsText("uid")).as(title).containsOnly("${datasource}");
        JsonNode place = panel.path("gridPos");
        for (int x = place.path("x").asInt(); x < end(place, "x", "w"); x++) {
          assertThat(x).as(title).isLessThan(24);
          for (int y = place.path("y").asInt(); y < end(place, "y", "h"); y++) {
            assertThat(cells.add(List.of(x, y))).as(title + " lies on another").isTrue();
          }
        }
      }
    }
  }

  @Test
  void eachMetricIsAPromiseOfItsPage() {
    for (JsonNode panel : Dashboard.metrics().panels()) {
      for (String query : Dashboard.queries(panel, "expr")) {
        assertThat(MetricsPage.names()).containsAll(MetricsPage.namedIn(query));
      }
    }
  }

  private static int end(JsonNode place, String from, String size) {
    return place.path(from).asInt() + place.path(size).asInt();
  }

  @Test
  void theReportsPanelsSayWhatTheCommentsSay() {
    try (MusterDatabase muster = MusterDatabase.migratedAndEmpty()) {
      List<String> comments =
          muster.rows(
              """
              select d.description from pg_description d join pg_class c on c.oid = d.objoid
               where c.relnamespace = 'report'::regnamespace
              """);
      for (JsonNode panel : Dashboard.report().panels()) {
        String said = panel.path("description").asText();
        assertThat(comments)
            .as(said)
            .anyMatch(comment -> said.startsWith(comment.replaceFirst("\\.$", "")));
      }
    }
  }
}
