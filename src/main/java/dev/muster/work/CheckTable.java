package dev.muster.work;

import dev.muster.vendor.Account;
import dev.muster.vendor.Step;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What {@code check --live} needs of the tables. It stores what a call costs, and a token that the
 * service lacked; nothing else.
 */
@Component
public class CheckTable {
  private static final String TABLES =
      "select to_regclass('muster.account') is not null, exists (select from pg_proc"
          + " where proname = 'claim_check' and pronamespace = to_regnamespace('muster'))";

  private static final String KNOWN =
      "select a.state, a.why, a.what_to_do, a.since, d.since as down_since, d.why as down_why,"
          + " encode(a.credentials_digest, 'hex') as digest, t.generation, t.expires_at,"
          + " t.expires_at > clock_timestamp() as good"
          + " from muster.account a left join muster.token t using (account)"
          + " left join muster.down d on d.account = a.account where a.account = ?";

  /** Of the first ones, so that a large inventory is not sorted, one that was read lately. */
  private static final String TARGET =
      "select resource, key from (select p.resource, p.key, s.waits_for, s.synced_at"
          + " from muster.poll_target p left join muster.poll_state s on s.target_id = p.id"
          + " where p.account = ? and p.enabled order by p.resource, p.key limit 100) t"
          + " order by waits_for is not null, synced_at desc nulls last, resource, key limit 1";

  private static final String CLAIM = "select * from muster.claim_check(?, ?, ?, ?)";

  private static final String DIFFERENCE =
      "select field, stored, present from muster.record_difference(?, ?, ?, ?::jsonb)";

  private final JdbcTemplate jdbc;
  private final WorkTable table;

  CheckTable(JdbcTemplate jdbc, WorkTable table) {
    this.jdbc = jdbc;
    this.table = table;
  }

  /**
   * An account as the database knows it.
   *
   * @param why of its state; nullable
   * @param whatToDo about its state; nullable
   * @param downSince null while it is not down
   * @param digest of its credentials, in hexadecimal
   * @param tokenEnd null without a token
   * @param tokenGood whether that has not passed
   */
  public record Known(
      String state,
      String why,
      String whatToDo,
      Instant since,
      Instant downSince,
      String downWhy,
      String digest,
      long tokenGeneration,
      Instant tokenEnd,
      boolean tokenGood) {}

  /** Something that is kept a copy of. */
  public record Target(String resource, String key) {}

  /** A field of a record, and its two values as JSON; null for none. */
  public record Difference(String field, String stored, String present) {}

  /**
   * A call that may leave, or not yet.
   *
   * @param task null if not yet
   * @param limit the tightest of its quotas; null if none is known
   * @param again until it may be asked for again; null if that is not known
   */
  public record Ticket(Task task, QuotaLimit limit, Duration again) {}

  /** The tables of this version are there. */
  public boolean isThere() {
    return has(2);
  }

  /** There is no table of any version. */
  public boolean isEmpty() {
    return !has(1);
  }

  private boolean has(int column) {
    return Boolean.TRUE.equals(jdbc.queryForObject(TABLES, (row, n) -> row.getBoolean(column)));
  }

  /** Null for an account that the database does not know. */
  public Known known(String account) {
    return DataAccessUtils.singleResult(
        jdbc.query(
            KNOWN,
            (row, n) ->
                new Known(
                    row.getString("state"),
                    row.getString("why"),
                    row.getString("what_to_do"),
                    instant(row, "since"),
                    instant(row, "down_since"),
                    row.getString("down_why"),
                    row.getString("digest"),
                    row.getLong("generation"),
                    instant(row, "expires_at"),
                    row.getBoolean("good")),
            account));
  }

  /** Null if it has none. */
  public Target target(String account) {
    return DataAccessUtils.singleResult(
        jdbc.query(
            TARGET,
            (row, n) -> new Target(row.getString("resource"), row.getString("key")),
            account));
  }

  /**
   * Pays for a call.
   *
   * @param read what it reads; null for a login
   * @param quotas the names of those that the account's calls use up
   * @param paid whether they count this call
   * @param kept whether it is a login whose token the service shall use
   * @param deadline the longest that it may take
   */
  public Ticket claim(
      Account account,
      Target read,
      List<String> quotas,
      boolean paid,
      boolean kept,
      Duration deadline) {
    long before = System.nanoTime();
    return jdbc.queryForObject(
        CLAIM,
        (row, n) -> ticket(account, read, deadline, row, before),
        account.name(),
        quotas.toArray(String[]::new),
        paid,
        kept);
  }

  private static Ticket ticket(
      Account account, Target read, Duration deadline, ResultSet row, long before)
      throws SQLException {
    Instant at = instant(row, "at");
    Instant until = instant(row, "wait_until");
    Duration wait = until == null ? null : Duration.between(at, until);
    QuotaLimit limit =
        row.getString("quota") == null
            ? null
            : new QuotaLimit(
                row.getString("quota"),
                new QuotaSize(
                    row.getInt("max_calls"), Duration.ofMillis(row.getLong("window_ms"))));
    Long fence = row.getObject("fence", Long.class);
    if (fence == null) {
      return new Ticket(null, limit, wait);
    }
    Long shorter = row.getObject("call_deadline_ms", Long.class);
    Task task =
        task(
            account,
            read,
            fence,
            row.getInt("attempts"),
            row.getLong("generation"),
            limit,
            shorter == null ? deadline : Duration.ofMillis(shorter),
            at,
            before);
    return new Ticket(task, limit, null);
  }

  /** A call that no ledger counts: there are no tables. */
  public static Task unpaid(Account account, Duration deadline) {
    return task(account, null, 0, 0, 0, null, deadline, Instant.now(), System.nanoTime());
  }

  private static Task task(
      Account account,
      Target read,
      long fence,
      int attempts,
      long generation,
      QuotaLimit limit,
      Duration deadline,
      Instant at,
      long before) {
    return new Task(
        read == null ? Task.Kind.TOKEN : Task.Kind.PULL,
        null,
        fence,
        account.name(),
        read == null ? "token" : read.resource(),
        read == null ? null : read.resource(),
        read == null ? null : read.key(),
        null,
        Step.READ,
        attempts,
        false,
        null,
        null,
        false,
        generation,
        limit,
        deadline,
        at,
        before,
        Failing.NOT,
        null);
  }

  /** Has the database keep what a login brought, or what it failed with, as after any login. */
  public void keep(Outcome login) {
    table.settle(List.of(login));
  }

  /** In which fields what a read showed differs from what is stored. */
  public List<Difference> differences(String account, String key, Shown shown) {
    String kind = shown.device() == null ? "product" : "device";
    return jdbc.query(
        DIFFERENCE,
        (row, n) -> new Difference(row.getString(1), row.getString(2), row.getString(3)),
        kind,
        account,
        key,
        shown.device() == null ? shown.product() : shown.device());
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }
}
