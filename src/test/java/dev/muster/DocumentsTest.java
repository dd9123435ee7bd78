package dev.muster;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.DocumentPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each command of each document is run by a test, or stands here with the reason why not. */
class DocumentsTest {
  /** By page: who runs its commands and statements. */
  private static final Map<String, String> RUN_BY =
      Map.of(
          "docs/runbook.md", "oncall/RunbookTest, oncall/DemoOnCallTest",
          "docs/questions.md", "sql/QuestionsPageTest",
          "docs/requests.md", "sql/RequestsPageTest",
          "docs/database.md", "DatabasePageTest");

  /** Pages whose blocks of SQL are run by {@code sql/DocumentsSqlTest}. */
  private static final Set<String> SQL =
      Set.of(
          "README.md",
          "docs/adding-a-vendor.md",
          "docs/console.md",
          "docs/deployment.md",
          "docs/freshness.md",
          "docs/operations.md",
          "docs/quota.md",
          "docs/traces.md");

  /**
   * By its first words: why the other tests do not run a command as it stands, or where they do.
   */
  private static final Map<String, String> NOT_RUN =
      Map.ofEntries(
          Map.entry("./mvnw", "the build, of which this test is a part"),
          Map.entry(".ci/run", "runs this test"),
          Map.entry("java -Djarmode=tools", "support/UnpackedJar runs this and the next"),
          Map.entry(
              "java @deploy/jvm.options", "as all ITs start the jar, by support/MusterProcess"),
          Map.entry("java @jvm.options", "OnceIT runs it in a folder of its own"),
          Map.entry("15 * * * *", "a line of cron: OnceIT runs its command"),
          Map.entry("java -jar target/muster-demo.jar", ".ci/run and ProcessIT do"),
          Map.entry("java -jar muster.jar check", "check/CheckTest and check/LiveCheckTest do"),
          Map.entry("java -jar muster.jar simulator", "ProcessIT does"),
          Map.entry("runuser -u muster -- java", "check/CheckTest does"),
          Map.entry("--spring.config", "the rest of the line before"),
          Map.entry("curl -s http://127.0.0.1:8080/actuator", "oncall/DemoOnCallTest does"),
          Map.entry("deploy/prometheus/prometheus-rule.sh", "KubernetesTest does, without kubectl"),
          Map.entry("\\copy muster.inventory_file", "sql/DocumentsSqlTest does, by JDBC"),
          Map.entry("docker", "tests have no Docker; oncall/ComposeTest reads its files"),
          Map.entry("kubectl", "tests have no cluster; KubernetesTest builds the manifests"),
          Map.entry("apt install", "changes the machine; PackagesIT looks into the package"),
          Map.entry("editor", "needs a person"),
          Map.entry("install", "changes the machine; PackagesIT looks into the package"),
          Map.entry("systemctl", "tests have no systemd; SystemdTest has it read the unit"),
          Map.entry("systemd-sysusers", "SystemdTest does, in a folder"),
          Map.entry("journalctl", "tests have no systemd"),
          Map.entry("WARN ", "a line of the log"),
          Map.entry("INFO ", "a line of the log"),
          Map.entry("what ", "a row"),
          Map.entry("what_to_do ", "a row"));

  private static final Pattern TEST = Pattern.compile("\\b[A-Z][a-z][A-Za-z]*(?:Test|IT)\\b");
  private static final Pattern DEPLOYED = Pattern.compile("\\bdeploy/[\\w./-]*\\w");

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      return Stream.concat(
          Stream.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")),
          docs.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream())
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void eachCommandIsRunOrSaysWhyNot(Path file) {
    DocumentPage page = DocumentPage.of(file);
    if (RUN_BY.containsKey(file.toString())) {
      return;
    }
    if (!page.blocks("sql").isEmpty()) {
      assertThat(SQL).as("its SQL must be run").contains(file.toString());
    }
    for (String language : List.of("", "sh", "bash", "console")) {
      page.blocks(language).stream()
          .flatMap(String::lines)
          .map(String::strip)
          .forEach(line -> assertThat(NOT_RUN.keySet()).as(line).anyMatch(line::startsWith));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void whatItNamesIsThere(Path file) throws IOException {
    String text = Files.readString(file);
    try (Stream<Path> tests = Files.walk(Path.of("src", "test", "java"))) {
      Set<String> classes =
          tests
              .map(test -> test.getFileName().toString().replace(".java", ""))
              .collect(toCollection(TreeSet::new));
      assertThat(TEST.matcher(text).results().map(MatchResult::group)).isSubsetOf(classes);
    }
    assertThat(DEPLOYED.matcher(text).results().map(MatchResult::group).map(Path::of))
        .allMatch(Files::exists);
  }
}
