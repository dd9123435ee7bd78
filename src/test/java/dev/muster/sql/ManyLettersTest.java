package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** A vendor was ill for a night: tens of thousands of open letters. */
@Tag("sql")
class ManyLettersTest {
  private static final String ALL = "(account => 'acme1', error_code => 'timeout')";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1").quota(600, Duration.ofMinutes(1)));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void eachIsReplayedExactlyOnce() {
    letters(muster, 2_000);

    assertThat(count("muster.preview_replay" + ALL)).isEqualTo(4_000);
    assertThat(
            muster.value(
                "select count(*), count(distinct id), count(request_id) from muster.replay" + ALL))
        .isEqualTo("4000 4000 2000");
    assertThat(count("muster.replay" + ALL)).as("the second time").isZero();

    assertReplayedOnce(2_000);
  }

  @Test
  void twoPeopleAtOnceReplayEachExactlyOnce() throws Exception {
    letters(muster, 2_000);

    List<Long> touched = bothAtOnce("select count(*) from muster.replay" + ALL);

    assertThat(touched.get(0) + touched.get(1)).isEqualTo(4_000);
    assertReplayedOnce(2_000);
  }

  @Test
  void twoPeopleAtOnceDiscardEachExactlyOnce() throws Exception {
    letters(muster, 2_000);

    List<Long> touched = bothAtOnce("select count(*) from muster.discard" + ALL);

    assertThat(touched.get(0) + touched.get(1)).isEqualTo(4_000);
    assertThat(count("muster.dead_letter where state = 'discarded'")).isEqualTo(4_000);
    assertThat(count("muster.poll_target where enabled")).isZero();
    assertThat(count("report.audit where to_status = 'discarded'")).isEqualTo(4_000);
  }

  @Test
  void oneReplaysAndOneDiscardsAndNothingIsBoth() throws Exception {
    letters(muster, 2_000);

    List<Long> touched =
        bothAtOnce(
            "select count(*) from muster.replay" + ALL,
            "select count(*) from muster.discard" + ALL);

    assertThat(touched.get(0) + touched.get(1)).isEqualTo(4_000);
    assertThat(count("muster.dead_letter where state = 'replayed'")).isEqualTo(touched.get(0));
    assertThat(count("muster.dead_letter where state = 'discarded'")).isEqualTo(touched.get(1));
  }

  @Test
  @Tag("benchmark")
  void howLongAHundredThousandTake() {
    muster.configure(account("acme1").quota(600, Duration.ofMinutes(1)));
    time(
        "insert of 100,000 requests",
        "insert into muster.work_request (account, action, key, params)"
            + " select 'acme1', 'allocate', 'bulk' || n, '{\"max_capacity\": 1.0}' from generate_series(1, 100000) n");
    time("explain with 100,000 ahead", "select muster.explain(100000)");
    letters(muster, 50_000);
    time("preview of 100,000 letters", "select count(*) from muster.preview_replay" + ALL);
    time("replay of 100,000 letters", "select count(*) from muster.replay" + ALL);
    time("the same again", "select count(*) from muster.replay" + ALL);
    muster.run("update muster.dead_letter set state = 'open'");
    time("discard of 100,000 letters", "select count(*) from muster.discard" + ALL);
  }

  private void time(String what, String statement) {
    long before = System.nanoTime();
    new JdbcTemplate(muster.dataSource()).execute(statement);
    System.out.printf("%s: %d ms%n", what, Duration.ofNanos(System.nanoTime() - before).toMillis());
  }

  private void assertReplayedOnce(int requests) {
    assertThat(count("muster.dead_letter where state = 'replayed'")).isEqualTo(2L * requests);
    assertThat(
            muster.value(
                "select count(*), count(distinct replay_of), count(distinct key) from muster.work_request where replay_of is not null"))
        .isEqualTo(requests + " " + requests + " " + requests);
    assertThat(count("muster.poll_state where due_at <= now()")).isEqualTo(requests);
    assertThat(count("report.audit where to_status = 'replayed'")).isEqualTo(2L * requests);
  }

  /** So many letters of requests, and as many of pulls, with replies as long as refusals are. */
  private static void letters(MusterDatabase muster, int count) {
    muster.run(
        "insert into muster.work_request (account, action, key, params)"
            + " select 'acme1', 'refresh', 'SN' || n, '{\"resource\": \"device\"}' from generate_series(1, ?) n",
        count);
    muster.run(
        "update muster.work_request set status = 'dead', finished_at = now(), error_code = 'timeout' where key like 'SN%'");
    muster.run(
        """
        insert into muster.dead_letter (kind, request_id, account, operation, key, error_code, error_message, response)
        select 'request', id, account, action, key, 'timeout', 'no reply', repeat(md5(key), 10) from muster.work_request where status = 'dead'
        """);
    muster.enrol("acme1", count);
    muster.run("update muster.poll_state set due_at = now() + interval '1 day'");
    muster.run(
        """
        insert into muster.dead_letter (kind, target_id, account, operation, key, error_code, error_message, response)
        select 'pull', id, account, resource, key, 'timeout', 'no reply', repeat(md5(key), 10) from muster.poll_target
        """);
  }

  private List<Long> bothAtOnce(String statement) throws Exception {
    return bothAtOnce(statement, statement);
  }

  private List<Long> bothAtOnce(String one, String other) throws Exception {
    ExecutorService people = Executors.newFixedThreadPool(2);
    try {
      Future<Long> first = people.submit(counting(one));
      Future<Long> second = people.submit(counting(other));
      return List.of(first.get(), second.get());
    } finally {
      people.shutdownNow();
    }
  }

  private Callable<Long> counting(String statement) {
    return () -> new JdbcTemplate(muster.dataSource()).queryForObject(statement, Long.class);
  }

  private long count(String what) {
    return muster.number("select count(*) from " + what);
  }
}
