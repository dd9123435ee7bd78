package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.MusterProcess;
import dev.muster.support.ShippedServer;
import dev.muster.support.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/** What stands round Muster in a benchmark: the stub, the server, and what the jar is told. */
final class Bench implements AutoCloseable {
  /** The first account, which every benchmark has. */
  static final String ACCOUNT = account(1);

  private static final Path ROOT = Path.of("target", "bench").toAbsolutePath();

  /** The largest runs take minutes, and a machine may be busy. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final int accounts;
  private final Path folder;
  private final Stub stub;
  private final ShippedServer server;
  private final TestDatabase empty;

  private Bench(Stub.Log log, int accounts) {
    this.accounts = accounts;
    folder = folder(ROOT, "run");
    stub = Stub.start(folder.resolve("stub"), log);
    server = ShippedServer.start(folder.resolve("data"));
    empty = server.database();
  }

  /** With one account. */
  static Bench start(Stub.Log log) {
    return start(log, 1);
  }

  /** With so many accounts. */
  static Bench start(Stub.Log log, int accounts) {
    Bench bench = new Bench(log, accounts);
    // As at its users': the first start makes the tables and the accounts.
    try (MusterProcess muster = bench.configured(bench.empty).with("muster.once", true).launch()) {
      awaitSuccess(muster);
      return bench;
    } catch (RuntimeException | Error e) {
      bench.close();
      throw e;
    }
  }

  /** The name of the account of this number, which counts from 1. */
  static String account(int number) {
    return "enos" + number;
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

  /** A new database with Muster's tables and its accounts. */
  TestDatabase database() {
    return empty.copy();
  }

  /**
   * The jar on this database, as its users start it: a service or container of its own; {@code
   * bench.jvm} adds options.
   */
  MusterProcess.Command command(TestDatabase database) {
    MusterProcess.Command command = configured(database).inSession();
    Setting.words("jvm").forEach(command::jvm);
    return command;
  }

  private MusterProcess.Command configured(TestDatabase database) {
    MusterProcess.Command command =
        MusterProcess.in(folder()).database(database).with("server.port", 0);
    IntStream.rangeClosed(1, accounts).forEach(n -> configure(command, account(n)));
    return command;
  }

  /** Without a limit. */
  private void configure(MusterProcess.Command command, String name) {
    String prefix = "muster.accounts." + name + ".";
    command
        .with(prefix + "vendor", StubAccount.VENDOR)
        .with(prefix + "base-url", stub.url())
        .with(prefix + "sweep-every", "0s")
        .with(prefix + "parameters.org-id", StubAccount.ORG_ID)
        .with(prefix + "credentials.app-key", StubAccount.APP_KEY)
        .with(prefix + "credentials.app-secret", StubAccount.APP_SECRET)
        .with(prefix + "quota.requests", 0);
  }

  /** Puts so many targets of the first account into the inventory, all due at once. */
  static void enrol(JdbcClient db, String prefix, int devices) {
    enrol(db, prefix, devices, null);
  }

  /**
   * @param every how often each is read; null for the account's own interval
   */
  static void enrol(JdbcClient db, String prefix, int devices, String every) {
    db.sql(
            "insert into muster.poll_target (account, resource, key, refresh_every)"
                + " select ?, 'device', ? || n, ?::interval from generate_series(1, ?) n")
        .params(ACCOUNT, prefix, every, devices)
        .update();
  }

  /** How many claims were made so far, of pulls and requests. */
  static long claims(JdbcClient db) {
    return db.sql("select last_value from muster.fence").query(Long.class).single();
  }

  /** Waits until a process has done what was due. */
  static void awaitSuccess(MusterProcess muster) {
    assertThat(muster.awaitEnd(PATIENCE).exitCode()).as(muster.log()).isZero();
  }

  /** Waits for what a process that goes on brings about. */
  static void awaitThat(MusterProcess muster, String what, Callable<Boolean> condition) {
    await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> !muster.isAlive() || condition.call());
    assertThat(muster.isAlive()).as(muster.log()).isTrue();
  }

  @Override
  public void close() {
    stub.close();
    server.close();
    FileSystemUtils.deleteRecursively(folder.toFile());
  }
}
