package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.snooze;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.AccountSetup;
import dev.muster.support.Json;
import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.work.Seen;
import dev.muster.work.Task;
import dev.muster.work.WorkMeter;
import dev.muster.work.WorkTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Replicas, operations and a start at the same time. */
@Tag("sql")
class ReplicasTest {
  private static final int REPLICAS = 4;
  private static final int ROUNDS = 20;
  private static final AccountSetup[] ACCOUNTS = {
    account("acme1").quota("office", 2_000, Duration.ofSeconds(1)),
    account("acme2").quota("office", 2_000, Duration.ofSeconds(1)),
    account("acme3")
  };

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void nobodyGetsIntoAnothersWay() throws Exception {
    muster.configure(ACCOUNTS);
    for (String account : List.of("acme1", "acme2", "acme3")) {
      muster.enrol(account, 100);
    }
    List<Callable<Void>> everybody = new ArrayList<>();
    for (int n = 0; n < REPLICAS; n++) {
      everybody.add(rounds(this::replica));
    }
    everybody.add(rounds(this::operations));
    everybody.add(rounds(this::start));

    ExecutorService threads = Executors.newFixedThreadPool(everybody.size());
    try {
      for (Future<Void> result : threads.invokeAll(everybody)) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(
            muster.number(
                "select deadlocks from pg_stat_database where datname = current_database()"))
        .isZero();
    assertThat(
            muster.rows(
                """
                select account, key from report.device_history
                 group by account, key having count(*) filter (where valid_to is null) <> 1 or bool_or(valid_to <= valid_from)
                """))
        .as("histories that are no sequence")
        .isEmpty();
  }

  private interface Round {
    void run(JdbcTemplate jdbc, int round);
  }

  private Callable<Void> rounds(Round work) {
    return () -> {
      try (MusterDatabase.Session session = muster.session()) {
        for (int round = 0; round < ROUNDS; round++) {
          work.run(session.jdbc(), round);
        }
      }
      return null;
    };
  }

  /** Some is stored, some parked, some refused, in one batch over all accounts. */
  private void replica(JdbcTemplate jdbc, int round) {
    WorkTable table = new WorkTable(jdbc, Json.MAPPER, new Seen(), WorkMeter.NONE);
    List<Settlement> outcomes = new ArrayList<>();
    for (String account : List.of("acme3", "acme1", "acme2")) {
      for (Task task : table.claim(account, 20, 20, 20).tasks()) {
        outcomes.add(
            switch ((int) (task.fence() % 5)) {
              case 0 -> park(task, "35601");
              case 1 -> snooze(task).retryAfter(Duration.ofMillis(1));
              default -> done(task).device("{\"name\": \"" + task.fence() + "\"}");
            });
      }
    }
    jdbc.query(
        Settlement.SETTLE, row -> {}, Settlement.batch(outcomes), Settlement.devices(outcomes));
  }

  private void operations(JdbcTemplate jdbc, int round) {
    // In the order in which all others lock them: an update by itself takes them as they lie.
    jdbc.update(
        """
        update muster.poll_state set due_at = now()
         where target_id = any (array(
           select target_id from muster.poll_state where fence is null and due_at <> 'infinity' order by target_id for update))
        """);
    jdbc.update("update muster.quota set paused_until = null");
    jdbc.update(
        "insert into muster.work_request (account, action, key) select 'acme1', 'refresh', 'SN' || n from generate_series(1, 20) n");
    jdbc.queryForList("select * from muster.replay(error_code => '35601')");
    jdbc.queryForList(
        "select * from muster.discard(key => (select key from muster.dead_letter order by id desc limit 1), error_code => '35601')");
    jdbc.update(
        "update muster.poll_target set priority = 1 - priority, enabled = true where key < 'SN2'");
    jdbc.queryForList("select muster.pause('acme2')");
    jdbc.queryForList("select muster.resume('acme2')");
  }

  private void start(JdbcTemplate jdbc, int round) {
    jdbc.query("select muster.configure(?::jsonb)", row -> {}, AccountSetup.array(ACCOUNTS));
    jdbc.execute("select muster.housekeeping()");
  }
}
