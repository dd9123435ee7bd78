package dev.muster.bench;

import dev.muster.support.Json;
import dev.muster.support.Settlement;
import dev.muster.support.TestDatabase;
import dev.muster.work.Seen;
import dev.muster.work.Task;
import dev.muster.work.WorkMeter;
import dev.muster.work.WorkTable;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Claims what is due and gives it back, over and over, as a replica with one connection. */
final class ClaimTimes {
  /** What Muster asks for at once when all its workers are free. */
  private static final int WORKERS = 32;

  private static final int ROUNDS = 20;

  private static final String TOKEN =
      """
      update muster.token set sealed = '\\x00', got_at = now(), renew_at = now() + interval '1 day', expires_at = now() + interval '2 days'
      """;

  private static final String NO_TOKEN =
      "update muster.token set sealed = null, got_at = null, renew_at = null, expires_at = null";

  private final List<Double> claims = new ArrayList<>();
  private final List<Double> settlements = new ArrayList<>();

  /** Each of these accounts in turn, with nobody else at work. */
  static ClaimTimes measure(TestDatabase database, int accounts) {
    SingleConnectionDataSource source =
        new SingleConnectionDataSource(
            database.jdbcUrl(), database.user(), database.password(), true);
    try {
      JdbcTemplate jdbc = new JdbcTemplate(source);
      ClaimTimes times = new ClaimTimes();
      // No call is made: any token will do.
      jdbc.update(TOKEN);
      WorkTable table = new WorkTable(jdbc, Json.MAPPER, new Seen(), WorkMeter.NONE);
      for (int round = 0; round < ROUNDS; round++) {
        for (int account = 1; account <= accounts; account++) {
          times.claimAndRelease(jdbc, table, Bench.account(account));
        }
      }
      jdbc.update(NO_TOKEN);
      return times;
    } finally {
      source.destroy();
    }
  }

  private void claimAndRelease(JdbcTemplate jdbc, WorkTable table, String account) {
    long start = System.nanoTime();
    List<Task> tasks = table.claim(account, WORKERS, WORKERS, WORKERS).tasks();
    claims.add(millisSince(start));
    if (tasks.size() != WORKERS) {
      throw new AssertionError(tasks.size() + " tasks were due for " + account);
    }
    String batch = Settlement.batch(tasks.stream().map(Settlement::release).toList());
    start = System.nanoTime();
    jdbc.query(Settlement.SETTLE, row -> {}, batch, new String[0]);
    settlements.add(millisSince(start));
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  /** Milliseconds of each claim, its commit included. */
  List<Double> claims() {
    return claims;
  }

  /** Milliseconds of each settlement, its commit included. */
  List<Double> settlements() {
    return settlements;
  }
}
