package dev.muster.oncall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.simulator.Simulator;
import dev.muster.support.DocumentPage;
import dev.muster.support.Prometheus;
import dev.muster.support.RunningMuster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The demonstration, looked at as whoever is on call does. */
class DemoOnCallTest {
  /** The demonstration's faults show within seconds. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static Simulator simulator;
  private static RunningMuster muster;

  @BeforeAll
  static void start() {
    simulator = Simulator.start(0);
    muster =
        RunningMuster.start(Map.of("muster.simulator.url", "http://127.0.0.1:" + simulator.port()));
    await("a letter, and an answer of each vendor")
        .atMost(PATIENCE)
        .until(
            () ->
                muster
                    .sql()
                    .sql(
                        "select bool_and(last_success is not null) and bool_or(open_dead_letters > 0)"
                            + " from report.account")
                    .query(Boolean.class)
                    .single());
  }

  @AfterAll
  static void stop() {
    muster.close();
    simulator.close();
  }

  @Test
  void eachPanelOfTheReportShowsSomethingToGrafanasLogin() {
    JdbcClient grafana = muster.as("muster_report", "grafana");
    Dashboard report = Dashboard.report();
    String vendors = values(grafana, report, "vendor", Map.of());
    String accounts = values(grafana, report, "account", Map.of("vendor", vendors));

    assertThat(accounts).isEqualTo("'enos1','huawei1','lvcc1'");
    for (JsonNode panel : report.panels()) {
      for (String query : Dashboard.queries(panel, "rawSql")) {
        String asked =
            query
                .replace("${account:sqlstring}", accounts)
                .replaceAll("\\$__timeFilter\\((\\w+)\\)", "$1 > now() - interval '1 day'");
        assertThat(grafana.sql(asked).query().listOfRows()).as(asked).isNotEmpty();
      }
    }
  }

  private static String values(
      JdbcClient grafana, Dashboard report, String variable, Map<String, String> chosen) {
    String query = report.variable(variable).path("query").asText();
    for (Map.Entry<String, String> other : chosen.entrySet()) {
      query = query.replace("${" + other.getKey() + ":sqlstring}", other.getValue());
    }
    return grafana.sql(query).query(String.class).list().stream()
        .map(value -> "'" + value + "'")
        .collect(Collectors.joining(","));
  }

  @Test
  void eachPanelShowsSomethingInPrometheusAndOnlyTheWatchdogFires(@TempDir Path folder) {
    assumeTrue(Prometheus.program("prometheus").isPresent(), "this machine has no prometheus");
    try (Prometheus prometheus = new Prometheus(folder, muster.port())) {
      for (JsonNode panel : Dashboard.metrics().panels()) {
        for (String query : Dashboard.queries(panel, "expr")) {
          prometheus.awaitFigure(
              query.replaceAll("\\$(account|vendor)", ".+").replace("$__rate_interval", "1m"));
        }
      }
      for (Alert alert : Alert.all()) {
        MetricsPage.namedIn(alert.expression())
            .forEach(metric -> prometheus.awaitFigure("max(" + metric + ")"));
      }
      assertThat(prometheus.query("ALERTS{severity=\"critical\", alertstate=\"firing\"}"))
          .isEmpty();
      prometheus.awaitFigure("ALERTS{alertname=\"Watchdog\", alertstate=\"firing\"}");
    }
  }

  @Test
  void eachShellCommandOfTheRunbookAnswers() throws Exception {
    List<String> commands = Runbook.shellCommands();
    assertThat(commands).isNotEmpty();
    for (String command : commands) {
      assertThat(run(command.replace("127.0.0.1:8080", "127.0.0.1:" + muster.port())))
          .as(command)
          .contains("\"status\":\"UP\"");
    }
  }

  @Test
  void theCommandOfTheMetricsPageShowsMustersMetrics() throws Exception {
    String command = new DocumentPage("metrics.md").blocks("").get(0);
    assertThat(run(command.replace("127.0.0.1:8080", "127.0.0.1:" + muster.port())))
        .contains("muster_build_info{");
  }

  private static String run(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
