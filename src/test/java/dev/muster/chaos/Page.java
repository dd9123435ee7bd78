package dev.muster.chaos;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import dev.muster.simulator.Arrival;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A run on one page, as a table in Markdown. */
final class Page {
  private final StringBuilder text = new StringBuilder("| | |\n| --- | --- |\n");

  static String of(Aftermath aftermath) {
    Page page = new Page();
    page.requests(aftermath);
    page.calls(aftermath);
    page.harm(aftermath.casualties());
    page.line("slowest row", slowest(aftermath.rows()));
    return page.text.toString();
  }

  private void requests(Aftermath a) {
    Duration lasting = a.casualties().lasting();
    line(
        "requests",
        format(
            ROOT,
            "%,d for %,d devices, within %s",
            a.asked(),
            a.devices().size(),
            seconds(lasting)));
    line(
        "in the end",
        format(
            ROOT,
            "%,d done, %,d dead with a letter, %,d unknown with a letter, **%,d lost**",
            a.count(Row::done),
            a.count(row -> row.is("dead")),
            a.count(row -> row.is("unknown")),
            a.lost()));
    line(
        "done",
        format(
            ROOT,
            "%,d seen in the POST's own reply, %,d by a later read, %,d were allocated already",
            a.count(row -> row.done() && !row.seenLater() && !row.sentNothing()),
            a.count(Row::seenLater),
            a.count(Row::sentNothing)));
    line("dead", counts(a.rows().stream().filter(row -> row.is("dead")).toList(), Row::code));
  }

  private void calls(Aftermath a) {
    List<Arrival> calls = a.devices().values().stream().flatMap(d -> d.calls().stream()).toList();
    List<Arrival> posts = calls.stream().filter(Served.isPost()).toList();
    int effective = a.devices().values().stream().mapToInt(d -> d.count().effective()).sum();
    line("calls", format(ROOT, "%,d reads, %,d POSTs", calls.size() - posts.size(), posts.size()));
    line(
        "POSTs",
        format(
            ROOT,
            "%,d allocated a device, **%,d came after one that had**",
            effective,
            a.postsAfterSuccess()));
    line("their replies", counts(posts, Arrival::outcome));
  }

  private void harm(Casualties c) {
    line(
        "processes",
        format(
            ROOT,
            "2; %,d times one was killed by `kill -9`, %,d times one was stopped for longer than its lease",
            c.kills(),
            c.freezes()));
    line("database", format(ROOT, "%,d connections cut", c.cuts()));
    line("recovery", seconds(c.recovery()) + " until every row was settled");
    line("resumed", resumed(c.resumed()));
  }

  /** From the kill to the next call, in words. */
  static String resumed(List<Duration> resumed) {
    return resumed.isEmpty()
        ? "no row was held by a killed process"
        : format(
            ROOT,
            "%,d rows that a killed process held, %s to %s after the kill",
            resumed.size(),
            seconds(resumed.get(0)),
            seconds(resumed.get(resumed.size() - 1)));
  }

  private static String slowest(List<Row> rows) {
    Row row = rows.stream().max(Comparator.comparing(Row::took)).orElseThrow();
    return format(ROOT, "%s, %d calls, %s", seconds(row.took()), row.attempts(), row.status());
  }

  private static <T> String counts(List<T> all, Function<T, String> name) {
    Map<String, Long> counts =
        all.stream().collect(Collectors.groupingBy(name, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(entry -> format(ROOT, "%s %,d", entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String seconds(Duration time) {
    return format(ROOT, "%.1f s", time.toMillis() / 1e3);
  }

  private void line(String name, String cell) {
    text.append("| ").append(name).append(" | ").append(cell).append(" |\n");
  }
}
