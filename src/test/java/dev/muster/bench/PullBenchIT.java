package dev.muster.bench;

import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How fast Muster reads all devices for the first time, beside a hand-written loop: each in a cold
 * process on a fresh database, in turns.
 *
 * <p>{@code -Dbench.devices=60000,300000} is how many, {@code -Dbench.rounds=3} how often, and
 * {@code -Dbench.jvm="-XX:StartFlightRecording:filename=/tmp/muster.jfr"} what Muster's JVM is
 * given beside.
 */
@Tag("benchmark")
class PullBenchIT {
  private static final String COPIED =
      """
      select count(*) as items, extract(epoch from max(synced_at) - min(first_seen_at)) as seconds from device_copy
      """;

  private static final String PULLED =
      """
      select count(*) as items, extract(epoch from max(last_synced_at) - min(first_seen_at)) as seconds from report.device
      """;

  @Test
  void allDevicesForTheFirstTime() {
    try (Bench bench = Bench.start(Stub.Log.NONE)) {
      Comparison comparison = new Comparison("devices", n -> loop(bench, n), n -> muster(bench, n));
      Setting.numbers("devices", "60000").forEach(comparison::run);
    }
  }

  private static Run loop(Bench bench, int devices) {
    try (TestDatabase database = bench.bare()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      db.sql(DeviceCopy.TABLE).update();
      db.sql("create table inventory as select 'SN-' || n as key from generate_series(1, ?) n")
          .param(devices)
          .update();
      bench.server().checkpoint();
      Cost cost = Yardstick.run(HandWrittenLoop.class, bench, database);
      return Comparison.measured(db, COPIED, devices, cost);
    }
  }

  private static Run muster(Bench bench, int devices) {
    try (TestDatabase database = bench.database()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      Bench.enrol(db, "SN-", devices);
      bench.server().checkpoint();
      try (MusterProcess muster = bench.command(database).with("muster.once", true).launch();
          Meter meter = Meter.of(muster.pid(), bench)) {
        Bench.awaitSuccess(muster);
        return Comparison.measured(db, PULLED, devices, meter.cost());
      }
    }
  }
}
