package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One, two and three replicas on one database, which share the pulls of one account without a
 * limit: how fast together, and whether each target is called for exactly once.
 *
 * <p>{@code -Dbench.devices=60000} is how many targets, {@code -Dbench.replicas=1,2,3} are the
 * counts, {@code -Dbench.rounds=3} how often they take turns, {@code -Dbench.warm-up=10000} how
 * many targets are read before for each replica.
 */
@Tag("benchmark")
class ReplicasBenchIT {
  private static final int DEVICES = Setting.number("devices", 60_000);

  private static final int ROUNDS = Setting.number("rounds", 3);

  /** For each replica, until its code is compiled. */
  private static final int WARM_UP = Setting.number("warm-up", 10_000);

  private static final String PULLED =
      """
      select extract(epoch from max(last_synced_at) - min(first_seen_at)) from report.device where starts_with(key, ?)
      """;

  @Test
  void replicasThatShareOneAccount() {
    Map<Integer, List<Double>> rates = new LinkedHashMap<>();
    try (Bench bench = Bench.start(Stub.Log.ALL)) {
      Table each =
          new Table(
              "Each pass, shared",
              "round",
              "replicas",
              "devices",
              "calls at the vendor",
              "called more than once",
              "devices/s");
      for (int round = 1; round <= ROUNDS; round++) {
        for (int replicas : Setting.numbers("replicas", "1,2,3")) {
          Pass pass = pass(bench, round, replicas);
          each.row(
              Figure.whole(round),
              Figure.whole(replicas),
              Figure.whole(DEVICES),
              Figure.whole(pass.calls()),
              Figure.whole(pass.repeated()),
              Figure.whole(pass.rate()));
          assertThat(pass.calls()).isEqualTo(DEVICES);
          assertThat(pass.repeated()).isZero();
          rates.computeIfAbsent(replicas, none -> new ArrayList<>()).add(pass.rate());
        }
      }
    }
    summary(rates);
  }

  /**
   * @param rates of the rounds by the count of replicas, the smallest count first
   */
  private static void summary(Map<Integer, List<Double>> rates) {
    Table table =
        new Table(
            "Medians of " + ROUNDS,
            "replicas",
            "devices/s",
            "of the first line's rate in the same round");
    List<Double> first = rates.values().iterator().next();
    rates.forEach(
        (replicas, seen) ->
            table.row(
                Figure.whole(replicas),
                Figure.whole(Figure.median(seen)),
                Figure.hundredths(Figure.median(shares(seen, first)))));
  }

  /** Round by round: the machine is not as quick in each. */
  private static List<Double> shares(List<Double> rates, List<Double> of) {
    return IntStream.range(0, rates.size()).mapToObj(n -> rates.get(n) / of.get(n)).toList();
  }

  /**
   * @param calls that arrived at the vendor
   * @param repeated targets that were called for more than once
   * @param rate devices a second
   */
  private record Pass(int calls, int repeated, double rate) {}

  /** The targets come once all replicas are warm. */
  private static Pass pass(Bench bench, int round, int replicas) {
    List<MusterProcess> running = new ArrayList<>();
    try (TestDatabase database = bench.database()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      String run = round + "-" + replicas + "-";
      String prefix = "r" + run;
      try {
        for (int n = 0; n < replicas; n++) {
          running.add(bench.command(database).start());
        }
        Bench.enrol(db, "w" + run, replicas * WARM_UP);
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
