package dev.muster.bench;

import dev.muster.support.TestDatabase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** How long each view of schema {@code report} takes to answer, once its pages are in memory. */
final class ViewTimes {
  private static final int ROUNDS = 3;

  private static final String VIEWS =
      """
      select table_name, count(*) filter (where column_name in ('account', 'key')) = 2 as keyed
        from information_schema.columns where table_schema = 'report' group by 1 order by 1
      """;

  /** What is newest in those that grow. */
  private static final List<String> NEWEST =
      List.of(
          "select * from report.allocation order by id desc limit 1000",
          "select * from report.audit order by at desc, id desc limit 1000",
          "select * from report.device order by last_changed_at desc limit 1000",
          "select * from report.device_history where valid_to is null order by valid_from desc limit 1000",
          "select * from report.device_history where valid_to >= now() - interval '25 hours' order by valid_to desc limit 1000");

  /** What is asked of a view. */
  private enum Question {
    FIRST_THOUSAND("select * from report.%s limit 1000"),
    COUNT("select count(*) from report.%s"),
    LOOK_UP("select * from report.%s where account = 'enos8' and key = 'SN-7'");

    private final String sql;

    Question(String sql) {
      this.sql = sql;
    }
  }

  /** Milliseconds by what was asked. */
  static Map<String, Double> measure(TestDatabase database) {
    // One connection: another for each question would be most of what is measured.
    SingleConnectionDataSource source =
        new SingleConnectionDataSource(
            database.jdbcUrl(), database.user(), database.password(), true);
    try {
      return measure(JdbcClient.create(source));
    } finally {
      source.destroy();
    }
  }

  private static Map<String, Double> measure(JdbcClient db) {
    Map<String, Double> times = new LinkedHashMap<>();
    for (Map<String, Object> view : db.sql(VIEWS).query().listOfRows()) {
      for (Question question : Question.values()) {
        if (question != Question.LOOK_UP || Boolean.TRUE.equals(view.get("keyed"))) {
          String sql = question.sql.formatted(view.get("table_name"));
          times.put("`" + sql + "`", millis(db, sql));
        }
      }
    }
    NEWEST.forEach(sql -> times.put("`" + sql + "`", millis(db, sql)));
    return times;
  }

  private static double millis(JdbcClient db, String sql) {
    List<Double> times = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      long start = System.nanoTime();
      var unused = db.sql(sql).query().listOfRows();
      times.add((System.nanoTime() - start) / 1e6);
    }
    // The first brings the pages into memory.
    return Figure.median(times.subList(1, times.size()));
  }

  private ViewTimes() {}
}
