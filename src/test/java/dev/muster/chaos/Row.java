package dev.muster.chaos;

import dev.muster.support.Site;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A request as operations see it.
 *
 * @param message what went wrong; null if nothing did
 * @param note what was done; null if nothing was
 * @param took from its INSERT to its outcome; zero without one
 * @param letter whether a person was told by a dead letter
 */
record Row(
    String key,
    String status,
    int attempts,
    String code,
    String message,
    String note,
    Duration took,
    boolean letter) {
  private static final String ALL =
      """
      select key, status, attempts, error_code, error_message, result ->> 'note' as note,
             coalesce(1000 * extract(epoch from finished_at - requested_at), 0)::bigint as millis,
             exists (select from report.dead_letter l where l.request_id = w.id and l.state = 'open') as letter
        from muster.work_request w
      """;

  static List<Row> all(Site site) {
    return site.rows(ALL).stream().map(Row::of).toList();
  }

  private static Row of(Map<String, Object> row) {
    return new Row(
        (String) row.get("key"),
        (String) row.get("status"),
        (Integer) row.get("attempts"),
        (String) row.get("error_code"),
        (String) row.get("error_message"),
        (String) row.get("note"),
        Duration.ofMillis((Long) row.get("millis")),
        (Boolean) row.get("letter"));
  }

  boolean is(String wanted) {
    return status.equals(wanted);
  }

  boolean done() {
    return is("done");
  }

  /** Done, or a person was told; and either way it says what happened. */
  boolean settled() {
    return done() ? note != null : (is("dead") || is("unknown")) && letter && message != null;
  }

  /** It was allocated by a POST whose own reply did not say so. */
  boolean seenLater() {
    return note != null && note.contains("as a later read shows");
  }

  /** It was allocated when it was first read. */
  boolean sentNothing() {
    return note != null && note.contains("nothing was sent");
  }
}
