package dev.muster.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The packaged jar, unpacked by its own tool, with an archive of the classes that a start loads, by
 * the commands of docs/deployment.md. A start from it takes 6 s of processor time instead of 20.
 * Test processes side by side share it.
 */
final class UnpackedJar {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path PACKAGED = TARGET.resolve("muster.jar");

  private static final String COMMANDS =
      new DocumentPage("deployment.md")
          .section("A jar").blocks("").stream()
              .filter(block -> block.contains("-Djarmode=tools"))
              .findFirst()
              .orElseThrow();

  private static final class Holder {
    private static final Path FOLDER = prepared();
  }

  /** What comes after the JVM's own options. */
  static List<String> arguments() {
    return command(2, Holder.FOLDER);
  }

  /** The folder is named after the jar's content, so that another build makes another one. */
  private static Path prepared() {
    try (FileChannel channel =
            FileChannel.open(
                TARGET.resolve("unpacked.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      Path folder = TARGET.resolve("unpacked-" + checksum());
      if (!Files.exists(archive(folder))) {
        Files.createDirectories(folder);
        run(folder, command(0, folder));
        archiveClasses(folder);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends when all parts are made, before they work: as deploy/archive-classes.sh does. */
  private static void archiveClasses(Path folder) throws IOException {
    try (TestDatabase database = TestDatabase.fresh()) {
      List<String> arguments = new ArrayList<>(command(1, folder));
      Collections.addAll(
          arguments,
          "--server.port=0",
          "--muster.simulator.url=http://127.0.0.1:9",
          "--spring.datasource.url=" + database.jdbcUrl(),
          "--spring.datasource.username=" + database.user(),
          "--spring.datasource.password=" + database.password());
      run(folder, arguments);
    }
  }

  private static Path archive(Path folder) {
    return folder.resolve("app").resolve("classes.jsa");
  }

  /** What the page has behind {@code java} and the JVM's options, for this folder. */
  private static List<String> command(int line, Path folder) {
    String[] words = COMMANDS.lines().toList().get(line).split(" ");
    assertThat(words[0]).isEqualTo("java");
    return Arrays.stream(words)
        .skip(1)
        .filter(word -> !word.equals("@deploy/jvm.options"))
        .map(
            word ->
                word.replaceFirst("^app(?=/|$)|(?<==)app(?=/)", folder.resolve("app").toString()))
        .map(word -> word.equals("target/muster.jar") ? PACKAGED.toString() : word)
        .toList();
  }

  private static long checksum() throws IOException {
    CRC32 crc = new CRC32();
    crc.update(Files.readAllBytes(PACKAGED));
    return crc.getValue();
  }

  private static void run(Path folder, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(MusterProcess.java());
    command.addAll(arguments);
    Path log = folder.resolve("console.log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor()).as(() -> log + " tells why").isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private UnpackedJar() {}
}
