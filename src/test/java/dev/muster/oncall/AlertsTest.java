package dev.muster.oncall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.muster.support.Prometheus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The alerts say what a person on call needs, and fire when they should. */
class AlertsTest {
  private static final Path RUNBOOK = Path.of("docs", "runbook.md");

  /** The only one that nobody has to act on. */
  private static final String WATCHDOG = "Watchdog";

  @Test
  void eachHasWhatAPersonNeedsAndAPartOfTheRunbook() throws IOException {
    List<String> headings =
        Files.readAllLines(RUNBOOK).stream()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3))
            .toList();

    assertThat(Alert.all()).extracting(Alert::name).isEqualTo(headings);
    for (Alert alert : Alert.all()) {
      assertThat(alert.name()).matches("([A-Z][a-z]+)+");
      assertThat(alert.after()).as(alert.name()).isNotNull();
      assertThat(alert.labels().get("severity"))
          .as(alert.name())
          .matches(alert.name().equals(WATCHDOG) ? "none" : "critical|warning");
      assertThat(alert.annotations())
          .containsOnlyKeys("summary", "description", "runbook_url")
          .containsEntry("runbook_url", RUNBOOK + "#" + alert.name().toLowerCase(Locale.ROOT));
      assertThat(alert.annotations().get("summary")).as(alert.name()).endsWith(".");
    }
  }

  @Test
  void eachMetricIsAPromiseOfItsPage() {
    assertThat(MetricsPage.names()).hasSizeGreaterThan(20);
    for (Alert alert : Alert.all()) {
      assertThat(MetricsPage.names()).containsAll(MetricsPage.namedIn(alert.expression()));
    }
  }

  @Test
  void thatEachFiresAndDoesNotIsTried() {
    String tests =
        Alert.text("muster-alerts-test.yaml") + Alert.text("muster-alerts-week-test.yaml");
    for (Alert alert : Alert.all()) {
      String query = "expr: 'ALERTS{alertname=\"" + alert.name() + "\", alertstate=\"firing\"}'";

      assertThat(tests).containsPattern(query.replace("{", "\\{") + ".*value: 1 ");
      if (!alert.name().equals(WATCHDOG)) {
        assertThat(tests).containsPattern(query.replace("{", "\\{") + ".*exp_samples: \\[]");
      }
    }
  }

  @Test
  void prometheusTakesThemAndTheyFireWhenTheyShould() {
    assumeTrue(Prometheus.program("promtool").isPresent(), "this machine has no promtool");

    assertThat(Prometheus.tool(List.of("check", "config", "prometheus.yml"))).contains("SUCCESS");
    assertThat(Prometheus.tool(List.of("check", "rules", "muster-alerts.yaml")))
        .contains("SUCCESS: " + Alert.all().size() + " rules found");
    assertThat(
            Prometheus.tool(
                List.of(
                    "test", "rules", "muster-alerts-test.yaml", "muster-alerts-week-test.yaml")))
        .contains("SUCCESS");
  }
}
