package dev.muster.bench;

import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How fast Muster, started as the service, works off rows that wait in the work table, with the
 * record of who did what that it ships with, beside a worker that was written by hand.
 *
 * <p>{@code -Dbench.rows=10000,60000} is how many rows, {@code -Dbench.rounds=3} how often.
 */
@Tag("benchmark")
class DrainBenchIT {
  private static final String DRAINED =
      """
      select count(finished_at) as items, extract(epoch from max(finished_at) - min(started_at)) as seconds from %s where status = 'done'
      """;

  @Test
  void rowsThatWait() {
    try (Bench bench = Bench.start(Stub.Log.NONE)) {
      Comparison comparison = new Comparison("rows", n -> worker(bench, n), n -> muster(bench, n));
      Setting.numbers("rows", "10000,60000").forEach(comparison::run);
    }
  }

  private static Run worker(Bench bench, int rows) {
    try (TestDatabase database = bench.bare()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      db.sql(DeviceCopy.TABLE).update();
      db.sql(SkipLockedWorker.TABLE).update();
      db.sql("insert into job (account, key) select ?, 'SN-' || n from generate_series(1, ?) n")
          .params(Bench.ACCOUNT, rows)
          .update();
      bench.server().checkpoint();
      Cost cost = Yardstick.run(SkipLockedWorker.class, bench, database);
      return Comparison.measured(db, DRAINED.formatted("job"), rows, cost);
    }
  }

  private static Run muster(Bench bench, int rows) {
    try (TestDatabase database = bench.database()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      db.sql(
              "insert into muster.work_request (account, action, key)"
                  + " select ?, 'refresh', 'SN-' || n from generate_series(1, ?) n")
          .params(Bench.ACCOUNT, rows)
          .update();
      bench.server().checkpoint();
      try (MusterProcess muster = bench.command(database).launch();
          Meter meter = Meter.of(muster.pid(), bench)) {
        Bench.awaitThat(muster, "all rows are done", () -> Operations.open(db) == 0);
        return Comparison.measured(
            db, DRAINED.formatted("muster.work_request"), rows, meter.cost());
      }
    }
  }
}
