package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.gotToken;
import static dev.muster.support.Settlement.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Refusal;
import dev.muster.vendor.Step;
import dev.muster.work.Task;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A database that was restored, or failed over, is noticed and made safe before anything leaves.
 */
@Tag("sql")
class RestoreTest {
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private static final Duration DAY = Duration.ofDays(1);
  private static final String HELD_UNTIL =
      "select date_trunc('second', held_until - now() + interval '1 s') from report.quota where quota = 'daily'";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void nothingIsNoticedWhereNothingHappened() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 3);

    assertThat(muster.claim("acme1", 1)).hasSize(1);
    assertThat(muster.claim("acme1", 1)).hasSize(1);
    assertThat(muster.value("select notice from muster.incarnation")).isNull();
  }

  @Test
  void afterAFailoverEveryPermitIsHeldForADeadlineAndAWindow() {
    muster.configure(account("acme1").quota(5, WINDOW));
    muster.request("acme1", "refresh", "SN1");

    failover();

    assertThat(muster.notice("acme1")).startsWith("the database failed over");
    assertThat(muster.notice("acme1")).as("told once").isNull();
    assertThat(muster.claim("acme1", 5)).isEmpty();
    muster.elapse(WINDOW.plus(DEADLINE).minusSeconds(1));
    assertThat(muster.claim("acme1", 5)).isEmpty();
    muster.elapse(Duration.ofSeconds(2));
    assertThat(muster.claim("acme1", 5)).hasSize(1);
  }

  @Test
  void aRestoreOnAnotherServerIsNoticed() {
    muster.configure(account("acme1"));
    muster.run("update muster.incarnation set system_identifier = 1");

    assertThat(muster.notice("acme1")).startsWith("the database runs on another server");
  }

  @Test
  void aServerThatHidesItsIdentifierIsNotTakenForAnother() {
    muster.configure(account("acme1"));
    muster.run("update muster.incarnation set system_identifier = null");

    assertThat(muster.notice("acme1")).isNull();
  }

  @Test
  void aDatabaseThatWasSetBackIsNoticedByTheNumbersThatAReplicaHasSeen() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 3);
    Task before = muster.claim("acme1", 3).get(2);

    muster.run("do $$ begin perform setval('muster.fence', 1); end $$");

    assertThat(muster.notice("acme1")).startsWith("the database was set back");
    muster.elapse(Duration.ofMinutes(1));
    assertThat(muster.claim("acme1", 3))
        .as("no number is given twice: a late answer must not meet a new claim")
        .allMatch(task -> task.fence() > before.fence());
  }

  @Test
  void whatCouldNotBeMadeSafeIsNoticedAgain() throws SQLException {
    muster.configure(account("acme1"));
    long request = muster.request("acme1", "allocate", "SN1");
    String noticed = "select muster.notice_restore(1000000)";
    try (Connection person = muster.connect();
        Statement statement = person.createStatement()) {
      person.setAutoCommit(false);
      statement.execute("select from muster.work_request where id = " + request + " for update");
      muster.run("set lock_timeout = '200ms'");

      assertThat(Refusal.of(() -> muster.value(noticed)).state()).isEqualTo("55P03");
      person.rollback();
    }

    assertThat(muster.value(noticed)).startsWith("the database was set back");
  }

  @Test
  void noReplicaGoesOnWithATokenThatTheTableHasForgotten() {
    muster.configure(account("acme1").token(false));
    muster.settle(gotToken(muster.claimOne("acme1")));
    long before = muster.number("select generation from muster.token");

    failover();
    muster.notice("acme1");

    assertThat(muster.number("select generation from muster.token"))
        .as("later than any that a replica may know")
        .isGreaterThan(before + 1000);
  }

  @Test
  void whatWasAboutToBeSentIsReadAgainFirst() {
    muster.configure(account("acme1"));
    long request = muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")));
    assertThat(muster.state(request)).isEqualTo("pending write -");

    failover();
    muster.notice("acme1");

    assertThat(muster.claim("acme1", 5)).as("calls from before may still arrive").isEmpty();
    muster.elapse(DEADLINE.plusSeconds(1));
    assertThat(muster.claimOne("acme1").step()).isEqualTo(Step.READ);
  }

  @Test
  void whatWasBeingSentIsUnknownUntilAReadShowsIt() {
    muster.configure(account("acme1"));
    long request = muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")));
    Task write = muster.claimOne("acme1");

    failover();
    muster.notice("acme1");
    muster.settle(done(write).device());

    assertThat(muster.state(request)).isEqualTo("unknown verify lost");
    muster.elapse(DEADLINE.plusSeconds(1));
    Task verify = muster.claimOne("acme1");
    assertThat(verify.step()).isEqualTo(Step.VERIFY);
    assertThat(verify.conclusive()).isTrue();
  }

  @Test
  void itStandsWhereAPersonLooksForADay() {
    muster.configure(account("acme1"));
    failover();
    muster.notice("acme1");

    String looked = "select what from report.attention";
    assertThat(muster.rows(looked)).containsExactly("the database is not what it was");
    muster.run("update muster.incarnation set noticed_at = noticed_at - interval '25 hours'");
    assertThat(muster.rows(looked)).isEmpty();
  }

  @Test
  void ofADailyQuotaNoMoreIsHeldThanCanHaveBeenLost() {
    muster.configure(account("acme1").quota(60, WINDOW).quota("daily", 50_000, DAY));
    muster.enrol("acme1", 3);
    muster.claim("acme1", 1);
    muster.run("update muster.incarnation set alive_at = now() - interval '80 s'");

    failover();
    muster.notice("acme1");

    // A minute more, since clocks may differ: 140 s are three windows at most.
    assertThat(muster.rows("select used from report.quota where quota = 'daily'"))
        .containsExactly(Integer.toString(3 * 60 + 1));
    assertThat(muster.rows(HELD_UNTIL)).containsExactly("1 day 00:00:15");
    assertThat(muster.rows("select what from report.attention"))
        .as("nobody needs to do anything about it")
        .containsExactly("the database is not what it was");
    muster.elapse(WINDOW.plus(DEADLINE).plusSeconds(1));
    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void aQuotaThatHadNoCallYetIsHeldForWhatCanHaveBeenLostToo() {
    muster.configure(account("acme1").quota(5, WINDOW).quota("daily", 20, DAY));
    for (int n = 0; n < 40; n++) {
      muster.request("acme1", "refresh", "SN" + n);
    }
    assertThat(muster.notice("acme1")).isNull();

    failover();
    muster.notice("acme1");
    muster.elapse(WINDOW.plus(DEADLINE).plusSeconds(1));

    // A minute and what has passed since are two windows at most.
    assertThat(muster.rows("select used from report.quota where quota = 'daily'"))
        .containsExactly("10");
    int calls = 0;
    for (int window = 0; window < 4; window++) {
      calls += muster.claim("acme1", 5).size();
      muster.elapse(WINDOW.plus(DEADLINE).plusSeconds(1));
    }
    assertThat(calls).isEqualTo(10);
  }

  @Test
  void aHoldIsToldUntilWhenAndAPersonMayEndIt() {
    muster.configure(account("acme1").quota("daily", 50, DAY));
    muster.enrol("acme1", 3);
    muster.claim("acme1", 1);
    failover();
    muster.notice("acme1");
    muster.run("update muster.incarnation set noticed_at = null");
    muster.elapse(DEADLINE.multipliedBy(2));

    assertThat(muster.claim("acme1", 1)).isEmpty();
    String held = "select what, what_to_do from report.attention where what like 'quota%'";
    assertThat(muster.rows(held))
        .singleElement()
        .asString()
        .startsWith(
            "quota daily may have lost calls with the latest state of the database: no call of acme1 before ")
        .endsWith("If the vendor has not counted so many: select muster.release_quota('daily');");
    JdbcClient ann = muster.as("muster_ops", "ann");
    assertThat(ann.sql("select muster.release_quota('daily')").query(String.class).single())
        .isEqualTo("quota daily: 50 permits released");

    assertThat(muster.rows(held)).isEmpty();
    assertThat(muster.rows("select used, held_until from report.quota")).containsExactly("1 -");
    muster.request("acme1", "refresh", "SN9");
    assertThat(muster.claim("acme1", 1)).hasSize(1);
    assertThat(
            muster.rows(
                "select subject, account, from_status, to_status, message, made_by, part from report.audit where subject = 'account'"))
        .containsExactly(
            "account acme1 active active quota daily: 50 permits released ann release_quota");
    assertThat(ann.sql("select muster.release_quota('daily')").query(String.class).single())
        .isEqualTo("quota daily holds no permits");
    assertThat(Refusal.of(() -> muster.value("select muster.release_quota('dayly')")).state())
        .isEqualTo("MU013");
  }

  /** What the database remembers is a timeline that has ended. */
  private void failover() {
    muster.run("update muster.incarnation set timeline = timeline - 1");
  }
}
