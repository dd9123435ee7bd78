package dev.muster.soak;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Runs as the rows of a table, in Markdown. */
final class Report {
  /** Of the limit, where a window lasts a minute and a reply at most 0.4 s. */
  private static final double USED = 0.99;

  /** By how much settling a reply may lengthen what a permit is held. */
  private static final Duration SETTLING = Duration.ofMillis(50);

  /** What a lone row may wait beyond one gap: for its notification, its claim and its way. */
  private static final Duration LONE = Duration.ofMillis(250);

  static final List<String> HEAD =
      List.of(
          "run",
          "limit",
          "latency",
          "processes",
          "kills",
          "calls",
          "worst window",
          "above",
          "refused",
          "used",
          "possible",
          "lone wait p50 / p99 (bar)",
          "burst over k gaps / k held gaps",
          "token calls / at once",
          "bars");

  static String head() {
    return row(HEAD) + "\n" + row(HEAD.stream().map(name -> "---").toList());
  }

  /** One row. */
  static String row(String run, Figures f) {
    Scenario s = f.scenario();
    boolean operations = f.waits().burstOverGaps() != null;
    return row(
        List.of(
            run,
            s.limit().requests() + " in " + s.window().toSeconds() + " s",
            s.latency().toString(),
            s.replicas() + (s.clocks().isEmpty() ? "" : ", clocks wrong"),
            "" + f.kills(),
            "" + f.calls(),
            "" + f.windows().worst(),
            "" + f.windows().above(),
            "" + f.refused(),
            percent(f.used()),
            operations ? percent(f.possible()) : "",
            operations ? lone(f) : "",
            operations
                ? millis(f.waits().burstOverGaps()) + " / " + millis(f.waits().burstOverHeld())
                : "",
            s.platform().tokenCalls().isEmpty()
                ? ""
                : f.tokenCalls() + " / " + f.tokenCallsAtOnce(),
            operations ? bars(f) : f.windows().above() == 0 ? "windows met" : "windows not met"));
  }

  private static String lone(Figures f) {
    return "%s / %s (%s)"
        .formatted(millis(f.waits().lone(0.5)), millis(f.waits().lone(0.99)), millis(loneBar(f)));
  }

  private static double usedBar(Figures f) {
    double window = f.scenario().window().toMillis();
    return Math.min(USED, f.possible() * window / (window + SETTLING.toMillis()));
  }

  private static Duration loneBar(Figures f) {
    Latency latency = f.scenario().latency();
    return f.scenario().gap().plus(LONE).plus(latency.onTheWay() ? latency.most() : Duration.ZERO);
  }

  private static String bars(Figures f) {
    return String.join(
        ", ",
        bar("windows", f.windows().above() == 0),
        bar("used", f.used() >= usedBar(f)),
        bar("lone", f.waits().lone(0.99).compareTo(loneBar(f)) <= 0));
  }

  private static String bar(String name, boolean met) {
    return name + (met ? " met" : " not met");
  }

  private static String row(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String millis(Duration time) {
    return time == null ? "none" : time.toMillis() + " ms";
  }

  private Report() {}
}
