package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.release;
import static dev.muster.support.Settlement.snooze;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.AccountSetup;
import dev.muster.support.MusterDatabase;
import dev.muster.work.Task;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a permit comes free, over everything that can happen to its quota and its call. */
@Tag("sql")
class LedgerTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private static final Duration DAY = Duration.ofDays(1);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aPermitIsCountedFromTheReplyAndNotFromItsSettlement() {
    muster.configure(account("acme1").quota(1, WINDOW));
    requests(2);
    muster.settle(done(muster.claimOne("acme1")).device().with("age_ms", 20_000));

    muster.elapse(Duration.ofSeconds(39));
    assertThat(muster.claim("acme1", 1)).isEmpty();
    muster.elapse(Duration.ofSeconds(2));
    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void aCallThatLeftAndIsGivenBackStillCounts() {
    muster.configure(account("acme1").quota(1, WINDOW));
    requests(1);
    muster.settle(release(muster.claimOne("acme1")).with("sent", true).with("arrived", true));

    assertThat(muster.claim("acme1", 1)).isEmpty();
    muster.elapse(WINDOW.plus(SECOND));
    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void aPermitThatComesFreeEarlierThanAnyOtherIsFound() {
    muster.configure(account("acme1").quota(2, WINDOW));
    requests(4);
    Task slow = muster.claim("acme1", 1).get(0);
    muster.elapse(DEADLINE.plus(WINDOW).plus(SECOND));
    // Both are free, and the search begins at the earlier one, less what a settlement may take off.
    muster.settle(done(muster.claim("acme1", 1).get(0)).device());
    muster.settle(done(slow).device().with("age_ms", DEADLINE.plus(WINDOW).toMillis()));

    assertThat(muster.claim("acme1", 2)).hasSize(1);
  }

  @Test
  void aPermitBelowTheFloorOfTheSearchIsFoundWithinAMinute() {
    muster.configure(account("acme1").quota(1, WINDOW));
    requests(2);
    muster.settle(done(muster.claimOne("acme1")).device());
    muster.elapse(WINDOW.plus(SECOND));
    // As after a clock that was set back.
    muster.run("update muster.quota set free_from = now() + interval '1 hour'");
    assertThat(muster.claim("acme1", 1)).isEmpty();

    muster.rows("select muster.housekeeping()");

    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void aPermitThatIsAddedIsFound() {
    muster.configure(account("acme1").quota(1, WINDOW));
    requests(3);
    muster.claimOne("acme1");
    assertThat(muster.value("select free_from > '-infinity' from muster.quota")).isEqualTo("f");
    muster.elapse(WINDOW.plus(DEADLINE));
    muster.claimOne("acme1");
    assertThat(muster.value("select free_from > '-infinity' from muster.quota")).isEqualTo("t");

    muster.configure(account("acme1").quota(2, WINDOW));

    assertThat(muster.claim("acme1", 2)).hasSize(1);
  }

  @Test
  void aLongerWindowAlsoCountsTheCallsThatAreUnderWay() {
    muster.configure(account("acme1").quota(2, SECOND));
    requests(4);
    Task underWay = muster.claim("acme1", 1).get(0);

    muster.configure(account("acme1").quota(2, WINDOW));
    muster.elapse(DEADLINE.minus(SECOND));
    muster.settle(done(underWay).device());

    muster.elapse(WINDOW.minus(SECOND));
    assertThat(muster.claim("acme1", 2)).as("a window has not passed since the reply").isEmpty();
    muster.elapse(Duration.ofSeconds(3));
    assertThat(muster.claim("acme1", 2)).hasSize(2);
  }

  @Test
  void aShorterWindowHoldsNoPermitLongerThanItself() {
    muster.configure(account("acme1").quota(2, DAY));
    requests(4);
    muster.claim("acme1", 2).forEach(task -> muster.settle(done(task).device()));

    muster.configure(account("acme1").quota(2, WINDOW));

    assertThat(muster.claim("acme1", 2)).isEmpty();
    muster.elapse(WINDOW.plus(SECOND));
    assertThat(muster.claim("acme1", 2)).hasSize(2);
  }

  @Test
  void aLargerNumberIsInForceForPullsAtOnce() {
    muster.configure(account("acme1").quota(24, DAY));
    muster.enrol("acme1", 5);
    muster.claimOne("acme1");

    muster.configure(account("acme1").quota(600, DAY.dividedBy(24 * 60)));
    // The calls of the day before count for one window more, and then the pace is that of the new
    // number.
    muster.elapse(WINDOW.plus(DEADLINE).plus(SECOND));

    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void aDaysQuotaDoesNotKeepPullsFromTheMinutes() {
    muster.configure(account("acme1").quota("minute", 1, SECOND).quota("acme1/daily", 50_000, DAY));
    muster.enrol("acme1", 10);

    for (int second = 0; second < 5; second++) {
      Task pull = muster.claimOne("acme1");
      muster.settle(done(pull).device());
      muster.elapse(SECOND.multipliedBy(2));
    }
  }

  @Test
  void theReserveOfOneQuotaIsNotTakenFromAnother() {
    muster.configure(
        account("acme1").quota("minute", 5, SECOND).quota("acme1/daily", 50_000, DAY, 10));
    muster.enrol("acme1", 10);

    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void manyPermitsAreMadeAtTheStartAndFewAtTheFirstCall() {
    muster.configure(account("acme1").quota(10_000, DAY), account("acme2").quota(10_001, DAY));

    assertThat(muster.rows("select quota, count(*) from muster.permit group by quota"))
        .containsExactly("quota of acme2 10001");
  }

  @Test
  void moreCallsThanMicrosecondsAreNoMistake() {
    muster.configure(account("acme1").quota(2500, Duration.ofMillis(1)));
    muster.enrol("acme1", 10);

    assertThat(muster.claim("acme1", 5)).isNotEmpty();
  }

  @Test
  void aPauseHoldsTokenCallsToo() {
    muster.configure(
        account("acme1").quota("shared", 5, WINDOW).token(false),
        account("acme2").quota("shared", 5, WINDOW));
    muster.request("acme2", "refresh", "SN1");
    muster.settle(snooze(muster.claimOne("acme2")));

    assertThat(muster.claim("acme1", 5)).isEmpty();
  }

  @Test
  void housekeepingTakesNoPermitThatAStartIsAboutToNeed() throws Exception {
    muster.configure(account("acme1").quota(3, WINDOW));
    requests(3);
    muster.claim("acme1", 3);
    muster.configure(account("acme1").quota(2, WINDOW));
    muster.elapse(WINDOW.plus(DEADLINE).plus(SECOND));

    try (Connection start = muster.connect();
        Statement statement = start.createStatement()) {
      start.setAutoCommit(false);
      statement.execute("update muster.quota set max_calls = 3");
      // It waits for nobody.
      CompletableFuture.runAsync(() -> housekeeping()).get(5, TimeUnit.SECONDS);
      start.commit();
    }

    assertThat(muster.number("select count(*) from muster.permit")).isEqualTo(3);
  }

  @Test
  void aSettlementThatComesLateDoesNotMoveAPermitAwayFromAClaim() throws Exception {
    muster.configure(account("acme1").quota(1, WINDOW));
    requests(2);
    Task late = muster.claimOne("acme1");
    muster.elapse(WINDOW.plus(DEADLINE).plus(SECOND));

    try (Connection settlement = muster.connect();
        Statement statement = settlement.createStatement()) {
      settlement.setAutoCommit(false);
      statement.execute(
          "update muster.permit set free_at = free_at - interval '1 ms', fence = null where fence = "
              + late.fence());
      CompletableFuture<Long> claim = CompletableFuture.supplyAsync(this::claimedByAnother);
      Awaitility.await("it waits")
          .until(() -> muster.number("select count(*) from pg_locks where not granted") > 0);
      settlement.commit();

      assertThat(claim.join()).isNotNull();
    }

    assertThat(muster.number("select count(*) from muster.permit where free_at > now()"))
        .isEqualTo(1);
  }

  @Test
  void aClaimThatWaitedForAStartWithAnotherQuotaAsksAgain() throws Exception {
    muster.configure(account("acme1").quota("former", 5, WINDOW));
    requests(3);
    muster.settle(done(muster.claim("acme1", 1).get(0)).device());

    claimWaitsForAStartWith(account("acme1").quota("latter", 5, WINDOW));
  }

  @Test
  void aClaimThatWaitedForAStartWithAFirstQuotaAsksAgain() throws Exception {
    muster.configure(account("acme1"));
    requests(3);

    claimWaitsForAStartWith(account("acme1").refreshEvery(DAY).quota("first", 5, WINDOW));
  }

  private void claimWaitsForAStartWith(AccountSetup other) throws Exception {
    try (Connection start = muster.connect();
        PreparedStatement configure = start.prepareStatement("select muster.configure(?::jsonb)")) {
      start.setAutoCommit(false);
      configure.setString(1, AccountSetup.array(other));
      configure.execute();
      CompletableFuture<String> claim = CompletableFuture.supplyAsync(this::lookedAtByAnother);
      Awaitility.await("it waits")
          .until(() -> muster.number("select count(*) from pg_locks where not granted") > 0);
      start.commit();

      assertThat(claim.join()).isEqualTo("0 true");
    }
    muster.elapse(WINDOW.plus(DEADLINE).plus(SECOND));
    assertThat(muster.claim("acme1", 2)).hasSize(2);
  }

  private String lookedAtByAnother() {
    try (MusterDatabase.Session session = muster.session()) {
      return session
          .jdbc()
          .queryForObject(
              "select cardinality(tasks) || ' ' || (wait_until <= clock_timestamp())"
                  + " from muster.claim('acme1', 1, null, 1, 1)",
              String.class);
    }
  }

  private Long claimedByAnother() {
    try (MusterDatabase.Session session = muster.session()) {
      return session
          .jdbc()
          .queryForObject(
              "select t.fence from muster.claim('acme1', 1, null, 1, 1) c, unnest(c.tasks) t",
              Long.class);
    }
  }

  private void housekeeping() {
    try (MusterDatabase.Session session = muster.session()) {
      session.jdbc().execute("select muster.housekeeping()");
    }
  }

  private void requests(int count) {
    for (int n = 1; n <= count; n++) {
      muster.request("acme1", "refresh", "SN" + n);
    }
  }
}
