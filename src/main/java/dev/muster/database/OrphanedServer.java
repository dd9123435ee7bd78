package dev.muster.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL that outlived the process which started it, as after a kill -9. */
final class OrphanedServer {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanedServer.class);

  /** PostgreSQL's fast shutdown, then its immediate one (postgres manual, "Shutting Down"). */
  private static final List<String> SIGNALS = List.of("INT", "QUIT");

  /** A fast shutdown writes one checkpoint: seconds, unless the disk is very slow. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final long POLL_MILLIS = 50;

  private OrphanedServer() {}

  /**
   * Stops the server that still runs on a data directory, if one does. The caller holds the data
   * folder's lock, so no living Muster uses that server.
   *
   * @throws DatabaseProblem if it will not stop
   */
  static void stop(Path dataDirectory) throws IOException, InterruptedException {
    Path pidFile = dataDirectory.resolve("postmaster.pid");
    Optional<ProcessHandle> process = process(pidFile);
    if (process.isEmpty()) {
      return;
    }
    if (!serves(process.get(), dataDirectory)) {
      // Left by a crash, and its number now belongs to another program: PostgreSQL would refuse to
      // start, as it takes any living process of the same user for itself.
      Files.deleteIfExists(pidFile);
      return;
    }
    LOG.info(
        "Stopping the PostgreSQL that an earlier run left behind (pid {})", process.get().pid());
    for (String signal : SIGNALS) {
      send(signal, process.get());
      if (exited(process.get(), pidFile)) {
        return;
      }
    }
    throw new DatabaseProblem(
        "The PostgreSQL that an earlier run left on %s does not stop (pid %d)."
            .formatted(dataDirectory, process.get().pid()),
        "End that process, then start Muster again.");
  }

  private static Optional<ProcessHandle> process(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    String pid = Files.readAllLines(pidFile).stream().findFirst().orElse("").strip();
    return pid.matches("\\d{1,18}")
        ? ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive)
        : Optional.empty();
  }

  private static boolean serves(ProcessHandle process, Path dataDirectory) {
    String command = process.info().command().orElse("");
    List<String> arguments = process.info().arguments().map(List::of).orElse(List.of());
    String program = command.substring(command.lastIndexOf('/') + 1);
    return program.startsWith("postgres")
        && (arguments.isEmpty() || arguments.contains(dataDirectory.toString()));
  }

  private static void send(String signal, ProcessHandle process)
      throws IOException, InterruptedException {
    if (System.getProperty("os.name").startsWith("Windows")) {
      process.destroy();
      return;
    }
    // ProcessHandle only knows SIGTERM, with which PostgreSQL waits for its clients to leave.
    new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
  }

  /** The file goes last; the process itself can stay on as a zombie that nobody collects. */
  private static boolean exited(ProcessHandle process, Path pidFile) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && Files.exists(pidFile)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }
}
