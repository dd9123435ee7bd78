package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.support.AccountSetup;
import dev.muster.support.MusterDatabase;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who has which account, and when one leaves. */
@Tag("sql")
class LeavingTest {
  private static final Duration MINUTE = Duration.ofSeconds(61);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final String ATTENTION = "select what from report.attention";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();
  private final UUID service = UUID.randomUUID();
  private final UUID cron = UUID.randomUUID();

  @AfterEach
  void close() {
    muster.close();
  }

  /** As a process starts. */
  private void start(UUID replica, AccountSetup... accounts) {
    muster.rows("select muster.configure(?::jsonb)", AccountSetup.array(accounts));
    lives(replica, Arrays.stream(accounts).map(AccountSetup::name).toArray(String[]::new));
    letGo();
  }

  private void start(UUID replica, String... accounts) {
    start(replica, Arrays.stream(accounts).map(AccountSetup::account).toArray(AccountSetup[]::new));
  }

  private void lives(UUID replica, String... accounts) {
    muster.rows("select muster.replica_lives(?, '1.2', ?)", replica, accounts);
  }

  private void leaves(UUID replica) {
    muster.rows("select muster.replica_leaves(?)", replica);
  }

  private void letGo() {
    muster.rows("select muster.let_accounts_go()");
  }

  private void assertTaken(String account) {
    muster.request(account, "refresh", "SN1");
    muster.run(
        "insert into muster.poll_target (account, resource, key) values (?, 'device', 'SN1')"
            + " on conflict do nothing",
        account);
  }

  private void assertRefused(String account) {
    assertThatThrownBy(() -> muster.request(account, "refresh", "SN1"))
        .rootCause()
        .hasMessageContaining("account '" + account + "' is not configured");
    assertThatThrownBy(() -> muster.enrol(account, "SN2"))
        .rootCause()
        .hasMessageContaining("account '" + account + "' is not configured");
  }

  @Test
  void aSecondProcessWithFewerAccountsTakesNothing() {
    start(service, "acme1", "acme2", "acme3");
    for (int day = 0; day < 3; day++) {
      UUID run = UUID.randomUUID();
      start(run, "acme1");
      leaves(run);
      muster.elapse(DAY);
      lives(service, "acme1", "acme2", "acme3");
      letGo();
    }

    assertTaken("acme2");
    assertThat(muster.claim("acme3", 10)).isEmpty();
    assertTaken("acme3");
    assertThat(muster.claim("acme3", 10)).hasSize(2);
    assertThat(muster.rows(ATTENTION)).isEmpty();
    assertThat(muster.rows("select version, accounts from report.replica"))
        .containsExactly("1.2 {acme1,acme2,acme3}");
  }

  @Test
  void aServiceThatIsStoppedRefusesNothing() {
    start(service, "acme1", "acme2");
    leaves(service);
    assertThat(muster.rows("select * from report.replica")).isEmpty();

    muster.elapse(DAY.multipliedBy(30));
    letGo();

    assertTaken("acme1");
    assertTaken("acme2");
    assertThat(muster.rows(ATTENTION)).isEmpty();
  }

  @Test
  void anAccountThatWasTakenOutLeavesAfterADayThatIsToldBefore() {
    start(service, "acme1", "acme2");
    leaves(service);
    start(cron, "acme1");

    assertThat(
            muster.value(
                """
                select what || '; ' || (since > now() - interval '1 minute')
                  || '; ' || regexp_replace(why, '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\+00', 'T', 'g')
                  || '; ' || (why like '%It leaves at ' || (select date_trunc('second', last_seen + interval '1 day')
                                                            from muster.replica where missed_at is not null) || '.')
                  || '; ' || what_to_do
                  from report.attention"""))
        .isEqualTo(
            "account acme2 is about to leave; true; A replica started without it at T, and no replica that lives has"
                + " it. One last had it at T. It leaves at T.; true; If it is to stay: start Muster with it in the"
                + " configuration. If not: nothing, or at once: select muster.forget('acme2');");
    assertTaken("acme2");

    muster.elapse(DAY.minus(HOUR));
    lives(cron, "acme1");
    letGo();
    assertTaken("acme2");

    muster.elapse(HOUR);
    lives(cron, "acme1");
    letGo();
    assertRefused("acme2");
    assertTaken("acme1");
    assertThat(muster.rows(ATTENTION)).isEmpty();
    assertThat(
            muster.rows(
                "select account, from_status, to_status, made_by, part from report.audit"
                    + " where subject = 'account'"))
        .containsExactly("acme2 active left muster let_accounts_go");
  }

  @Test
  void anAccountStaysIfAReplicaStartsWithItInTime() {
    start(service, "acme1", "acme2");
    leaves(service);
    start(cron, "acme1");
    muster.elapse(DAY.minus(HOUR));
    start(service, "acme1", "acme2");
    leaves(service);
    assertThat(muster.rows(ATTENTION)).isEmpty();

    muster.elapse(DAY.multipliedBy(2));
    letGo();

    assertTaken("acme2");
  }

  @Test
  void aReplicaThatIsRolledOverTakesItsAccountAlongWhenItEnds() {
    start(service, "acme1", "acme2");
    start(cron, "acme1");
    assertThat(muster.rows(ATTENTION)).isEmpty();

    leaves(service);

    assertThat(muster.rows(ATTENTION)).containsExactly("account acme2 is about to leave");
  }

  @Test
  void aReplicaThatDiesWithoutAWordCountsForAMinute() {
    start(service, "acme1", "acme2");
    start(cron, "acme1");
    muster.elapse(MINUTE);
    lives(cron, "acme1");

    assertThat(muster.rows("select accounts from report.replica")).containsExactly("{acme1}");
    assertThat(muster.rows(ATTENTION)).containsExactly("account acme2 is about to leave");
    letGo();
    muster.elapse(DAY);
    lives(cron, "acme1");
    letGo();
    assertRefused("acme2");
  }

  @Test
  void aClockThatJumpsTakesNothingFromAReplicaThatLives() {
    start(service, "acme1", "acme2");
    leaves(cron);
    muster.elapse(DAY.multipliedBy(3));

    start(cron, "acme1");
    start(UUID.randomUUID(), "acme1");
    assertTaken("acme2");
    lives(service, "acme1", "acme2");
    letGo();

    assertTaken("acme2");
    assertThat(muster.rows(ATTENTION)).isEmpty();
  }

  @Test
  void aReplicaThatWasSuspendedForDaysHasItsAccountsBack() {
    start(service, "acme1", "acme2");
    start(cron, "acme1");
    muster.elapse(MINUTE);
    letGo();
    muster.elapse(DAY.multipliedBy(3));
    lives(cron, "acme1");
    letGo();
    assertRefused("acme2");

    lives(service, "acme1", "acme2");

    assertTaken("acme2");
    assertThat(muster.rows(ATTENTION)).isEmpty();
  }

  @Test
  void aPersonLetsAnAccountLeaveThatNobodyHas() {
    start(service, "acme1", "acme2");
    JdbcClient ann = muster.as("muster_ops", "ann");
    assertThatThrownBy(() -> forget(ann, "acme2"))
        .rootCause()
        .hasMessageContaining("account 'acme2' can't be forgotten: a replica that lives has it (")
        .hasMessageContaining("Start that replica again without the account");
    assertTaken("acme2");
    leaves(service);

    assertThat(forget(ann, "acme2"))
        .isEqualTo("account acme2 has left; what Muster knows of it stays readable");

    assertRefused("acme2");
    assertThat(muster.rows(ATTENTION)).isEmpty();
    assertThat(
            muster.rows(
                "select from_status, to_status, made_by, part from report.audit"
                    + " where subject = 'account'"))
        .containsExactly("active left ann forget");
    assertThatThrownBy(() -> forget(ann, "acme2"))
        .rootCause()
        .hasMessageContaining("account 'acme2' is not configured; known accounts: acme1");

    start(service, "acme1", "acme2");
    assertTaken("acme2");
  }

  private static Object forget(JdbcClient person, String account) {
    return person.sql("select muster.forget(?)").param(account).query().singleValue();
  }

  @Test
  void runsOfCronLeaveOneRow() {
    for (int n = 0; n < 10; n++) {
      UUID run = UUID.randomUUID();
      start(run, "acme1");
      leaves(run);
    }
    letGo();

    assertThat(muster.number("select count(*) from muster.replica")).isOne();
    muster.elapse(DAY.multipliedBy(2));
    letGo();
    assertThat(muster.number("select count(*) from muster.replica")).isZero();
  }

  @Test
  void theNumberOfTheReplicaThatStartedLastIsTheSizeOfItsQuotasAndOfNoOthers() {
    start(service, account("acme1").quota(10, DAY), account("acme2").quota(5, DAY));
    start(cron, account("acme1").quota(20, DAY));

    assertThat(muster.rows("select quota, max_calls from report.quota order by 1"))
        .containsExactly("quota of acme1 20", "quota of acme2 5");
  }
}
