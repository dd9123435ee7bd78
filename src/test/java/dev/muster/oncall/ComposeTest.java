package dev.muster.oncall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What docker-compose.yml starts finds its files, and Grafana its data sources. */
class ComposeTest {
  private static final Path GRAFANA = Path.of("deploy", "grafana");
  private static final Path PROVISIONING = GRAFANA.resolve("provisioning");

  private final Map<String, Map<String, Object>> services = services();

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> services() {
    Map<String, Object> file = new Yaml().load(text(Path.of("docker-compose.yml")));
    return (Map<String, Map<String, Object>>) file.get("services");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private List<String> mounts(String service) {
    return (List<String>) services.get(service).getOrDefault("volumes", List.of());
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> environment(String service) {
    return (Map<String, Object>) services.get(service).get("environment");
  }

  @Test
  void eachFileThatIsMountedIsThere() {
    List<Path> mounted =
        services.keySet().stream()
            .flatMap(service -> mounts(service).stream())
            .filter(mount -> mount.startsWith("./"))
            .map(mount -> Path.of(mount.split(":")[0]))
            .toList();
    assertThat(mounted).hasSizeGreaterThan(5).allMatch(Files::exists);
    assertThat(mounts("prometheus")).contains("./deploy/prometheus:/etc/prometheus:ro");
    assertThat(Path.of("deploy", "prometheus", "prometheus.yml")).exists();
  }

  @Test
  void theProfileStartsBothAndNothingElse() {
    assertThat(
            services.entrySet().stream()
                .filter(
                    service -> List.of("observability").equals(service.getValue().get("profiles")))
                .map(Map.Entry::getKey))
        .containsExactlyInAnyOrder("prometheus", "grafana-login", "grafana");
  }

  @Test
  void grafanaIsGivenEachVariableThatItsProvisioningNames() throws IOException {
    Set<String> named = new TreeSet<>();
    try (Stream<Path> files = Files.walk(PROVISIONING)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> named.addAll(matches("\\$\\{(\\w+)}", text(file))));
    }
    assertThat(named).isNotEmpty();
    assertThat(environment("grafana")).containsKeys(named.toArray(String[]::new));
    assertThat(environment("grafana-login"))
        .containsKeys(
            matches("\\\\getenv \\w+ (\\w+)", text(GRAFANA.resolve("login.sh")))
                .toArray(String[]::new));
    assertThat(environment("grafana").get("MUSTER_DATABASE_PASSWORD"))
        .isEqualTo(environment("grafana-login").get("GRAFANA_DATABASE_PASSWORD"));
  }

  @Test
  void theDashboardsAreWhereGrafanaLooksAndFindTheirSources() {
    Map<String, List<Map<String, Object>>> providers =
        new Yaml().load(text(PROVISIONING.resolve("dashboards/muster.yaml")));
    Map<?, ?> options = (Map<?, ?>) providers.get("providers").get(0).get("options");
    assertThat(mounts("grafana"))
        .contains("./deploy/grafana/dashboards:" + options.get("path") + ":ro");

    Map<String, List<Map<String, Object>>> sources =
        new Yaml().load(text(PROVISIONING.resolve("datasources/muster.yaml")));
    assertThat(sources.get("datasources"))
        .extracting(source -> source.get("type"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Dashboard.metrics(), Dashboard.report())
                .map(dashboard -> (Object) dashboard.variable("datasource").path("query").asText())
                .toList());
  }

  @Test
  void theLoginsScriptIsAScript() throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder("sh", "-n", GRAFANA.resolve("login.sh").toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    assertThat(shell.waitFor()).isZero();
  }

  private static Set<String> matches(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
