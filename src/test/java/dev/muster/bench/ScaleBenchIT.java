package dev.muster.bench;

import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whether Muster stays as fast as its tables grow: the same questions to a small inventory and to a
 * large one, each with its history and its finished requests. See {@code scale.sql}.
 *
 * <p>{@code -Dbench.targets=10000,1000000} are the sizes, {@code -Dbench.versions=10} the earlier
 * versions of each device, {@code -Dbench.seconds=30} how long rows are inserted for.
 */
@Tag("benchmark")
class ScaleBenchIT {
  private static final int ACCOUNTS = 20;
  private static final int VERSIONS = Setting.number("versions", 10);
  private static final Duration TIME = Duration.ofSeconds(Setting.number("seconds", 30));
  private static final Duration WARM_UP = Duration.ofSeconds(10);

  /** The bar: no more than twice as long, or so many milliseconds, which nobody has to wait for. */
  private static final double RATIO = 2;

  private static final double MILLIS = 200;
  private static final double MEBIBYTE = 1 << 20;

  @Test
  void aSmallAndALargeInventory() throws SQLException {
    List<Integer> sizes = Setting.numbers("targets", "10000,1000000");
    List<Map<String, Double>> figures = new ArrayList<>();
    try (Bench bench = Bench.start(Stub.Log.OPERATIONS, ACCOUNTS)) {
      for (int targets : sizes) {
        figures.add(measure(bench, targets));
      }
    }
    print(sizes, figures.get(0), figures.get(figures.size() - 1));
  }

  private static Map<String, Double> measure(Bench bench, int targets) throws SQLException {
    Map<String, Double> figures = new LinkedHashMap<>();
    try (TestDatabase database = bench.database()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      long start = System.nanoTime();
      ScaleData.fill(db, targets, ACCOUNTS, VERSIONS);
      bench.server().checkpoint();
      System.out.printf("%,d targets were made in %.0f s%n", targets, secondsSince(start));

      ClaimTimes times = ClaimTimes.measure(database, ACCOUNTS);
      put(figures, "claim of 32", times.claims());
      put(figures, "settlement of 32 that are given back", times.settlements());
      // As the service does all the time, which does not run here.
      System.out.println(db.sql("select muster.refresh_reports()").query(String.class).single());
      figures.putAll(ViewTimes.measure(database));
      service(bench, database, db, figures);
    }
    return figures;
  }

  /** With hardly a pull due: what waits is not what is measured. */
  private static void service(
      Bench bench, TestDatabase database, JdbcClient db, Map<String, Double> figures)
      throws SQLException {
    db.sql(
            "update muster.poll_state set due_at = due_at + interval '1 day'"
                + " where due_at < now() + interval '10 minutes'")
        .update();
    db.sql("vacuum analyze muster.poll_state").update();
    long start = System.nanoTime();
    try (MusterProcess muster = bench.command(database).start()) {
      figures.put("start until it is ready, ms", secondsSince(start) * 1e3);
      Operations operations = new Operations(bench, database);
      var unused = operations.waits(muster, Bench.ACCOUNT, WARM_UP);
      put(figures, "a row's commit to its call", operations.waits(muster, Bench.ACCOUNT, TIME));
      figures.put("peak RSS, MiB", Usage.of(muster.pid()).peakBytes() / MEBIBYTE);
    }
  }

  private static void put(Map<String, Double> figures, String name, List<Double> millis) {
    figures.put(name + ", p50 ms", Figure.share(millis, 0.5));
    figures.put(name + ", p99 ms", Figure.share(millis, 0.99));
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void print(
      List<Integer> sizes, Map<String, Double> small, Map<String, Double> large) {
    int last = sizes.get(sizes.size() - 1);
    Table table =
        new Table(
            "Scale over %d accounts, %,d and %,d rows of history, ms where nothing else is said"
                .formatted(ACCOUNTS, sizes.get(0) * VERSIONS, last * VERSIONS),
            "what",
            Figure.whole(sizes.get(0)) + " targets",
            Figure.whole(last) + " targets",
            "ratio",
            "within 2x or 200 ms");
    small.forEach(
        (what, before) -> {
          double after = large.get(what);
          boolean within = after <= RATIO * before || after <= MILLIS;
          table.row(
              what,
              Figure.hundredths(before),
              Figure.hundredths(after),
              Figure.hundredths(after / before),
              within ? "yes" : "**no**");
        });
  }
}
