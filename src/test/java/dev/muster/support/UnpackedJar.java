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
import java.util.List;
import java.util.zip.CRC32;

/**
 * The packaged jar, unpacked by its own tool, with an archive of the classes that a start loads, as
 * the Dockerfile makes it. A start from it takes 6 s of processor time instead of 20. Test
 * processes side by side share it.
 */
final class UnpackedJar {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path PACKAGED = TARGET.resolve("muster.jar");

  private static final class Holder {
    private static final Path FOLDER = prepared();
  }

  /** What comes after the JVM's own options. */
  static List<String> arguments() {
    return List.of("-XX:SharedArchiveFile=" + archive(Holder.FOLDER), "-jar", jar(Holder.FOLDER));
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
        run(folder, List.of("-Djarmode=tools", "-jar", PACKAGED.toString(), "extract"));
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
      run(
          folder,
          List.of(
              "-XX:ArchiveClassesAtExit=" + archive(folder),
              "-Dspring.context.exit=onRefresh",
              "-jar",
              jar(folder),
              "--server.port=0",
              "--muster.simulator.url=http://127.0.0.1:9",
              "--spring.datasource.url=" + database.jdbcUrl(),
              "--spring.datasource.username=" + database.user(),
              "--spring.datasource.password=" + database.password()));
    }
  }

  private static Path archive(Path folder) {
    return folder.resolve("classes.jsa");
  }

  private static String jar(Path folder) {
    return folder.resolve("muster").resolve("muster.jar").toString();
  }

  private static long checksum() throws IOException {
    CRC32 crc = new CRC32();
    crc.update(Files.readAllBytes(PACKAGED));
    return crc.getValue();
  }

  private static void run(Path folder, List<String> arguments) throws IOException {
    Files.createDirectories(folder);
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
