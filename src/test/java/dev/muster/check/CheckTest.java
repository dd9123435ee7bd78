package dev.muster.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.muster.support.DocumentPage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.util.FileSystemUtils;

/** A check of one folder with more than fifty mistakes, and of a healthy one. */
class CheckTest {
  private static final Path SEEDS =
      Path.of("src", "test", "java", "dev", "muster", "check", "mistakes");

  private static final String MARK = "#!";
  private static final Path PAGE = Path.of("docs", "check.md");
  private static final String COMMAND = "java -jar muster.jar check";

  @TempDir static Path folder;

  private static Told told;

  private record Told(int exitCode, List<String> lines) {}

  /** A mistake that was put into the folder. */
  private record Seed(String place, String words) {}

  @BeforeAll
  static void check() throws IOException {
    FileSystemUtils.copyRecursively(Path.of("routes"), folder.resolve("routes"));
    FileSystemUtils.copyRecursively(Path.of("sql"), folder.resolve("sql"));
    FileSystemUtils.copyRecursively(SEEDS, folder);
    Path migrations = folder.resolve("sql").resolve("migrations");
    Files.delete(migrations.resolve("V003__account_resource.sql"));
    Files.writeString(
        migrations.resolve("V002__account.sql"),
        Files.readString(migrations.resolve("V002__account.sql")).replaceFirst("\n", "\nx\n"));
    Files.writeString(migrations.resolve("V900_own.sql"), "select 1;\n");
    Files.writeString(migrations.resolve("V001__again.sql"), "select 1;\n");
    told =
        run(
            "--muster.routes=" + folder.resolve("routes"),
            "--muster.sql=" + folder.resolve("sql"),
            "--muster.no-such-key=1");
  }

  private static Told run(String... keys) {
    List<String> all = new ArrayList<>(Arrays.asList(keys));
    all.add("--spring.config.additional-location=file:" + folder.resolve("config") + "/");
    return told(all);
  }

  private static Told told(List<String> keys) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exitCode =
        Check.run(new PrintStream(out, true, StandardCharsets.UTF_8), keys.toArray(String[]::new));
    return new Told(
        exitCode, out.toString(StandardCharsets.UTF_8).replace(folder + "/", "").lines().toList());
  }

  static List<Seed> seeds() throws IOException {
    List<Seed> seeds = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SEEDS)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
          String[] parts = lines.get(i).split(" " + MARK + " ");
          for (int n = 1; n < parts.length && !lines.get(i).startsWith("#"); n++) {
            seeds.add(new Seed(SEEDS.relativize(file) + ":" + (i + 1), parts[n].strip()));
          }
        }
      }
    }
    seeds.add(new Seed("sql/migrations/V002__account.sql:2", "it is not the jar's"));
    seeds.add(new Seed("sql/migrations/V003__account_resource.sql", "is missing here"));
    seeds.add(new Seed("sql/migrations/V900_own.sql", "Flyway passes over"));
    seeds.add(new Seed("sql/migrations/V001__schemas.sql", "its version is that of V001__again"));
    seeds.add(new Seed("command line, --muster.no-such-key", "there is no such key"));
    return seeds;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void eachMistakeIsToldAtItsLine(Seed seed) {
    assertThat(told.lines)
        .anyMatch(line -> line.startsWith(seed.place + ": ") && line.contains(seed.words));
  }

  @Test
  void nothingElseIsToldAndNoValueThatMayBeSecret() throws IOException {
    List<Seed> seeds = seeds();
    assertThat(seeds).hasSizeGreaterThan(50);
    assertThat(told.exitCode).isEqualTo(1);
    assertThat(told.lines).noneMatch(line -> line.contains("planted") || line.startsWith("\tat "));
    assertThat(told.lines.subList(0, told.lines.size() - 2))
        .allMatch(
            line ->
                seeds.stream()
                    .anyMatch(
                        seed -> line.startsWith(seed.place + ": ") && line.contains(seed.words)))
        .hasSameSizeAs(seeds);
    assertThat(told.lines.get(told.lines.size() - 1)).startsWith(seeds.size() + " mistakes. ");
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        arguments("secret: *planted", 3),
        arguments("secret: \"planted", 4),
        arguments("secret: %planted", 3),
        arguments("secret: @planted", 3),
        arguments("secret: planted: x", 3),
        arguments("secret: {planted", 4));
  }

  /** The parser's own words repeat the line. */
  @ParameterizedTest
  @MethodSource("broken")
  void aBrokenFileIsNamedWithItsLineAndNotItsWords(String line, int number) throws IOException {
    Path file = folder.resolve("alone.yaml");
    Files.writeString(file, "muster.accounts.one:\n  credentials:\n    " + line + "\n");

    Told alone = told(List.of("--spring.config.additional-location=file:" + file));

    assertThat(alone.exitCode).isEqualTo(1);
    assertThat(alone.lines.get(0)).startsWith("alone.yaml:" + number + ": broken YAML");
    assertThat(alone.lines).hasSize(3).noneMatch(told -> told.contains("planted"));
  }

  @Test
  void aHealthyConfigurationIsSummedUp() throws IOException {
    Path file = folder.resolve("healthy.yaml");
    Files.writeString(
        file,
        """
        spring.datasource: { url: "jdbc:postgresql://db/muster", username: muster, password: planted }
        logging.level.muster: DEBUG
        muster.accounts:
          enos1:
            vendor: enos
            base-url: https://enos.example
            parameters: { org-id: o1 }
            credentials: { app-key: planted-key, app-secret: planted-secret }
            quota: { requests: 500, window: 60s }
            further-quotas: { daily: { requests: 50000, window: 1d } }
          huawei1:
            vendor: huawei
            base-url: https://huawei.example
            credentials: { app-id: planted-app, secret: planted-secret }
        """);

    Told healthy = told(List.of("--spring.config.additional-location=file:" + file));

    assertThat(healthy.lines)
        .contains("No mistake. Neither a database nor a vendor was asked.")
        .anyMatch(line -> line.matches("configuration +healthy.yaml, the command line"))
        .anyMatch(line -> line.matches("database +that of spring.datasource.url"))
        .anyMatch(
            line ->
                line.matches(
                    "enos +enos1: 500 calls per 60 s \\(enos1\\), 50000 calls per 86400 s .*"))
        .anyMatch(line -> line.matches("huawei +huawei1: \\d+ calls per 60 s .*"))
        .anyMatch(line -> line.matches("routes +\\d+ in \\d+ files, the jar's"))
        .noneMatch(line -> line.contains("planted"));
    assertThat(healthy.exitCode).isEqualTo(0);
  }

  private static List<String> blocks(String kind) throws IOException {
    return Pattern.compile("```" + kind + "\\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(PAGE))
        .results()
        .map(block -> block.group(1).strip())
        .toList();
  }

  @Test
  void thePagesExampleSaysWhatThePageShows() throws IOException {
    Path config = Files.createDirectories(folder.resolve("page").resolve("config"));
    Files.writeString(config.resolve("application.yaml"), blocks("yaml").get(0) + "\n");

    Told page = told(List.of("--spring.config.additional-location=file:" + config + "/"));

    assertThat(page.lines.stream().map(line -> line.replaceFirst("^page/", "")))
        .containsExactlyElementsOf(blocks("text").get(0).lines().toList());
  }

  /** Its folders are those of this project, where they are named. */
  @Test
  void eachCommandOfThePageRuns() throws IOException {
    List<String> commands =
        blocks("").stream()
            .filter(block -> block.startsWith(COMMAND) && !block.contains(Check.LIVE))
            .toList();
    assertThat(commands).hasSize(3);
    for (String command : commands) {
      String keys =
          command
              .substring(COMMAND.length())
              .strip()
              // Unpacked, a bare name is taken for a folder of the class path first.
              .replaceAll("=(routes|sql)\\b", "=" + Path.of("").toAbsolutePath() + "/$1");
      Told ran = told(keys.isEmpty() ? List.of() : List.of(keys.split(" ")));
      assertThat(ran.exitCode)
          .as(command + ": " + ran.lines)
          .isEqualTo(keys.contains("file:config/") ? 1 : 0);
    }
  }

  @Test
  void withoutAConfigurationTheDemonstrationIsHealthy() {
    Told none = told(List.of());

    assertThat(none.exitCode).as(none.lines + "").isEqualTo(0);
    assertThat(none.lines).anyMatch(line -> line.contains("the simulator's three would be used"));
  }

  /** The unit passes the same two keys. */
  @Test
  void thePackagesConfigurationIsCheckedByTheLineOfItsPage() throws IOException {
    String line =
        new DocumentPage("deployment.md")
            .section("A Debian package").blocks("").stream()
                .filter(block -> block.contains("muster.jar check"))
                .findFirst()
                .orElseThrow();
    List<String> keys =
        Stream.of(line.split("[\\\\\\s]+")).filter(w -> w.startsWith("--spring")).toList();
    assertThat(keys).hasSize(2);
    assertThat(Files.readString(Path.of("deploy", "systemd", "muster.service"))).contains(keys);
    Path etc = Files.createDirectories(folder.resolve("etc"));
    Files.writeString(
        etc.resolve("application.yaml"),
        Files.readString(Path.of("deploy", "systemd", "application.yaml"))
            + "muster.accounts.lvcc1: { vendor: lvcc, base-url: \"https://lvcc.example\" }\n");
    Path secrets = Files.createDirectories(etc.resolve("secrets"));
    Files.writeString(secrets.resolve("muster.accounts.lvcc1.credentials.token"), "planted");

    Told packaged = told(keys.stream().map(key -> key.replace("/etc/muster/", etc + "/")).toList());

    assertThat(packaged.exitCode).as(packaged.lines + "").isZero();
    assertThat(packaged.lines)
        .anyMatch(told -> told.contains("etc/application.yaml"))
        .anyMatch(told -> told.startsWith("lvcc "))
        .noneMatch(told -> told.contains("planted"));
  }
}
