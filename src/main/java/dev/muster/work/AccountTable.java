package dev.muster.work;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.vendor.Account;
import dev.muster.vendor.Action;
import dev.muster.vendor.Columns;
import dev.muster.vendor.Pages;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Writes the configured accounts into the tables, where the INSERT triggers, the claim and the
 * views find them.
 */
@Component
public class AccountTable {
  private static final String CONFIGURE = "select muster.configure(?::jsonb)";

  /** Those that muster.configure resumes. */
  private static final String RESUMED =
      "select exists (select from muster.account where account = ? and state = 'halted'"
          + " and credentials_digest <> decode(?, 'hex'))";

  /** Thousands of accounts take some seconds, and the pool waits 10 s for an answer. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final String COLUMNS = "select muster.set_columns(?, ?, ?, ?)";

  private static final String SET = "select muster.set_setting(?, ?)";

  /** Between two tries, while another session keeps a row locked: what the others get meanwhile. */
  private static final Duration LOCKED = Duration.ofSeconds(2);

  private final JdbcTemplate jdbc;
  private final DatabaseWatch watch;

  public AccountTable(JdbcTemplate jdbc, DatabaseWatch watch) {
    this.jdbc = jdbc;
    this.watch = watch;
  }

  /**
   * A limit.
   *
   * @param name shared by all accounts that the vendor counts together
   * @param scope what the vendor counts by
   * @param size how many calls in any window
   * @param reserve so many of them are kept for operations' requests
   */
  public record Quota(String name, String scope, QuotaSize size, int reserve) {}

  /**
   * How single reads follow the learnt rates of change.
   *
   * @param ceiling a target waits at most so many times its turn
   * @param saveCalls whether they do where the quota suffices too
   * @param notNews columns and paths whose change teaches nothing
   */
  public record Freshness(double ceiling, boolean saveCalls, List<String> notNews) {}

  /**
   * An account as the tables hold it.
   *
   * @param callDeadline the longest that one call may take
   * @param refreshEvery how often a target is read that says nothing itself
   * @param credentialsDigest in hexadecimal
   * @param quotas a call takes a permit of each; empty for no limit
   * @param lists how its lists are swept
   */
  public record Row(
      Account account,
      Vendor vendor,
      Duration callDeadline,
      Duration refreshEvery,
      Freshness freshness,
      String credentialsDigest,
      List<Quota> quotas,
      Lists lists) {}

  /**
   * How an account's lists are swept.
   *
   * @param pages how they are paged, by resource; empty without a list
   * @param every from one sweep to the next; 0 for none; null for as often as targets are read
   * @param discover whether sweeps enrol what the inventory lacks
   * @param atMost so many of each resource in all
   */
  public record Lists(Map<String, Pages> pages, Duration every, boolean discover, long atMost) {
    /** Of a vendor without a list. */
    public static final Lists NONE = new Lists(Map.of(), null, false, 0);

    private void put(String resource, ObjectNode node) {
      Pages paged = pages.get(resource);
      if (paged == null) {
        return;
      }
      node.put("page_size", paged.size()).put("deepest_page", paged.deepest());
      node.put("discover", discover).put("discover_at_most", atMost);
      if (every != null) {
        node.put("sweep_every_ms", every.toMillis());
      }
    }
  }

  /**
   * Makes the tables hold these accounts as configured. Those of other replicas stay.
   *
   * @return the names of those that were halted and go on, because their credentials changed
   */
  public List<String> configure(List<Row> rows) {
    List<String> resumed =
        rows.stream().filter(this::resumes).map(r -> r.account().name()).toList();
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    rows.forEach(row -> array.add(json(row)));
    while (!isWritten(array.toString())) {
      try {
        TimeUnit.MILLISECONDS.sleep(LOCKED.toMillis());
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped while the accounts' rows were locked", stopped);
      }
    }
    return resumed;
  }

  private boolean isWritten(String accounts) {
    try {
      watch.use(this, () -> jdbc.execute((Connection connection) -> write(connection, accounts)));
      return true;
    } catch (RuntimeException e) {
      if (Trouble.of(e) != Trouble.LOCKED) {
        throw e;
      }
      return false;
    }
  }

  private static boolean write(Connection connection, String accounts) throws SQLException {
    // The pool sets it back when the connection returns.
    connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
    try (PreparedStatement statement = connection.prepareStatement(CONFIGURE)) {
      statement.setString(1, accounts);
      return statement.execute();
    }
  }

  private boolean resumes(Row row) {
    return Boolean.TRUE.equals(
        jdbc.queryForObject(RESUMED, Boolean.class, row.account().name(), row.credentialsDigest()));
  }

  /**
   * Tells the database a setting that it shows to people.
   *
   * @param name the key in the configuration
   */
  public void tell(String name, Object value) {
    jdbc.query(SET, row -> {}, name, value.toString());
  }

  /** Tells the database where a vendor's typed columns stand. */
  public void columns(String vendor, Columns columns) {
    jdbc.query(
        COLUMNS, row -> {}, vendor, columns.estate(), columns.ratedCapacity(), columns.timezone());
  }

  private static ObjectNode json(Row row) {
    TokenRule rule = row.vendor().tokenRule(row.account());
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("account", row.account().name());
    node.put("vendor", row.vendor().name());
    node.put("call_deadline_ms", row.callDeadline().toMillis());
    node.put("token_needed", rule != null);
    node.put("token_paid", rule != null && rule.paid());
    node.put("key_in_path", row.vendor().keyInPath());
    node.put("credentials_digest", row.credentialsDigest());
    node.put("freshness_ceiling", row.freshness().ceiling());
    node.put("saves_calls", row.freshness().saveCalls());
    row.freshness().notNews().forEach(node.putArray("not_news")::add);
    ArrayNode resources = node.putArray("resources");
    for (Map.Entry<String, String> resource : row.vendor().resources().entrySet()) {
      ObjectNode listed = resources.addObject();
      listed.put("resource", resource.getKey());
      listed.put("refresh_every_ms", row.refreshEvery().toMillis());
      row.lists().put(resource.getKey(), listed);
    }
    ArrayNode actions = node.putArray("actions");
    actions.addObject().put("action", "refresh").put("params", "resource").put("writes", false);
    for (Action action : row.vendor().actions()) {
      actions
          .addObject()
          .put("action", action.name())
          .put("params", action.params().name().toLowerCase(Locale.ROOT))
          .put("writes", true);
    }
    ArrayNode quotas = node.putArray("quotas");
    row.quotas().forEach(quota -> put(quota, quotas.addObject()));
    return node;
  }

  private static void put(Quota quota, ObjectNode node) {
    node.put("quota", quota.name())
        .put("scope", quota.scope())
        .put("max_calls", quota.size().maxCalls())
        .put("window_ms", quota.size().window().toMillis())
        .put("reserve", quota.reserve());
  }
}
