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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What many accounts of one vendor cost while nothing is due: the time until it is ready, threads,
 * memory, and processor time.
 *
 * <p>{@code -Dbench.accounts=2000} is how many; each has a target that was read a moment ago.
 */
@Tag("benchmark")
class IdleAccountsBenchIT {
  private static final int ACCOUNTS = Setting.number("accounts", 2_000);

  /** Of the idle time that is measured. */
  private static final Duration IDLE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  @Test
  void manyAccountsThatHaveNothingToDo() throws Exception {
    try (Stub stub = Stub.start(folder.resolve("stub"), Stub.Log.NONE);
        ShippedServer server = ShippedServer.start(folder.resolve("data"));
        TestDatabase database = server.database()) {
      configure(stub.url());
      JdbcClient db = JdbcClient.create(database.dataSource());
      try (MusterProcess first = command(database).start()) {
        db.sql(
                "insert into muster.poll_target (account, resource, key, refresh_every)"
                    + " select account, 'device', 'SN-1', '1 day' from muster.account")
            .update();
        Bench.awaitThat(first, "every target is read", () -> unread(db) == 0);
        first.stop();
      }
      measure(database);
    }
  }

  private void measure(TestDatabase database) throws InterruptedException {
    long began = System.nanoTime();
    try (MusterProcess muster = command(database).start()) {
      Duration ready = Duration.ofNanos(System.nanoTime() - began);
      // The start's own work has to be over: compiling, first claims.
      TimeUnit.SECONDS.sleep(IDLE.toSeconds() / 2);
      Usage before = Usage.of(muster.pid());
      long threads = threads(muster.pid());
      TimeUnit.SECONDS.sleep(IDLE.toSeconds());
      Usage used = Usage.of(muster.pid()).since(before);
      double share = (double) used.cpu().toMillis() / IDLE.toMillis();
      Table table = new Table("%d idle accounts".formatted(ACCOUNTS), "figure", "value", "bar");
      table.row("ready in s", Figure.hundredths(ready.toMillis() / 1e3), "30");
      table.row("threads", Figure.whole(threads), "150");
      table.row("peak memory in MiB", Figure.whole(used.peakBytes() >> 20), "512");
      table.row("share of one core", Figure.hundredths(share), "0.05");

      assertThat(muster.log()).doesNotContain("ERROR");
      assertThat(threads).isLessThanOrEqualTo(150);
      assertThat(used.peakBytes()).isLessThan(512L << 20);
      assertThat(share).isLessThan(0.05);
    }
  }

  private static long threads(long pid) {
    try (var tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return tasks.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int unread(JdbcClient db) {
    return db.sql("select count(*) from muster.poll_state where synced_at is null")
        .query(Integer.class)
        .single();
  }

  private MusterProcess.Command command(TestDatabase database) {
    return MusterProcess.in(folder).database(database).inSession();
  }

  private void configure(String url) throws IOException {
    StringBuilder yaml = new StringBuilder("muster.accounts:\n");
    for (int n = 1; n <= ACCOUNTS; n++) {
      yaml.append(
          "  enos%d: { vendor: %s, base-url: '%s', parameters: { org-id: '%s' }, credentials: { app-key: '%s-%d', app-secret: '%s' } }%n"
              .formatted(
                  n,
                  StubAccount.VENDOR,
                  url,
                  StubAccount.ORG_ID,
                  StubAccount.APP_KEY,
                  n,
                  StubAccount.APP_SECRET));
    }
    Files.createDirectories(folder.resolve("config"));
    Files.writeString(folder.resolve("config/application.yaml"), yaml);
  }
}
