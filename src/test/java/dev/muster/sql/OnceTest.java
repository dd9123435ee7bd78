package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.release;
import static dev.muster.support.Settlement.retry;
import static dev.muster.support.Settlement.snooze;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What muster.once waits for, and what it tells in the end. */
@Tag("sql")
class OnceTest {
  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void targetsAndRequestsThatAreDueRemain() {
    muster.configure(account("acme1"), account("acme2"));
    muster.enrol("acme1", 2);
    muster.request("acme1", "refresh", "SN1");
    muster.enrol("acme2", 1);

    assertThat(remaining("now()")).isEqualTo("acme1 3, acme2 1");
  }

  @Test
  void whatFailedForGoodRemainsNoLonger() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 2);
    muster.request("acme1", "refresh", "SN1");
    String start = now();

    muster
        .claim("acme1", 10)
        .forEach(task -> muster.settle(park(task, "35601").after(Duration.ofDays(1))));

    assertThat(remaining(start)).isEmpty();
    assertThat(remaining("clock_timestamp()")).as("nor for the next start").isEmpty();
  }

  @Test
  void nothingThatWasDueIsForgottenAndNothingThatBecameDueLaterCounts() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 4);
    String start = now();
    var tasks = muster.claim("acme1", 3);
    assertThat(remaining(start)).as("under way, and untouched").isEqualTo("acme1 4");

    muster.settle(snooze(tasks.get(0)).after(Duration.ofMinutes(5)));
    muster.settle(done(tasks.get(1)).device());
    muster.settle(release(tasks.get(2)));
    assertThat(remaining(start)).as("put off, done, given back").isEqualTo("acme1 3");

    muster.run("update muster.poll_state set due_at = now() where synced_at is not null");
    muster.enrol("acme1", "new");
    assertThat(remaining(start)).as("due again, and new").isEqualTo("acme1 3");
  }

  @Test
  void theSecondReadingOfATargetCountsFromItsInterval() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 2);
    muster.claim("acme1", 10).forEach(task -> muster.settle(done(task).device()));
    assertThat(remaining("now()")).as("read a moment ago").isEmpty();

    muster.elapse(Duration.ofDays(2));
    String start = now();
    muster.claim("acme1", 1);
    assertThat(remaining(start)).as("one under way, one untouched").isEqualTo("acme1 2");
  }

  @Test
  void disabledTargetsAndAccountsThatLeftTheConfigurationDoNotCount() {
    muster.configure(account("acme1"), account("acme2"));
    muster.enrol("acme1", 2);
    muster.enrol("acme2", 1);
    String start = now();
    muster.claim("acme1", 1);

    muster.run("update muster.poll_target set enabled = false where account = 'acme1'");
    muster.configure(account("acme1"));

    assertThat(remaining(start)).isEmpty();
  }

  @Test
  void anAccountThatIsPausedIsToldAsSuch() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 2);
    muster.rows("select muster.pause('acme1', 'maintenance')");

    assertThat(muster.rows("select account, state, work from muster.remaining(now())"))
        .containsExactly("acme1 paused 2");
  }

  @Test
  void whatAllWaitsForIsTold() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 2);
    String start = now();
    String waits =
        "select work, wait_until > now() + interval '9 minutes', why from muster.remaining('%s')"
            .formatted(start);
    var tasks = muster.claim("acme1", 10);
    muster.settle(retry(tasks.get(0), "timeout").after(Duration.ofMinutes(10)));
    assertThat(muster.rows(waits)).as("the other is under way").containsExactly("2 - -");

    muster.settle(retry(tasks.get(1), "timeout").after(Duration.ofMinutes(20)));
    assertThat(muster.rows(waits).get(0)).startsWith("2 t tried again after timeout: ");
  }

  @Test
  void whatWasDoneIsToldByWhatItBrought() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 5);
    var first = muster.claim("acme1", 10);
    muster.settle(done(of("SN1", first)).device("{\"name\": \"one\"}"));
    muster.settle(done(of("SN2", first)).device("{\"name\": \"one\"}"));
    muster.elapse(Duration.ofDays(2));
    muster.request("acme1", "refresh", "SN9");
    String start = now();

    var second = muster.claim("acme1", 10);
    muster.settle(done(of("SN1", second)).device("{\"name\": \"one\"}"));
    muster.settle(done(of("SN2", second)).device("{\"name\": \"two\"}"));
    muster.settle(done(of("SN3", second)).device("{\"name\": \"one\"}"));
    muster.settle(park(of("SN4", second), "35601").after(Duration.ofDays(1)));

    assertThat(muster.rows("select * from muster.accomplished('%1$s', '%1$s')".formatted(start)))
        .containsExactly("pull acme1 device 3 1 1 1 0 1", "request acme1 refresh 0 0 0 0 0 1");
  }

  private static Task of(String key, List<Task> tasks) {
    return tasks.stream().filter(task -> key.equals(task.key())).findFirst().orElseThrow();
  }

  private String now() {
    return muster.value("select clock_timestamp()");
  }

  private String remaining(String since) {
    String moment = since.endsWith(")") ? since : "'" + since + "'";
    return String.join(
        ", ", muster.rows("select account, work from muster.remaining(" + moment + ")"));
  }
}
