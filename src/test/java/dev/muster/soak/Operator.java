package dev.muster.soak;

import dev.muster.simulator.Simulator;
import dev.muster.support.Site;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Operations: inserts rows, each for a device of its own, and notes when each was committed. */
final class Operator {
  static final String LONE = "lone-";
  static final String BURST = "burst-";

  private final Site site;
  private final Platform platform;
  private final Map<String, Long> committed = new ConcurrentHashMap<>();
  private int lone;

  Operator(Site site, Platform platform) {
    this.site = site;
    this.platform = platform;
  }

  /** Inserts one row. */
  void insertOne() {
    insert(List.of(LONE + ++lone));
  }

  /** Inserts so many rows by one statement. */
  void insertBurst(int rows) {
    insert(IntStream.rangeClosed(1, rows).mapToObj(n -> BURST + n).toList());
  }

  private void insert(List<String> keys) {
    Simulator simulator = site.simulator();
    keys.forEach(key -> platform.device(simulator, key));
    String accounts = String.join(",", platform.accounts());
    site.db()
        .sql(
            """
            insert into muster.work_request (account, action, key)
            select a[1 + abs(hashtext(k)) % cardinality(a)], 'refresh', k
              from string_to_array(?, ',') a, unnest(string_to_array(?, ',')) k
            """)
        .params(accounts, String.join(",", keys))
        .update();
    long now = System.nanoTime();
    keys.forEach(key -> committed.put(key, now));
  }

  /** Key and {@link System#nanoTime()} of each row's commit. */
  Map<String, Long> committed() {
    return Map.copyOf(committed);
  }

  /** Why rows wait that have no outcome yet, and for how many of them it is so. */
  List<String> open() {
    return site.db()
        .sql(
            """
            select account || ': ' || count(*) || ' ' || status || ', ' || regexp_replace(muster.explain(id), '[0-9]+', 'n', 'g')
              from muster.work_request where finished_at is null
             group by account, status, regexp_replace(muster.explain(id), '[0-9]+', 'n', 'g')
            """)
        .query(String.class)
        .list();
  }

  /** The accounts that make no calls any more, and why. */
  List<String> stopped() {
    return site.db()
        .sql("select account || ': ' || why from report.account where state <> 'active'")
        .query(String.class)
        .list();
  }

  /** The rows that are not done, as far as they are. */
  List<String> undone() {
    List<String> undone = new ArrayList<>();
    site.rows(
            "select key, status, error_code, error_message from muster.work_request where status <> 'done'")
        .forEach(row -> undone.add(new LinkedHashMap<>(row).toString()));
    return undone;
  }
}
