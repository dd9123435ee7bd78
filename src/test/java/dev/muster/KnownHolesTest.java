package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.support.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.maven.artifact.versioning.ComparableVersion;
import org.junit.jupiter.api.Test;

/** No library in the jar has a known hole that could do harm: the list is {@code .ci}'s. */
class KnownHolesTest {
  private static final Path LIST = Path.of(".ci", "known-holes.txt");
  private static final Path CONTENTS = Path.of("target/classes/META-INF/sbom/application.cdx.json");

  /** A library, the version that mends the hole, and why it does no harm; blank if it would. */
  private record Hole(String library, ComparableVersion mendedIn, String name, String harmless) {
    private static Hole of(String line) {
      String[] cells = line.split("\\|", -1);
      assertThat(cells).as(line).hasSize(5);
      return new Hole(
          cells[0].strip(),
          new ComparableVersion(cells[1].strip()),
          cells[2].strip(),
          cells[4].strip());
    }

    private boolean isIn(Map<String, String> libraries) {
      String version = libraries.get(library);
      return version != null && new ComparableVersion(version).compareTo(mendedIn) < 0;
    }
  }

  @Test
  void noLibraryInTheJarHasAHoleThatWouldDoHarm() throws IOException {
    Map<String, String> libraries = libraries();

    assertThat(libraries).containsKey("org.postgresql:postgresql");
    assertThat(holes().stream().filter(hole -> hole.isIn(libraries) && hole.harmless().isEmpty()))
        .isEmpty();
  }

  @Test
  void aReasonGoesWithTheHoleItWasFor() throws IOException {
    Map<String, String> libraries = libraries();

    assertThat(holes().stream().filter(hole -> !hole.harmless().isEmpty() && !hole.isIn(libraries)))
        .as("mended since: raise nothing, drop the reason")
        .isEmpty();
  }

  private static List<Hole> holes() throws IOException {
    return Files.readAllLines(LIST).stream()
        .filter(line -> !line.startsWith("#"))
        .map(Hole::of)
        .toList();
  }

  private static Map<String, String> libraries() throws IOException {
    assumeThat(CONTENTS)
        .as("what is in the jar: Maven lists it only when it works online")
        .exists();
    Map<String, String> versions = new HashMap<>();
    for (JsonNode library : Json.tree(Files.readString(CONTENTS)).get("components")) {
      versions.put(
          library.get("group").asText() + ":" + library.get("name").asText(),
          library.get("version").asText());
    }
    return versions;
  }
}
