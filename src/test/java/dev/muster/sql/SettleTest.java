package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.gotToken;
import static dev.muster.support.Settlement.halt;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.reauthorise;
import static dev.muster.support.Settlement.refusedLogin;
import static dev.muster.support.Settlement.release;
import static dev.muster.support.Settlement.retry;
import static dev.muster.support.Settlement.send;
import static dev.muster.support.Settlement.snooze;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of pulls, tokens, quotas and accounts when a call was settled. */
@Tag("sql")
class SettleTest {
  private static final Duration WINDOW = Duration.ofSeconds(60);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aPullThatSucceededIsDueAnIntervalLater() {
    enrolled();
    muster.settle(done(muster.claimOne("acme1")).device());

    muster.elapse(Duration.ofMinutes(59));
    assertThat(muster.claim("acme1", 10)).isEmpty();
    muster.elapse(Duration.ofMinutes(2));
    assertThat(muster.claim("acme1", 10)).hasSize(1);
  }

  @Test
  void aRetriedPullWaitsAndCounts() {
    enrolled();
    muster.settle(retry(muster.claimOne("acme1"), "timeout").after(Duration.ofSeconds(2)));
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.elapse(Duration.ofSeconds(3));
    Task again = muster.claimOne("acme1");
    assertThat(again.retries()).isOne();
    muster.settle(done(again).device());
    assertThat(muster.value("select attempts from muster.poll_state")).isEqualTo("0");
  }

  @Test
  void aSnoozeOrAReleaseDoesNotCount() {
    enrolled();
    muster.settle(snooze(muster.claimOne("acme1")));
    assertThat(muster.claim("acme1", 10)).as("slowed down, though it has no quota").isEmpty();
    muster.elapse(Duration.ofSeconds(2));
    muster.settle(release(muster.claimOne("acme1")));

    assertThat(muster.claimOne("acme1").retries()).isZero();
  }

  @Test
  void aParkedPullHasOneLetterHoweverOftenItFails() {
    enrolled();
    parkFor(Duration.ofDays(1));
    muster.elapse(Duration.ofHours(23));
    assertThat(muster.claim("acme1", 10)).as("parked").isEmpty();
    muster.elapse(Duration.ofHours(2));
    parkFor(Duration.ofDays(1));

    assertThat(
            muster.rows(
                "select operation, key, attempts, state, first_failed_at < last_failed_at"
                    + " from report.dead_letter"))
        .containsExactly("device SN1 2 open t");
  }

  @Test
  void aLaterSuccessResolvesTheLetterByItself() {
    enrolled();
    parkFor(Duration.ofDays(1));
    muster.elapse(Duration.ofHours(25));

    muster.settle(done(muster.claimOne("acme1")).device());

    assertThat(muster.value("select state from report.dead_letter")).isEqualTo("resolved");
  }

  @Test
  void afterAResolvedLetterTheNextFailureWritesANewOne() {
    enrolled();
    parkFor(Duration.ofDays(1));
    muster.elapse(Duration.ofHours(25));
    muster.settle(done(muster.claimOne("acme1")).device());
    muster.elapse(Duration.ofHours(25));
    parkFor(Duration.ofDays(1));

    assertThat(muster.rows("select state, attempts from report.dead_letter order by id"))
        .containsExactly("resolved 1", "open 1");
  }

  @Test
  void aLetterKeepsTheEvidence() {
    enrolled();

    muster.settle(
        park(muster.claimOne("acme1"), "35601")
            .with("vendor_code", "35601")
            .with("http_status", 200)
            .with("vendor_request_id", "r-1")
            .with("request", Map.of("method", "GET"))
            .with("response", "{\"code\":35601}"));

    assertThat(
            muster.value(
                "select vendor_code, http_status, vendor_request_id, request, response"
                    + " from report.dead_letter"))
        .isEqualTo("35601 200 r-1 {\"method\": \"GET\"} {\"code\":35601}");
  }

  @Test
  void anUnclassifiedCodeIsCounted() {
    enrolled();
    muster.settle(park(muster.claimOne("acme1"), "unclassified").with("vendor_code", "4711"));

    assertThat(muster.value("select account, vendor_code, letters from report.unclassified"))
        .isEqualTo("acme1 4711 1");
  }

  @Test
  void thePauseGrowsWhileRefusalsGoOnAndStartsSmallAfterAQuietTime() {
    limited();
    assertThat(pauseAfterSnooze()).isEqualTo("1");
    assertThat(pauseAfterSnooze()).isEqualTo("2");
    assertThat(pauseAfterSnooze()).isEqualTo("4");

    muster.elapse(Duration.ofMinutes(30));
    assertThat(pauseAfterSnooze()).isEqualTo("1");
    assertThat(muster.value("select refused from report.quota")).isEqualTo("4");
  }

  @Test
  void aRefusalNowAndThenDoesNotStretchThePause() {
    limited();
    assertThat(pauseAfterSnooze()).isEqualTo("1");
    assertThat(pauseAfterSnooze()).isEqualTo("2");
    assertThat(pauseAfterSnooze()).isEqualTo("4");

    muster.elapse(Duration.ofSeconds(50));
    assertThat(pauseAfterSnooze()).isEqualTo("2");
    muster.elapse(Duration.ofSeconds(50));
    assertThat(pauseAfterSnooze()).isEqualTo("1");
    muster.elapse(Duration.ofSeconds(50));
    assertThat(pauseAfterSnooze()).isEqualTo("1");
  }

  @Test
  void manyRefusalsOfOneRushDoNotMultiplyThePause() {
    limited();
    for (int n = 0; n < 5; n++) {
      muster.request("acme1", "refresh", "SN" + n);
    }
    List<Task> rush = muster.claim("acme1", 5);

    rush.forEach(task -> muster.settle(snooze(task)));

    assertThat(pause()).isEqualTo("1");
  }

  @Test
  void retryAfterIsHonouredEvenIfAnotherRefusalCameFirst() {
    limited();
    muster.request("acme1", "refresh", "SN1");
    muster.request("acme1", "refresh", "SN2");
    List<Task> tasks = muster.claim("acme1", 2);

    muster.settle(snooze(tasks.get(0)));
    muster.settle(snooze(tasks.get(1)).retryAfter(Duration.ofSeconds(90)));

    assertThat(pause()).isEqualTo("90");
  }

  @Test
  void retryAfterIsHonouredUpToALimit() {
    limited();
    muster.request("acme1", "refresh", "SN1");

    muster.settle(snooze(muster.claimOne("acme1")).retryAfter(Duration.ofDays(1)));

    assertThat(pause()).isEqualTo("600");
  }

  @Test
  void threeRefusedLoginsHaltTheAccount() {
    muster.configure(account("acme1").token(true));
    refuseLogins(2);
    assertThat(state()).isEqualTo("active");
    refuseLogins(1);

    assertThat(state()).isEqualTo("halted");
    assertThat(muster.value("select why from report.account")).contains("credentials");
    muster.elapse(Duration.ofDays(1));
    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.value("select what, what_to_do from report.attention"))
        .startsWith("account acme1 is halted")
        .contains("muster.resume('acme1')");
  }

  @Test
  void changedCredentialsStartAHaltedAccountAgain() {
    muster.configure(account("acme1").token(true).credentials("01"));
    refuseLogins(3);
    muster.configure(account("acme1").token(true).credentials("01"));
    assertThat(state()).isEqualTo("halted");

    muster.configure(account("acme1").token(true).credentials("02"));

    assertThat(state()).isEqualTo("active");
    refuseLogins(2);
    assertThat(state()).as("three new attempts").isEqualTo("active");
  }

  @Test
  void changedCredentialsDoNotStartAPausedAccount() {
    muster.configure(account("acme1").credentials("01"));
    muster.value("select muster.pause('acme1')");

    muster.configure(account("acme1").credentials("02"));

    assertThat(state()).isEqualTo("paused");
  }

  @Test
  void aLoginWithTheFormerCredentialsBringsNoToken() {
    muster.configure(account("acme1").token(true).credentials("01"));
    Task login = muster.claimOne("acme1");
    muster.configure(account("acme1").token(true).credentials("02"));

    muster.settle(gotToken(login));

    assertThat(muster.claimOne("acme1").kind()).isEqualTo(Task.Kind.TOKEN);
  }

  @Test
  void resumeGivesARefusedAccountThreeNewLogins() {
    muster.configure(account("acme1").token(true));
    refuseLogins(3);

    muster.value("select muster.resume('acme1')");
    refuseLogins(2);

    assertThat(state()).isEqualTo("active");
  }

  @Test
  void aLoginThatWasLostIsNoRefusal() {
    muster.configure(account("acme1").token(true));
    for (int n = 0; n < 5; n++) {
      muster.settle(retry(muster.claimOne("acme1"), "timeout"));
    }

    assertThat(state()).isEqualTo("active");
    assertThat(muster.claimOne("acme1").retries()).isEqualTo(5);
  }

  @Test
  void aLateLoginChangesNothing() {
    muster.configure(account("acme1").token(true));
    Task zombie = muster.claimOne("acme1");
    muster.elapse(Duration.ofMinutes(1));
    Task heir = muster.claimOne("acme1");

    muster.settle(halt(zombie, "credentials"));
    muster.settle(gotToken(zombie));
    assertThat(state()).isEqualTo("active");
    assertThat(muster.value("select generation from muster.token")).isEqualTo("0");

    muster.settle(gotToken(heir));
    assertThat(muster.value("select generation from muster.token")).isEqualTo("1");
  }

  @Test
  void aRefusedTokenIsRenewedOnce() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1", "SN2");
    muster.settle(gotToken(muster.claimOne("acme1")));
    List<Task> pulls = muster.claim("acme1", 10);

    muster.settle(reauthorise(pulls.get(0)));
    Task login = muster.claimOne("acme1");
    assertThat(login.kind()).isEqualTo(Task.Kind.TOKEN);
    muster.settle(gotToken(login));
    muster.settle(reauthorise(pulls.get(1)));

    assertThat(muster.claim("acme1", 10))
        .extracting(Task::kind)
        .containsExactly(Task.Kind.PULL, Task.Kind.PULL);
    assertThat(
            muster.rows(
                "select reauthorised from muster.poll_state s join muster.poll_target p on p.id = s.target_id order by p.key"))
        .as("a new token was got for it")
        .containsExactly("t", "f");
  }

  @Test
  void aTokenThatWasAcceptedMayBeRefusedAgainAnotherDay() {
    muster.configure(account("acme1").token(true));
    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.request("acme1", "allocate", "SN1");
    muster.settle(reauthorise(muster.claimOne("acme1")));
    muster.settle(gotToken(muster.claimOne("acme1")));
    Task read = muster.claimOne("acme1");
    assertThat(muster.value("select reauthorised from muster.work_request")).isEqualTo("t");

    muster.settle(send(read).device());

    assertThat(muster.value("select reauthorised from muster.work_request")).isEqualTo("f");
  }

  @Test
  void oneHaltStopsTheAccountAndWritesNoLetter() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 3);
    List<Task> tasks = muster.claim("acme1", 3);

    muster.settle(halt(tasks.get(0), "100203"), halt(tasks.get(1), "100203"));

    assertThat(state()).isEqualTo("halted");
    assertThat(muster.number("select count(*) from report.dead_letter")).isZero();
    assertThat(muster.rows("select what from report.attention"))
        .containsExactly("account acme1 is halted");
  }

  @Test
  void aSuccessIsNotedOnTheAccount() {
    enrolled();
    assertThat(muster.value("select last_success from report.account")).isNull();

    muster.settle(done(muster.claimOne("acme1")).device());

    assertThat(
            muster.value("select last_success > now() - interval '1 minute' from report.account"))
        .isEqualTo("t");
  }

  private void enrolled() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "SN1");
  }

  private void limited() {
    muster.configure(account("acme1").quota(1000, WINDOW));
  }

  private void parkFor(Duration delay) {
    muster.settle(park(muster.claimOne("acme1"), "35601").after(delay));
  }

  private void refuseLogins(int count) {
    for (int n = 0; n < count; n++) {
      muster.settle(refusedLogin(muster.claimOne("acme1")));
    }
  }

  /** Has one request refused, says for how many seconds the quota pauses, and lets them pass. */
  private String pauseAfterSnooze() {
    if (muster.number("select count(*) from muster.work_request") == 0) {
      muster.request("acme1", "refresh", "SN1");
    }
    muster.settle(snooze(muster.claimOne("acme1")));
    String pause = pause();
    muster.elapse(Duration.ofSeconds(Long.parseLong(pause) + 1));
    return pause;
  }

  private String pause() {
    return muster.value("select round(extract(epoch from paused_until - now())) from report.quota");
  }

  private String state() {
    return muster.value("select state from report.account");
  }

  @Test
  void aTokenThatIsRefusedForEveryDeviceIsRenewedOnceAndThenHalts() {
    muster.configure(account("acme1").token(false));
    muster.enrol("acme1", 20);
    muster.settle(gotToken(muster.claimOne("acme1")));
    List<Task> under = muster.claim("acme1", 5);
    under.forEach(task -> muster.settle(reauthorise(task)));
    assertThat(muster.value("select state from report.account")).isEqualTo("active");

    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.settle(reauthorise(muster.claim("acme1", 1).get(0)));

    assertThat(muster.value("select state from report.account")).isEqualTo("halted");
  }
}
