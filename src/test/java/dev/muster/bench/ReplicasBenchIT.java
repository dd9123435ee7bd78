package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One, two and three replicas on one database, which share the pulls of one account without a
 * limit: how fast together, and whether each target is called for exactly once.
 *
 * <p>{@code -Dbench.devices=60000} is how many targets, {@code -Dbench.replicas=1,2,3} are the
 * counts, {@code -Dbench.warm-up=10000} how many targets are read before for each replica.
 */
@Tag("benchmark")
class ReplicasBenchIT {
  private static final int DEVICES = Setting.number("devices", 60_000);

  /** For each replica, until its code is compiled. */
  private static final int WARM_UP = Setting.number("warm-up", 10_000);

  private static final String PULLED =
      """
      select extract(epoch from max(last_synced_at) - min(first_seen_at)) from report.device where starts_with(key, ?)
      """;

  @Test
  void replicasThatShareOneAccount() {
    try (Bench bench = Bench.start(Stub.Log.ALL)) {
      Table table =
          new Table(
              "One pass, shared",
              "replicas",
              "devices",
              "calls at the vendor",
              "called more than once",
              "devices/s",
              "of one replica's rate");
      double one = Double.NaN;
      for (int replicas : Setting.numbers("replicas", "1,2,3")) {
        Pass pass = pass(bench, replicas);
        one = Double.isNaN(one) ? pass.rate() : one;
        table.row(
            Figure.whole(replicas),
            Figure.whole(DEVICES),
            Figure.whole(pass.calls()),
            Figure.whole(pass.repeated()),
            Figure.whole(pass.rate()),
            Figure.hundredths(pass.rate() / one));
        assertThat(pass.calls()).isEqualTo(DEVICES);
        assertThat(pass.repeated()).isZero();
      }
    }
  }

  /**
   * @param calls that arrived at the vendor
   * @param repeated targets that were called for more than once
   * @param rate devices a second
   */
  private record Pass(int calls, int repeated, double rate) {}

  /** The targets come once all replicas are warm. */
  private static Pass pass(Bench bench, int replicas) {
    List<MusterProcess> running = new ArrayList<>();
    try (TestDatabase database = bench.database()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      String prefix = "r" + replicas + "-";
      try {
        for (int n = 0; n < replicas; n++) {
          running.add(bench.command(database).start());
        }
        Bench.enrol(db, "w" + replicas + "-", replicas * WARM_UP);
        Bench.awaitThat(running.get(0), "all are warm", () -> unread(db) == 0);
        bench.server().checkpoint();
        Bench.enrol(db, prefix, DEVICES);
        Bench.awaitThat(
            running.get(0), "all are read", () -> unread(db) == 0 && logged(bench, prefix));
      } finally {
        running.forEach(MusterProcess::close);
      }
      double seconds = db.sql(PULLED).param(prefix).query(Double.class).single();
      return judged(bench.stub().arrivals(prefix), seconds);
    }
  }

  private static int unread(JdbcClient db) {
    return db.sql("select count(*) from muster.poll_state where synced_at is null")
        .query(Integer.class)
        .single();
  }

  /** nginx writes a moment later. */
  private static boolean logged(Bench bench, String prefix) {
    return bench.stub().arrivals(prefix).size() >= DEVICES;
  }

  private static Pass judged(List<StubArrival> arrivals, double seconds) {
    long repeated =
        arrivals.stream()
            .collect(Collectors.groupingBy(StubArrival::key, Collectors.counting()))
            .values()
            .stream()
            .filter(calls -> calls > 1)
            .count();
    return new Pass(arrivals.size(), (int) repeated, DEVICES / seconds);
  }
}
