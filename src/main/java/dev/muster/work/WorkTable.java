package dev.muster.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.vendor.Step;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The door to the functions in {@code sql/functions}: which row may move to which state is decided
 * there.
 */
@Component
public class WorkTable {
  private static final String CLAIM =
      """
      select c.wait_until, c.unlimited, c.notice, c.at, t.*
        from muster.claim(?, ?, ?, ?, ?) c left join lateral unnest(c.tasks) t on true
      """;

  private static final String SETTLE =
      """
      select muster.settle(array(
        select o
          from jsonb_array_elements(?::jsonb) x
         cross join lateral jsonb_populate_record(null::muster.outcome,
           x || coalesce(x -> 'token', '{}')
             || case when x ? 'token'
                  then jsonb_build_object('sealed', '\\x' || (x -> 'token' ->> 'sealed')) else '{}' end
             || coalesce(x -> 'result', '{}')) o), ?)
      """;

  private final JdbcTemplate jdbc;
  private final ObjectMapper json;
  private final Seen seen;

  public WorkTable(JdbcTemplate jdbc, ObjectMapper json, Seen seen) {
    this.jdbc = jdbc;
    this.json = json;
    this.seen = seen;
  }

  /**
   * Takes permits and the work to spend them on.
   *
   * @param max calls that can be made now, or soon if the account has no quota
   * @param pulls of these, how many may be pulls
   * @param atOnce of these, how many can be made now
   */
  public Claim claim(String account, int max, int pulls, int atOnce) {
    long before = System.nanoTime();
    List<Task> tasks = new ArrayList<>();
    Duration[] wait = new Duration[1];
    String[] notice = new String[1];
    boolean[] unlimited = new boolean[1];
    jdbc.query(
        CLAIM,
        row -> {
          wait[0] = wait(row);
          notice[0] = row.getString("notice");
          unlimited[0] = row.getBoolean("unlimited");
          if (row.getString("kind") != null) {
            tasks.add(task(account, row, before));
          }
        },
        account,
        max,
        seen.highest(),
        pulls,
        atOnce);
    tasks.forEach(task -> seen.note(task.fence()));
    return new Claim(tasks, wait[0], notice[0], unlimited[0]);
  }

  /** Writes outcomes in one transaction; those whose lease was lost change nothing. */
  void settle(List<Written> outcomes) {
    StringBuilder array = new StringBuilder("[");
    List<String> devices = new ArrayList<>();
    for (Written outcome : outcomes) {
      if (array.length() > 1) {
        array.append(',');
      }
      if (outcome.outcome().device() != null) {
        devices.add(outcome.outcome().device());
      }
      outcome.appendTo(array, devices.size());
    }
    jdbc.query(SETTLE, row -> {}, array.append(']').toString(), devices.toArray(String[]::new));
  }

  private static Duration wait(ResultSet row) throws SQLException {
    Timestamp until = row.getTimestamp("wait_until");
    return until == null ? null : Duration.between(instant(row, "at"), until.toInstant());
  }

  private Task task(String account, ResultSet row, long before) throws SQLException {
    String step = row.getString("step");
    return new Task(
        Task.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getObject("id", Long.class),
        row.getLong("fence"),
        account,
        row.getString("operation"),
        row.getString("resource"),
        row.getString("key"),
        parse(row.getString("params")),
        step == null ? Step.READ : Step.valueOf(step.toUpperCase(Locale.ROOT)),
        row.getInt("retries"),
        row.getBoolean("conclusive"),
        row.getString("error_code"),
        row.getString("error_message"),
        row.getBoolean("refused"),
        row.getLong("token_generation"),
        Duration.ofMillis(row.getLong("call_deadline_ms")),
        instant(row, "at"),
        before);
  }

  private JsonNode parse(String text) {
    try {
      return text == null ? null : json.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new IllegalStateException("jsonb that is not JSON", notJson);
    }
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getTimestamp(column).toInstant();
  }
}
