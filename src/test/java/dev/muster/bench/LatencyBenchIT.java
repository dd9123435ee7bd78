package dev.muster.bench;

import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How long operations' rows wait for their calls, one row every 50 ms, while pulls are worked off
 * at full speed, and while there are none. Each target is due again a second after it was read, so
 * that pulls never run out.
 *
 * <p>{@code -Dbench.targets=100000} is how many, {@code -Dbench.seconds=60} for how long.
 */
@Tag("benchmark")
class LatencyBenchIT {
  private static final int TARGETS = Setting.number("targets", 100_000);
  private static final Duration TIME = Duration.ofSeconds(Setting.number("seconds", 60));

  /** Until the code on the way is compiled. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  @Test
  void rowsAmongPulls() throws SQLException {
    try (Bench bench = Bench.start(Stub.Log.OPERATIONS)) {
      Table table =
          new Table(
              "From a row's commit to its call, ms",
              "due targets",
              "calls/s meanwhile",
              "rows",
              "p50",
              "p99",
              "max");
      measure(bench, table, 0);
      measure(bench, table, TARGETS);
    }
  }

  private static void measure(Bench bench, Table table, int targets) throws SQLException {
    try (TestDatabase database = bench.database()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      Bench.enrol(db, "SN-", targets, "1 second");
      bench.server().checkpoint();
      try (MusterProcess muster = bench.command(database).start()) {
        Operations operations = new Operations(bench, database);
        var unused = operations.waits(muster, Bench.ACCOUNT, WARM_UP);
        long claims = Bench.claims(db);
        long start = System.nanoTime();
        List<Double> waits = operations.waits(muster, Bench.ACCOUNT, TIME);
        double calls = (Bench.claims(db) - claims) / ((System.nanoTime() - start) / 1e9);
        table.row(
            Figure.whole(targets),
            Figure.whole(calls),
            Figure.whole(waits.size()),
            Figure.whole(Figure.share(waits, 0.5)),
            Figure.whole(Figure.share(waits, 0.99)),
            Figure.whole(Figure.share(waits, 1)));
      }
    }
  }
}
