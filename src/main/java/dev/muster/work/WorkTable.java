package dev.muster.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.muster.fault.FaultCode;
import dev.muster.vendor.Step;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.stereotype.Component;

/**
 * The door to the functions in {@code sql/functions}: which row may move to which state is decided
 * there.
 */
@Component
public class WorkTable {
  /**
   * Each row has what the claim says beside its task; the only one has no task if there is none.
   */
  private static final String CLAIM =
      "select c.wait_until, c.unlimited, c.notice, c.at, c.quota, c.max_calls, c.window_ms, t.*"
          + " from muster.claim(?, ?, ?, ?, ?) c left join lateral unnest(c.tasks) t on true";

  private static final String DUE = "select muster.accounts_due(null)";

  private final JdbcTemplate jdbc;
  private final ObjectMapper json;
  private final Seen seen;
  private final WorkMeter meter;

  public WorkTable(JdbcTemplate jdbc, ObjectMapper json, Seen seen, WorkMeter meter) {
    this.jdbc = jdbc;
    this.json = json;
    this.seen = seen;
    this.meter = meter;
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
    Claim claim;
    try {
      claim =
          jdbc.query(
              CLAIM,
              (ResultSetExtractor<Claim>) rows -> claim(account, rows, before),
              account,
              max,
              seen.highest(),
              pulls,
              atOnce);
    } finally {
      meter.claimed(System.nanoTime() - before);
    }
    claim.tasks().forEach(task -> seen.note(task.fence()));
    claim.defects().forEach(defect -> seen.note(defect.task().fence()));
    return claim;
  }

  private Claim claim(String account, ResultSet rows, long before) throws SQLException {
    List<Task> tasks = new ArrayList<>();
    List<Outcome> defects = new ArrayList<>();
    Duration wait = null;
    String notice = null;
    boolean unlimited = false;
    while (rows.next()) {
      if (rows.isFirst()) {
        wait = wait(rows);
        notice = rows.getString("notice");
        unlimited = rows.getBoolean("unlimited");
      }
      if (rows.getString("kind") != null) {
        read(account, rows, before, tasks, defects);
      }
    }
    return new Claim(tasks, defects, wait, notice, unlimited);
  }

  /** One that can't be read harms no other. */
  private void read(
      String account, ResultSet row, long before, List<Task> tasks, List<Outcome> defects)
      throws SQLException {
    String unfit = row.getString("unfit");
    JsonNode params = null;
    try {
      params = parse(row.getString("params"));
    } catch (JsonProcessingException notForJackson) {
      unfit = "can't be read: " + notForJackson.getOriginalMessage();
    }
    Task task = task(account, row, before, params);
    if (unfit == null) {
      tasks.add(task);
    } else {
      defects.add(Outcome.parked(task, Transit.NONE, FaultCode.DEFECT, "params: it " + unfit));
    }
  }

  /** The accounts that have something to do now, whether their quotas allow it or not. */
  public Set<String> accountsDue() {
    return new HashSet<>(jdbc.queryForList(DUE, String.class));
  }

  /** Writes outcomes in one transaction; those whose lease was lost change nothing. */
  void settle(List<Outcome> outcomes) {
    long before = System.nanoTime();
    String changes;
    try {
      changes =
          jdbc.execute(
              OutcomeColumns.SETTLE,
              (PreparedStatement statement) -> {
                OutcomeColumns.set(statement, outcomes);
                try (ResultSet row = statement.executeQuery()) {
                  row.next();
                  return row.getString(1);
                }
              });
    } finally {
      meter.settled(System.nanoTime() - before);
    }
    if (changes != null) {
      changes.lines().map(line -> line.split(" ", 3)).forEach(this::changed);
    }
  }

  /** As {@code muster.note_changes} writes it: kind, number, account. */
  private void changed(String[] words) {
    meter.changed(words[2], words[0], Long.parseLong(words[1]));
  }

  private static Duration wait(ResultSet row) throws SQLException {
    Timestamp until = row.getTimestamp("wait_until");
    return until == null ? null : Duration.between(instant(row, "at"), until.toInstant());
  }

  private static QuotaLimit limit(ResultSet row) throws SQLException {
    String quota = row.getString("quota");
    return quota == null
        ? null
        : new QuotaLimit(
            quota,
            new QuotaSize(row.getInt("max_calls"), Duration.ofMillis(row.getLong("window_ms"))));
  }

  private static Task task(String account, ResultSet row, long before, JsonNode params)
      throws SQLException {
    String step = row.getString("step");
    return new Task(
        Task.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getObject("id", Long.class),
        row.getLong("fence"),
        account,
        row.getString("operation"),
        row.getString("resource"),
        row.getString("key"),
        params,
        step == null ? Step.READ : Step.valueOf(step.toUpperCase(Locale.ROOT)),
        row.getInt("retries"),
        row.getBoolean("conclusive"),
        row.getString("error_code"),
        row.getString("error_message"),
        row.getBoolean("refused"),
        row.getLong("token_generation"),
        limit(row),
        Duration.ofMillis(row.getLong("call_deadline_ms")),
        instant(row, "at"),
        before,
        new Failing(
            Duration.ofMillis(row.getLong("failing_ms")),
            row.getBoolean("others_well"),
            row.getBoolean("reauthorised")),
        waited(row));
  }

  private static Duration waited(ResultSet row) throws SQLException {
    Long millis = row.getObject("waited_ms", Long.class);
    return millis == null ? null : Duration.ofMillis(millis);
  }

  private JsonNode parse(String text) throws JsonProcessingException {
    return text == null ? null : json.readTree(text);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getTimestamp(column).toInstant();
  }
}
