package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Muster beside a yardstick, in turns.
 *
 * @param unit what is counted, such as devices
 * @param yardstick does so many of them
 * @param muster does as many
 */
record Comparison(String unit, IntFunction<Run> yardstick, IntFunction<Run> muster) {
  private static final int ROUNDS = Setting.number("rounds", 3);

  /** Prints each run, and then the medians. */
  void run(int items) {
    List<Run> others = new ArrayList<>();
    List<Run> musters = new ArrayList<>();
    Table each =
        new Table("Each run", "run", unit, "seconds", unit + "/s", "java CPU s", "postgres CPU s");
    for (int round = 1; round <= ROUNDS; round++) {
      others.add(show(each, "yardstick " + round, yardstick.apply(items)));
      musters.add(show(each, "Muster " + round, muster.apply(items)));
    }
    summary(items, new Runs(others), new Runs(musters));
  }

  /**
   * What a query says of a run that has ended.
   *
   * @param sql brings the count and the seconds from the first to the last, by the database's clock
   */
  static Run measured(JdbcClient db, String sql, int expected, Cost cost) {
    Map<String, Object> row = db.sql(sql).query().singleRow();
    int items = ((Number) row.get("items")).intValue();
    assertThat(items).isEqualTo(expected);
    double seconds = ((Number) row.get("seconds")).doubleValue();
    return new Run(items, Duration.ofNanos((long) (seconds * 1e9)), cost);
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

  private void summary(int items, Runs others, Runs musters) {
    Table table =
        new Table(
            "Medians of " + ROUNDS,
            unit,
            "yardstick " + unit + "/s",
            "Muster " + unit + "/s",
            "ratio",
            "CPU s per 1,000 (java, postgres, nginx): yardstick",
            "Muster",
            "peak RSS MiB: yardstick",
            "Muster");
    table.row(
        Figure.whole(items),
        Figure.whole(others.rate()),
        Figure.whole(musters.rate()),
        Figure.hundredths(musters.rate() / others.rate()),
        cpu(others),
        cpu(musters),
        Figure.whole(others.peak()),
        Figure.whole(musters.peak()));
  }

  private static String cpu(Runs runs) {
    return String.join(
        ", ",
        Figure.thousandths(runs.perThousand(Cost::java)),
        Figure.thousandths(runs.perThousand(Cost::postgres)),
        Figure.thousandths(runs.perThousand(Cost::nginx)));
  }
}
