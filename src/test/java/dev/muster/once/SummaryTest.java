package dev.muster.once;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.once.Tally.AccountCounts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the process says at its end. */
class SummaryTest {
  private static final Duration TOOK = Duration.ofSeconds(125);
  private static final Map<String, Object> PAUSED =
      Map.of(
          "what", "account lvcc1 is paused",
          "why", "maintenance (ann)",
          "what_to_do", "select muster.resume('lvcc1');");

  @Test
  void anEmptyRunSaysSo() {
    Summary summary = new Summary(List.of(), List.of(), false, Map.of(), TOOK);

    assertThat(summary.headline()).isEqualTo("nothing was due");
    assertThat(summary.below()).isEmpty();
    assertThat(summary.trouble()).isFalse();
  }

  @Test
  void pullsAndRequestsStandInAlignedTables() {
    Summary summary =
        new Summary(
            List.of(
                row("pull", "enos1", "device", 298, 10, 3, 2, 0, 0),
                row("pull", "enos1", "product", 5, 5, 0, 0, 0, 0),
                row("pull", "lvcc1", "device", 0, 0, 0, 0, 0, 1200),
                row("request", "enos1", "allocate", 9, 0, 0, 2, 1, 0)),
            List.of(PAUSED),
            false,
            Map.of("enos1", new AccountCounts(311, 310, 4)),
            TOOK);

    assertThat(summary.headline())
        .isEqualTo("317 of 1517 that were due came to their end in 0:02:05, 2.5/s");
    assertThat(summary.below().lines())
        .containsExactly(
            "",
            "",
            "account  resource   due  pulled  new  changed  unchanged  parked  left",
            "enos1    device     300     298   10        3        285       2     0",
            "enos1    product      5       5    5        0          0       0     0",
            "lvcc1    device    1200       0    0        0          0       0  1200",
            "total              1505     303   15        3        285       2  1200",
            "",
            "account  request   due  done  dead  unknown  left",
            "enos1    allocate   12     9     2        1     0",
            "",
            "account  calls",
            "enos1      311",
            "",
            "What needs a person: select * from report.attention;",
            "account lvcc1 is paused: maintenance (ann). What to do:",
            "  select muster.resume('lvcc1');");
    assertThat(summary.trouble()).isTrue();
  }

  @Test
  void aHaltedAccountIsTroubleAndAPausedOneIsNot() {
    assertThat(new Summary(List.of(), List.of(), true, Map.of(), TOOK).trouble()).isTrue();
    assertThat(new Summary(List.of(), List.of(PAUSED), false, Map.of(), TOOK).trouble()).isFalse();
  }

  @Test
  void aMillionTargetsStillFit80Columns() {
    Summary summary =
        new Summary(
            List.of(row("pull", "huawei1", "device", 999_000, 990_000, 9_000, 1_000, 0, 0)),
            List.of(),
            false,
            Map.of(),
            TOOK);

    assertThat(summary.below().lines()).allMatch(line -> line.length() <= 80);
  }

  private static Map<String, Object> row(
      String kind,
      String account,
      String operation,
      long done,
      long fresh,
      long changed,
      long failed,
      long unknown,
      long remaining) {
    Map<String, Object> row = new HashMap<>();
    row.put("kind", kind);
    row.put("account", account);
    row.put("operation", operation);
    row.put("due", done + failed + unknown + remaining);
    row.put("done", done);
    row.put("new", fresh);
    row.put("changed", changed);
    row.put("unchanged", done - fresh - changed);
    row.put("failed", failed);
    row.put("unknown", unknown);
    row.put("remaining", remaining);
    return row;
  }
}
