package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** systemd understands the unit and the user that the package brings. */
class SystemdTest {
  private static final Path FOLDER = Path.of("deploy", "systemd").toAbsolutePath();

  @TempDir Path root;

  @Test
  void theUnitIsUnderstood() throws IOException {
    String said = said("systemd-analyze", "verify", FOLDER.resolve("muster.service").toString());

    // It names what it does not understand. Java may be elsewhere where this is built.
    assertThat(said.lines())
        .filteredOn(line -> line.contains("muster.service"))
        .allMatch(line -> line.contains("/usr/bin/java is not executable"));
  }

  @Test
  void theUserAndTheGroupAreMade() throws IOException {
    Files.createDirectory(root.resolve("etc"));
    said("systemd-sysusers", "--root=" + root, FOLDER.resolve("muster.sysusers").toString());

    assertThat(Files.readString(root.resolve("etc/passwd")))
        .containsPattern("(?m)^muster:.*:/var/lib/muster:.*/nologin$");
    assertThat(Files.readString(root.resolve("etc/group"))).containsPattern("(?m)^muster:");
  }

  private static String said(String... command) throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin", command[0])), "this machine has no " + command[0]);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
