package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterProcess;
import dev.muster.support.ShippedServer;
import dev.muster.support.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.util.FileSystemUtils;

/** What stands round Muster in a benchmark: the stub, the server, and what the jar is told. */
final class Bench implements AutoCloseable {
  /** The account that every benchmark has. */
  static final String ACCOUNT = "enos1";

  private static final Path ROOT = Path.of("target", "bench").toAbsolutePath();

  /** The largest runs take minutes, and a machine may be busy. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final Path folder;
  private final ShippedServer server;
  private final Stub stub;
  private final TestDatabase empty;

  Bench(Stub.Log log) {
    folder = folder(ROOT, "run");
    stub = Stub.start(folder.resolve("stub"), log);
    server = ShippedServer.start(folder.resolve("data"));
    empty = server.database();
    // As its users do: the first start makes the tables and the accounts.
    once(empty);
  }

  private static Path folder(Path parent, String name) {
    try {
      Files.createDirectories(parent);
      return Files.createTempDirectory(parent, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Stub stub() {
    return stub;
  }

  ShippedServer server() {
    return server;
  }

  /** A new folder of its own for a process. */
  Path folder() {
    return folder(folder, "process");
  }

  /** A new database without any table. */
  TestDatabase bare() {
    return server.database();
  }

  /** A new database with Muster's tables and its account. */
  TestDatabase database() {
    return empty.copy();
  }

  /** The jar on this database, with one account without a limit, as its users start it. */
  MusterProcess.Command command(TestDatabase database) {
    MusterProcess.Command command =
        MusterProcess.in(folder()).jvmDefaults().database(database).with("server.port", 0);
    return account(command, ACCOUNT);
  }

  /** Configures one more account at the stub, without a limit. */
  MusterProcess.Command account(MusterProcess.Command command, String name) {
    String prefix = "muster.accounts." + name + ".";
    return command
        .with(prefix + "vendor", StubAccount.VENDOR)
        .with(prefix + "base-url", stub.url())
        .with(prefix + "parameters.org-id", StubAccount.ORG_ID)
        .with(prefix + "credentials.app-key", StubAccount.APP_KEY)
        .with(prefix + "credentials.app-secret", StubAccount.APP_SECRET)
        .with(prefix + "quota.requests", 0);
  }

  private void once(TestDatabase database) {
    try (MusterProcess muster = command(database).with("muster.once", true).launch()) {
      awaitSuccess(muster);
    }
  }

  /** Waits until a process has done what was due. */
  static void awaitSuccess(MusterProcess muster) {
    assertThat(muster.awaitEnd(PATIENCE).exitCode()).as(muster.log()).isZero();
  }

  @Override
  public void close() {
    stub.close();
    server.close();
    FileSystemUtils.deleteRecursively(folder.toFile());
  }
}
