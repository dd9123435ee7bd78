package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.console.Visitor;
import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How long the console's pages take over a large inventory, while the service works.
 *
 * <p>{@code -Dbench.targets=1000000} devices, and as many requests; {@code -Dbench.rounds=40} times
 * each page.
 */
@Tag("benchmark")
class ConsoleBenchIT {
  private static final int ACCOUNTS = 20;
  private static final int VERSIONS = 2;
  private static final int TARGETS = Setting.number("targets", 1_000_000);
  private static final int ROUNDS = Setting.number("rounds", 40);

  /** The bar, in ms. */
  private static final double P95 = 300;

  private static final List<String> PAGES =
      List.of(
          "/",
          "/devices",
          "/devices?find=SN-77",
          "/devices?account=enos8&connectivity=online",
          "/devices?missing=yes",
          "/devices?sort=changed+last+first",
          "/device?account=enos8&key=SN-7",
          "/requests",
          "/requests?status=open",
          "/requests?account=enos8&status=done",
          "/request?id=77",
          "/letters",
          "/letters?account=enos8",
          "/accounts",
          "/freshness",
          "/routes");

  @Test
  void everyPageOverALargeInventory() throws Exception {
    try (Bench bench = Bench.start(Stub.Log.OPERATIONS, ACCOUNTS);
        TestDatabase database = bench.database()) {
      ScaleData.fill(JdbcClient.create(database.dataSource()), TARGETS, ACCOUNTS, VERSIONS);
      bench.server().checkpoint();
      try (MusterProcess muster = bench.command(database).start()) {
        Visitor visitor = new Visitor(muster.port()).loggedIn(database.user(), database.password());
        measure(visitor);
      }
    }
  }

  private static void measure(Visitor visitor) {
    Table table =
        new Table(
            "The console over " + Figure.whole(TARGETS) + " devices, ms", "page", "p50", "p95");
    List<String> slow = new ArrayList<>();
    for (String page : PAGES) {
      List<Double> millis = new ArrayList<>();
      visitor.page(page);
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        visitor.page(page);
        millis.add((System.nanoTime() - start) / 1e6);
      }
      double p95 = Figure.share(millis, 0.95);
      table.row("`" + page + "`", Figure.hundredths(Figure.median(millis)), Figure.hundredths(p95));
      if (p95 > P95) {
        slow.add(page + ": " + p95);
      }
    }
    assertThat(slow).isEmpty();
  }
}
