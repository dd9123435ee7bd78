package dev.muster.once;

import dev.muster.once.Tally.AccountCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells in words and tables what became of the work that was due.
 *
 * @param accomplished what was done, of all replicas
 * @param attention what needs a person, and what to do about it
 * @param halted whether an account is
 * @param tally this process's own counts, by account
 * @param took how long it took
 */
record Summary(
    List<Map<String, Object>> accomplished,
    List<Map<String, Object>> attention,
    boolean halted,
    Map<String, AccountCounts> tally,
    Duration took) {
  private static final String PULL_HEADING =
      "account resource due pulled new changed unchanged parked left";
  private static final String PULL_COLUMNS = "due done new changed unchanged failed remaining";
  private static final String REQUEST_HEADING = "account request due done dead unknown left";
  private static final String REQUEST_COLUMNS = "due done failed unknown remaining";

  /** Whether something failed for good, or an account is halted. */
  boolean trouble() {
    return halted || sum("failed") + sum("unknown") > 0;
  }

  /** One line: how much was done in what time. */
  String headline() {
    long ended = sum("due") - sum("remaining");
    return accomplished.isEmpty()
        ? "nothing was due"
        : "%d of %d that were due came to their end in %s, %s"
            .formatted(ended, sum("due"), clock(took), rate(ended, took));
  }

  /** Below that the tables, and what a person has to do; empty if there is nothing to tell. */
  String below() {
    List<String> lines = new ArrayList<>();
    table(lines, 2, work("pull", PULL_HEADING, PULL_COLUMNS));
    table(lines, 2, work("request", REQUEST_HEADING, REQUEST_COLUMNS));
    if (!accomplished.isEmpty()) {
      // Where nothing was due, a token may have been got all the same.
      table(lines, 1, calls());
    }
    advise(lines);
    return lines.stream().map(System.lineSeparator()::concat).collect(Collectors.joining());
  }

  /** The rows of one kind, and their total if there are several. */
  private List<List<String>> work(String kind, String heading, String columns) {
    List<List<String>> rows = new ArrayList<>(List.of(List.of(heading.split(" "))));
    long[] total = new long[columns.split(" ").length];
    for (Map<String, Object> row : accomplished) {
      if (row.get("kind").equals(kind)) {
        long[] cells = Stream.of(columns.split(" ")).mapToLong(c -> number(row, c)).toArray();
        Arrays.setAll(total, n -> total[n] + cells[n]);
        rows.add(row((String) row.get("account"), (String) row.get("operation"), cells));
      }
    }
    if (rows.size() > 2) {
      rows.add(row("total", "", total));
    }
    return rows;
  }

  private static List<String> row(String account, String operation, long... cells) {
    return Stream.concat(
            Stream.of(account, operation), Arrays.stream(cells).mapToObj(String::valueOf))
        .toList();
  }

  /** By this process. */
  private List<List<String>> calls() {
    return Stream.concat(
            Stream.of(List.of("account", "calls")),
            tally.entrySet().stream().map(e -> List.of(e.getKey(), "" + e.getValue().calls())))
        .toList();
  }

  /**
   * Names to the left, numbers to the right; nothing if there is a heading alone.
   *
   * @param names how many columns, from the first, are names
   */
  private static void table(List<String> lines, int names, List<List<String>> rows) {
    if (rows.size() == 1) {
      return;
    }
    lines.add("");
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int n = 0; n < row.size(); n++) {
        int column = n;
        int width = rows.stream().mapToInt(cells -> cells.get(column).length()).max().orElse(0);
        line.append(("%" + (n < names ? "-" : "") + width + "s  ").formatted(row.get(n)));
      }
      lines.add(line.toString().stripTrailing());
    }
  }

  private void advise(List<String> lines) {
    if (!attention.isEmpty()) {
      lines.add("");
      lines.add("What needs a person: select * from report.attention;");
    }
    for (Map<String, Object> row : attention) {
      lines.add("%s: %s. What to do:".formatted(row.get("what"), row.get("why")));
      // On a line of its own, so that a statement can be copied.
      lines.add("  " + row.get("what_to_do"));
    }
  }

  private long sum(String column) {
    return accomplished.stream().mapToLong(row -> number(row, column)).sum();
  }

  private static long number(Map<String, Object> row, String column) {
    return ((Number) row.get(column)).longValue();
  }

  private static String rate(long count, Duration time) {
    double perSecond = count * 1e3 / Math.max(time.toMillis(), 1);
    return String.format(Locale.ROOT, perSecond < 10 ? "%.1f/s" : "%.0f/s", perSecond);
  }

  /** Hours, minutes and seconds, as in 1:02:03. */
  static String clock(Duration time) {
    return "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }
}
