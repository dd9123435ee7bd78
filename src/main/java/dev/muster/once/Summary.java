package dev.muster.once;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What became of all that was due, in words and tables that 80 columns hold.
 *
 * @param accomplished what was done, of all replicas
 * @param stopped the accounts that make no calls
 * @param tally this process's calls
 * @param startNanos when it started, by {@link System#nanoTime}
 * @param took how long it took
 */
record Summary(
    List<Accomplished> accomplished,
    List<Stopped> stopped,
    Tally tally,
    long startNanos,
    Duration took) {
  private static final int WIDTH = 80;

  /** Whether something failed for good, or an account is halted. */
  boolean trouble() {
    return accomplished.stream().anyMatch(row -> row.failed() + row.unknown() > 0)
        || stopped.stream().anyMatch(Stopped::halted);
  }

  /** One line: how much was done in what time. */
  String headline() {
    if (accomplished.isEmpty()) {
      return "nothing was due";
    }
    long ended = sum(row -> row.due() - row.remaining());
    return ended
        + " of "
        + sum(Accomplished::due)
        + " that were due came to their end in "
        + Figures.clock(took)
        + ", "
        + rate(ended, took);
  }

  /** The tables, and what a person has to do; empty if there is nothing to tell. */
  String text() {
    List<String> lines = new ArrayList<>();
    addTable(lines, pulls());
    addTable(lines, requests());
    addTable(lines, calls());
    List<String> advice = advice();
    if (!advice.isEmpty()) {
      lines.add("");
      advice.stream().flatMap(line -> TextTable.wrap(line, WIDTH)).forEach(lines::add);
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static void addTable(List<String> lines, TextTable table) {
    if (table.lines().size() > 1) {
      lines.add("");
      lines.addAll(table.lines());
    }
  }

  private TextTable pulls() {
    TextTable table =
        new TextTable(
            2,
            "account",
            "resource",
            "due",
            "pulled",
            "new",
            "changed",
            "unchanged",
            "parked",
            "left");
    add(table, Accomplished::pull, Summary::pullCells);
    return table;
  }

  private static Object[] pullCells(Accomplished row) {
    return new Object[] {
      row.account(),
      row.operation(),
      row.due(),
      row.done(),
      row.fresh(),
      row.changed(),
      row.unchanged(),
      row.failed(),
      row.remaining()
    };
  }

  private TextTable requests() {
    TextTable table =
        new TextTable(2, "account", "request", "due", "done", "dead", "unknown", "left");
    add(table, row -> !row.pull(), Summary::requestCells);
    return table;
  }

  private static Object[] requestCells(Accomplished row) {
    return new Object[] {
      row.account(),
      row.operation(),
      row.due(),
      row.done(),
      row.failed(),
      row.unknown(),
      row.remaining()
    };
  }

  /** The rows of one kind, and their total if there are several. */
  private void add(
      TextTable table, Predicate<Accomplished> kind, Function<Accomplished, Object[]> cells) {
    List<Accomplished> rows = accomplished.stream().filter(kind).toList();
    rows.forEach(row -> table.add(cells.apply(row)));
    if (rows.size() > 1) {
      rows.stream().reduce(Accomplished::plus).ifPresent(all -> table.add(cells.apply(all)));
    }
  }

  /** By this process; the time is until the account's last end. */
  private TextTable calls() {
    TextTable table = new TextTable(1, "account", "calls", "time", "rate");
    Map<String, Tally.Account> accounts = new TreeMap<>(tally.accounts());
    accounts.forEach(
        (name, account) -> {
          Duration time =
              account.ended() == 0 ? took : Duration.ofNanos(account.lastEndNanos() - startNanos);
          table.add(name, account.calls(), Figures.clock(time), rate(account.ended(), time));
        });
    return table;
  }

  private List<String> advice() {
    List<String> lines = new ArrayList<>();
    long letters = sum(row -> row.failed() + row.unknown());
    if (letters > 0) {
      lines.add(
          letters + " dead letter(s): select * from report.dead_letter where state = 'open';");
    }
    for (Stopped account : stopped) {
      lines.add(
          String.format(
              "%s is %s: %s What to do:",
              account.account(), account.state(), sentence(account.why())));
      // On a line of its own: a statement that is broken in two can't be copied.
      lines.add(account.whatToDo());
    }
    if (!lines.isEmpty()) {
      lines.add("What needs a person: select * from report.attention;");
    }
    return lines;
  }

  private static String sentence(String why) {
    return why.endsWith(".") ? why : why + ".";
  }

  private long sum(ToLongFunction<Accomplished> number) {
    return accomplished.stream().mapToLong(number).sum();
  }

  private static String rate(long count, Duration time) {
    return Figures.rate(count * 1e3 / Math.max(time.toMillis(), 1));
  }
}
