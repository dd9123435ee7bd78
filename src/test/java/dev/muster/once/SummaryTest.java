package dev.muster.once;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.work.Outcome.Verdict;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the process says at its end. */
class SummaryTest {
  private static final Duration TOOK = Duration.ofSeconds(125);

  private final Tally tally = new Tally();
  private final long start = System.nanoTime();

  @Test
  void anEmptyRunSaysSo() {
    Summary summary = summary(List.of(), List.of());

    assertThat(summary.headline()).isEqualTo("nothing was due");
    assertThat(summary.text()).isEmpty();
    assertThat(summary.trouble()).isFalse();
  }

  @Test
  void pullsAndRequestsStandInAlignedTables() {
    for (int i = 0; i < 310; i++) {
      settle("enos1", Task.Kind.PULL, i < 303 ? Verdict.DONE : Verdict.RETRY);
    }
    settle("enos1", Task.Kind.TOKEN, Verdict.DONE);
    settle("enos1", Task.Kind.PULL, Verdict.RELEASE);

    Summary summary =
        summary(
            List.of(
                new Accomplished(true, "enos1", "device", 298, 10, 3, 2, 0, 0),
                new Accomplished(true, "enos1", "product", 5, 5, 0, 0, 0, 0),
                new Accomplished(true, "lvcc1", "device", 0, 0, 0, 0, 0, 1200),
                new Accomplished(false, "enos1", "allocate", 9, 0, 0, 2, 1, 0)),
            List.of(
                new Stopped(
                    "lvcc1", "paused", "maintenance (ann)", "select muster.resume('lvcc1')")));

    assertThat(summary.headline())
        .isEqualTo("317 of 1517 that were due came to their end in 0:02:05, 2.5/s");
    assertThat(
            summary.text().lines().filter(line -> !line.matches("(account|enos1) +(calls|311) .*")))
        .containsExactly(
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
            "",
            "5 dead letter(s): select * from report.dead_letter where state = 'open';",
            "lvcc1 is paused: maintenance (ann). What to do:",
            "select muster.resume('lvcc1')",
            "What needs a person: select * from report.attention;");
    assertThat(summary.text()).containsPattern("(?m)^enos1      311  0:00:\\d\\d +[\\d.]+/s$");
    assertThat(summary.trouble()).isTrue();
  }

  @Test
  void aHaltedAccountIsTroubleAndAPausedOneIsNot() {
    assertThat(summary(List.of(), List.of(stopped("halted"))).trouble()).isTrue();
    assertThat(summary(List.of(), List.of(stopped("paused"))).trouble()).isFalse();
  }

  @Test
  void aMillionTargetsAndALongReasonStillFit80Columns() {
    Summary summary =
        summary(
            List.of(
                new Accomplished(true, "huawei1", "device", 999_000, 990_000, 9_000, 1_000, 0, 0)),
            List.of(
                new Stopped(
                    "huawei1",
                    "halted",
                    "the credentials were refused three times, ".repeat(4),
                    "mend them in the configuration and start Muster again")));

    assertThat(summary.text().lines()).allMatch(line -> line.length() <= 80);
  }

  private static Stopped stopped(String state) {
    return new Stopped("enos1", state, "why", "what to do");
  }

  private Summary summary(List<Accomplished> rows, List<Stopped> stopped) {
    return new Summary(rows, stopped, tally, start, TOOK);
  }

  private void settle(String account, Task.Kind kind, Verdict verdict) {
    Ends.settle(tally, account, kind, verdict);
  }
}
