package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.park;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Settings;
import dev.muster.work.Retention;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What has come to its end goes row by row after a configured time, and nothing else does. */
@Tag("sql")
class RetentionTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1"));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void finishedRequestsGoAndOthersStay() {
    finishedRequests(3, "91 days");
    finishedRequests(2, "89 days");
    muster.request("acme1", "refresh", "waits");
    muster.elapse(DAY.multipliedBy(200));

    run(Map.of());

    assertThat(count("muster.work_request where status = 'done'")).isEqualTo(2);
    assertThat(count("muster.work_request where status = 'pending'")).isOne();
  }

  @Test
  void aRequestWhoseLetterIsLiveStaysWithIt() {
    for (String key : new String[] {"open", "replayed", "discarded"}) {
      muster.request("acme1", "refresh", key);
      muster.settle(park(muster.claimOne("acme1"), "35601"));
    }
    muster.rows("select * from muster.discard(key => 'discarded')");
    muster.rows("select * from muster.replay(key => 'replayed')");
    age(
        "update muster.work_request set finished_at = finished_at - interval '100 days' where finished_at is not null");
    muster.elapse(DAY.multipliedBy(100));

    run(Map.of());

    assertThat(muster.rows("select key from muster.work_request where status = 'dead' order by 1"))
        .containsExactly("open", "replayed");
    assertThat(muster.rows("select key from muster.dead_letter order by 1"))
        .containsExactly("open", "replayed");
    assertThat(muster.rows("select key from muster.replay(account => 'acme1')"))
        .as("it can still be replayed")
        .containsExactly("open");
  }

  @Test
  void lettersLoseWhatTheyKeepOfACallAndStay() {
    muster.enrol("acme1", "SN1", "SN2");
    muster.claim("acme1", 10).stream()
        .map(task -> park(task, "35601").with("response", "long").with("request", Map.of("a", 1)))
        .forEach(muster::settle);
    muster.run(
        "update muster.dead_letter set last_failed_at = now() - interval '31 days' where key = 'SN1'");

    run(Map.of());

    assertThat(
            muster.rows("select key, state, request, response from report.dead_letter order by 1"))
        .containsExactly("SN1 open - -", "SN2 open {\"a\": 1} long");
  }

  @Test
  void manyRowsGoInManyBatches() {
    finishedRequests(2_500, "91 days");

    assertThat(muster.number("select muster.forget_requests('90 days', 1000)")).isEqualTo(1_000);
    run(Map.of());

    assertThat(count("muster.work_request")).isZero();
  }

  @Test
  void aRowThatSomebodyHoldsIsLeftForLater() {
    finishedRequests(2, "91 days");
    try (MusterDatabase.Session other = muster.session()) {
      other.jdbc().execute("begin");
      other.jdbc().queryForList("select * from muster.work_request order by id limit 1 for update");

      run(Map.of());
      assertThat(count("muster.work_request")).isOne();
      other.jdbc().execute("rollback");
    }
  }

  @Test
  void oneReplicaAtATimeTidiesUp() {
    finishedRequests(2, "91 days");
    try (MusterDatabase.Session other = muster.session()) {
      other.jdbc().execute("begin");
      other.jdbc().queryForList("select muster.forget_letters('90 days', 1)");

      run(Map.of());
      assertThat(count("muster.work_request")).isEqualTo(2);
      other.jdbc().execute("rollback");
    }
    run(Map.of());
    assertThat(count("muster.work_request")).isZero();
  }

  private void run(Map<String, String> properties) {
    new Retention(Settings.of(properties), new JdbcTemplate(muster.dataSource())).run();
  }

  private void finishedRequests(int count, String ago) {
    muster.run(
        "insert into muster.work_request (account, action, key) select 'acme1', 'refresh', 'SN' || n from generate_series(1, ?) n",
        count);
    muster.run(
        "update muster.work_request set status = 'done', finished_at = now() - ?::interval where status = 'pending'",
        ago);
  }

  /** A finished row never changes, except that this test makes it older. */
  private void age(String statement) {
    muster.run("alter table muster.work_request disable trigger work_request_finished");
    muster.run(statement);
    muster.run("alter table muster.work_request enable trigger work_request_finished");
  }

  private long count(String what) {
    return muster.number("select count(*) from " + what);
  }
}
