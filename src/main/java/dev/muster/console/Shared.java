package dev.muster.console;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is the same for all who may read every report: whoever looks next within some seconds gets
 * it too. So twenty people whose pages refresh themselves cost the database as much as one.
 */
final class Shared {
  /** A result is kept so many times as long as it took: at most a twentieth of the time is read. */
  private static final int TIMES = 20;

  private static final Duration LEAST = Duration.ofSeconds(2);
  private static final Duration MOST = Duration.ofSeconds(20);

  private final Map<String, Result> results = new ConcurrentHashMap<>();

  /**
   * @param until by System.nanoTime
   */
  private record Result(List<?> rows, long until) {}

  /** Rows as records: those of a moment ago, or of now. */
  @SuppressWarnings("unchecked")
  <T> List<T> list(Person person, Set<String> rights, Class<T> type, String sql) {
    if (!rights.contains(Person.EVERY_REPORT)) {
      return person.list(type, sql);
    }
    long start = System.nanoTime();
    Result last = results.get(sql);
    if (last == null || last.until() - start < 0) {
      List<T> rows = person.list(type, sql);
      long end = System.nanoTime();
      long kept = Math.min(Math.max(TIMES * (end - start), LEAST.toNanos()), MOST.toNanos());
      last = new Result(rows, end + kept);
      results.put(sql, last);
    }
    return (List<T>) last.rows();
  }

  /** Somebody has done something: whoever looks next sees what became of it. */
  void forget() {
    results.clear();
  }
}
