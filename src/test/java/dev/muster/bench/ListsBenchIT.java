package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A fleet of Huawei's read by lists of 250 without a limit: for the first time, and again with
 * nothing changed.
 *
 * <p>{@code -Dbench.devices=1000000} is how many, a multiple of 250; {@code -Dbench.rounds=2} how
 * often they are read again.
 */
@Tag("benchmark")
class ListsBenchIT {
  private static final int DEVICES = Setting.number("devices", 1_000_000);
  private static final int ROUNDS = Setting.number("rounds", 2);
  private static final String ACCOUNT = "huawei1";
  private static final double MEBIBYTE = 1 << 20;

  /** A sweep is noted as done some seconds after its last page. */
  private static final String LATEST =
      """
      select state, devices, calls, new, missing,
             extract(epoch from (select max(synced_at) from muster.poll_state) - started_at)::float8 as seconds
        from report.sweep order by started_at desc limit 1
      """;

  /** Whatever is written to a device or to history shows here. */
  private static final String WIDE =
      """
      select (select count(*) || ' ' || max(xmin::text::bigint) || ' ' || max(ctid) from muster.device)
             || ' ' || (select count(*) from muster.device_history)
      """;

  @Test
  void aFleetFromItsList() {
    try (Bench bench = Bench.start(Stub.Log.NONE);
        TestDatabase database = bench.database()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      bench.stub().list(DEVICES);
      MusterProcess.Command command = command(bench, database);
      try (MusterProcess once = command.copy().with("muster.once", true).launch()) {
        // The account; a list without a target is not worth a sweep.
        Bench.awaitSuccess(once);
      }
      db.sql(
              "insert into muster.poll_target (account, resource, key) select '%s', 'device', k from (%s) x (k)"
                  .formatted(ACCOUNT, ListPage.KEYS))
          .param(DEVICES)
          .update();
      db.sql("vacuum analyze muster.poll_state, muster.poll_target").update();
      bench.server().checkpoint();
      Table table =
          new Table(
              "%s devices by lists of %d".formatted(Figure.whole(DEVICES), ListPage.SIZE),
              "sweep",
              "seconds",
              "devices/s",
              "CPU s per 1,000 (java, postgres, nginx)",
              "peak RSS MiB",
              "WAL bytes a device");
      try (MusterProcess muster = command.launch()) {
        sweep("first", bench, db, muster, table, 1);
        String wide = db.sql(WIDE).query(String.class).single();
        for (int round = 1; round <= ROUNDS; round++) {
          db.sql(
                  "update muster.sweep set started_at = started_at - interval '1 day', finished_at = finished_at - interval '1 day'")
              .update();
          sweep("unchanged " + round, bench, db, muster, table, 1 + round);
        }
        assertThat(db.sql(WIDE).query(String.class).single()).isEqualTo(wide);
      }
    }
  }

  private static MusterProcess.Command command(Bench bench, TestDatabase database) {
    String prefix = "muster.accounts." + ACCOUNT + ".";
    return bench
        .command(database)
        .with(prefix + "vendor", "huawei")
        .with(prefix + "base-url", bench.stub().url())
        // So long that all targets fall due before the next one: it is worth its calls.
        .with(prefix + "sweep-every", "2h")
        .with(prefix + "credentials.app-id", "bench-app")
        .with(prefix + "credentials.secret", "bench-secret-not-real")
        .with(prefix + "quota.requests", 0);
  }

  private static void sweep(
      String name, Bench bench, JdbcClient db, MusterProcess muster, Table table, int number) {
    Bench.awaitThat(muster, "the sweep begins", () -> sweeps(db, "true") == number);
    long wal = wal(db);
    Usage java = Usage.of(muster.pid());
    Usage postgres = Usage.of(bench.server().pid());
    Usage nginx = Usage.of(bench.stub().pid());
    Bench.awaitThat(muster, "it ends", () -> sweeps(db, "state = 'done'") == number);
    Run run =
        run(
            db,
            new Cost(
                Usage.of(muster.pid()).since(java),
                Usage.of(bench.server().pid()).since(postgres),
                Usage.of(bench.stub().pid()).since(nginx)));
    table.row(
        name,
        Figure.hundredths(run.time().toMillis() / 1e3),
        Figure.whole(run.rate()),
        String.join(
            ", ",
            Figure.thousandths(run.perThousand(run.cost().java())),
            Figure.thousandths(run.perThousand(run.cost().postgres())),
            Figure.thousandths(run.perThousand(run.cost().nginx()))),
        Figure.whole(Usage.of(muster.pid()).peakBytes() / MEBIBYTE),
        Figure.whole((double) (wal(db) - wal) / DEVICES));
  }

  private static Run run(JdbcClient db, Cost cost) {
    Map<String, Object> sweep = db.sql(LATEST).query().singleRow();
    assertThat(sweep)
        .containsEntry("devices", (long) DEVICES)
        .containsEntry("calls", DEVICES / ListPage.SIZE + 1L)
        .containsEntry("new", 0L)
        .containsEntry("missing", 0L);
    double seconds = ((Number) sweep.get("seconds")).doubleValue();
    return new Run(DEVICES, Duration.ofNanos((long) (seconds * 1e9)), cost);
  }

  private static long sweeps(JdbcClient db, String which) {
    return db.sql("select count(*) from report.sweep where " + which).query(Long.class).single();
  }

  private static long wal(JdbcClient db) {
    return db.sql("select pg_current_wal_lsn() - '0/0'::pg_lsn").query(Long.class).single();
  }
}
