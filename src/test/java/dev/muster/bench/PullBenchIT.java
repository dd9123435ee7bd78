package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How fast Muster reads all devices for the first time, beside a hand-written loop: each in a fresh
 * process on a fresh database, in turns.
 *
 * <p>{@code -Dbench.devices=60000,300000} is how many, {@code -Dbench.rounds=3} how often, and
 * {@code -Dbench.jvm="-XX:StartFlightRecording:filename=/tmp/muster.jfr"} what Muster's JVM is
 * given beside.
 */
@Tag("benchmark")
class PullBenchIT {
  private static final List<Integer> DEVICES = Setting.numbers("devices", "60000");
  private static final int ROUNDS = Setting.number("rounds", 3);
  private static final List<String> JVM = Setting.words("jvm");

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
    try (Bench bench = new Bench(Stub.Log.NONE)) {
      DEVICES.forEach(devices -> compare(bench, devices));
    }
  }

  private static void compare(Bench bench, int devices) {
    List<Run> loops = new ArrayList<>();
    List<Run> musters = new ArrayList<>();
    Table each =
        new Table(
            "Each run", "run", "devices", "seconds", "devices/s", "java CPU s", "postgres CPU s");
    for (int round = 1; round <= ROUNDS; round++) {
      loops.add(show(each, "yardstick " + round, loop(bench, devices)));
      musters.add(show(each, "Muster " + round, muster(bench, devices)));
    }
    summary(devices, new Runs(loops), new Runs(musters));
  }

  private static Run show(Table each, String name, Run run) {
    each.row(
        name,
        Figure.whole(run.items()),
        Figure.hundredths(run.time().toMillis() / 1e3),
        Figure.whole(run.rate()),
        Figure.hundredths(run.cost().java().cpu().toMillis() / 1e3),
        Figure.hundredths(run.cost().postgres().cpu().toMillis() / 1e3));
    return run;
  }

  private static void summary(int devices, Runs loop, Runs muster) {
    Table table =
        new Table(
            "First pull, medians of " + ROUNDS,
            "devices",
            "yardstick devices/s",
            "Muster devices/s",
            "ratio",
            "CPU s per 1,000 (java, postgres, nginx): yardstick",
            "Muster",
            "peak RSS MiB: yardstick",
            "Muster");
    table.row(
        Figure.whole(devices),
        Figure.whole(loop.rate()),
        Figure.whole(muster.rate()),
        Figure.hundredths(muster.rate() / loop.rate()),
        cpu(loop),
        cpu(muster),
        Figure.whole(loop.peak()),
        Figure.whole(muster.peak()));
  }

  private static String cpu(Runs runs) {
    return String.join(
        ", ",
        Figure.thousandths(runs.perThousand(Cost::java)),
        Figure.thousandths(runs.perThousand(Cost::postgres)),
        Figure.thousandths(runs.perThousand(Cost::nginx)));
  }

  private static Run loop(Bench bench, int devices) {
    try (TestDatabase database = bench.bare()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      db.sql(DeviceCopy.TABLE).update();
      db.sql("create table inventory as select 'SN-' || n as key from generate_series(1, ?) n")
          .param(devices)
          .update();
      bench.server().checkpoint();
      return run(db, COPIED, devices, Yardstick.run(HandWrittenLoop.class, bench, database));
    }
  }

  private static Run muster(Bench bench, int devices) {
    try (TestDatabase database = bench.database()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      db.sql(
              "insert into muster.poll_target (account, resource, key)"
                  + " select ?, 'device', 'SN-' || n from generate_series(1, ?) n")
          .params(Bench.ACCOUNT, devices)
          .update();
      bench.server().checkpoint();
      MusterProcess.Command command = bench.command(database).with("muster.once", true);
      JVM.forEach(command::jvm);
      try (MusterProcess muster = command.launch();
          Meter meter = Meter.of(muster.pid(), bench)) {
        Bench.awaitSuccess(muster);
        return run(db, PULLED, devices, meter.cost());
      }
    }
  }

  private static Run run(JdbcClient db, String sql, int devices, Cost cost) {
    Map<String, Object> row = db.sql(sql).query().singleRow();
    int items = ((Number) row.get("items")).intValue();
    assertThat(items).isEqualTo(devices);
    double seconds = ((Number) row.get("seconds")).doubleValue();
    return new Run(items, Duration.ofNanos((long) (seconds * 1e9)), cost);
  }
}
