package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The Kubernetes manifests ask for what the image and the service have. */
class KubernetesTest {
  private static final Path FOLDER = Path.of("deploy", "kubernetes");
  private static final Path BASE = FOLDER.resolve("base");

  /** Where an entry of a kustomization names files or folders beside it. */
  private static final List<String> REFERENCES = List.of("resources", "components");

  @Test
  void everyFileThatAKustomizationNamesIsThereAndNoOtherIs() {
    List<Path> kustomizations =
        files().filter(file -> file.endsWith("kustomization.yaml")).toList();
    List<Path> named = kustomizations.stream().flatMap(KubernetesTest::named).toList();

    assertThat(kustomizations).hasSize(4);
    assertThat(named).allMatch(Files::exists);
    assertThat(files().filter(file -> !kustomizations.contains(file))).isSubsetOf(named);
  }

  @Test
  void theUserAndThePortAreTheImages() throws IOException {
    String image = Files.readString(Path.of("Dockerfile"));
    Map<String, Object> pod = at(deployment(), "spec", "template", "spec");
    Map<String, Object> container = container(pod);

    String user = find(image, "useradd .*--uid (\\d+)");
    assertThat(at(pod, "securityContext"))
        .containsEntry("runAsNonRoot", true)
        .containsEntry("runAsUser", Integer.valueOf(user))
        .containsEntry("runAsGroup", Integer.valueOf(find(image, "groupadd .*--gid (\\d+)")))
        .containsEntry("fsGroup", Integer.valueOf(user));
    assertThat(list(container, "ports"))
        .singleElement()
        .satisfies(
            port ->
                assertThat(port.get("containerPort"))
                    .isEqualTo(Integer.valueOf(find(image, "EXPOSE (\\d+)"))));
    assertThat(at(container, "securityContext")).containsEntry("readOnlyRootFilesystem", true);
    assertThat(list(container, "volumeMounts").stream().map(mount -> mount.get("mountPath")))
        .as("all that is written, and where the service looks, below the image's folder")
        .containsExactlyInAnyOrder("/tmp", "/app/data", "/app/config", "/run/secrets");
    assertThat(image).contains("WORKDIR /app\n");
  }

  @Test
  void thePodIsGivenTheTimeThatAStopTakesAndIsReplacedAfterANewOneIsReady() {
    Map<String, Object> pod = at(deployment(), "spec", "template", "spec");

    assertThat(pod.get("terminationGracePeriodSeconds")).isEqualTo(60);
    assertThat(at(deployment(), "spec", "strategy", "rollingUpdate"))
        .isEqualTo(Map.of("maxSurge", 1, "maxUnavailable", 0));
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      assertThat(at(container(pod), probe, "httpGet").get("path").toString())
          .as(probe)
          .matches("/actuator/health/(liveness|readiness)");
    }
  }

  @Test
  void prometheusOperatorGetsTheAlertsAndFindsTheirJob() throws Exception {
    Process script = new ProcessBuilder("sh", "deploy/prometheus/prometheus-rule.sh").start();
    Map<String, Object> rule = new Yaml().load(script.getInputStream());

    assertThat(rule).containsEntry("kind", "PrometheusRule");
    assertThat(at(rule, "spec"))
        .isEqualTo(yaml(Path.of("deploy", "prometheus", "muster-alerts.yaml")));
    Path monitor = FOLDER.resolve(Path.of("components", "monitoring", "pod-monitor.yaml"));
    assertThat(at(yaml(monitor), "spec")).containsEntry("jobLabel", "app");
  }

  @Test
  void theImageHasTheVersionThatIsBuilt() throws IOException {
    assertThat(list(yaml(BASE.resolve("kustomization.yaml")), "images"))
        .containsExactly(Map.of("name", "muster", "newTag", version()));
  }

  private static String version() throws IOException {
    return find(
        Files.readString(Path.of("pom.xml")),
        "<artifactId>muster</artifactId>\\s*<version>([^<]+)");
  }

  private static Map<String, Object> deployment() {
    return yaml(BASE.resolve("deployment.yaml"));
  }

  private static Map<String, Object> container(Map<String, Object> pod) {
    return list(pod, "containers").get(0);
  }

  private static Stream<Path> named(Path kustomization) {
    Map<String, Object> content = yaml(kustomization);
    Stream<String> references = REFERENCES.stream().flatMap(key -> strings(content.get(key)));
    Stream<String> patches =
        list(content, "patches").stream().map(patch -> (String) patch.get("path"));
    Stream<String> configuration =
        list(content, "configMapGenerator").stream().flatMap(map -> strings(map.get("files")));
    return Stream.of(references, patches, configuration)
        .flatMap(names -> names)
        .filter(name -> name != null)
        .map(name -> kustomization.resolveSibling(name).normalize());
  }

  private static Stream<String> strings(Object list) {
    return list == null ? Stream.of() : ((List<?>) list).stream().map(String.class::cast);
  }

  private static Stream<Path> files() {
    try (Stream<Path> all = Files.walk(FOLDER)) {
      return all.filter(Files::isRegularFile).collect(Collectors.toList()).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> yaml(Path file) {
    try {
      return new Yaml().load(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> at(Map<String, Object> from, String... path) {
    Map<String, Object> at = from;
    for (String key : path) {
      at = (Map<String, Object>) at.get(key);
    }
    return at;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Map<String, Object> from, String key) {
    Object list = from.get(key);
    return list == null ? List.of() : (List<Map<String, Object>>) list;
  }

  private static String find(String text, String pattern) {
    var found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as(pattern).isTrue();
    return found.group(1);
  }
}
