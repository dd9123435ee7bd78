package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.gotToken;
import static dev.muster.support.Settlement.reauthorise;
import static dev.muster.support.Settlement.refusedLogin;
import static dev.muster.support.Settlement.retry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.Json;
import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.work.Seen;
import dev.muster.work.Task;
import dev.muster.work.WorkMeter;
import dev.muster.work.WorkTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A token is renewed by one caller at a time, whoever asks, and however that one ends. */
@Tag("sql")
class RenewalTest {
  private static final Duration WINDOW = Duration.ofSeconds(60);

  /** How long a token call may take, whatever the account's other calls may. */
  private static final Duration TOKEN_DEADLINE = Duration.ofSeconds(8);

  /** A renewer that was killed holds the others up for so long at most. */
  private static final Duration HELD_UP = Duration.ofSeconds(10);

  private static final int REPLICAS = 5;

  /** Ten connections a replica; each asks for as many of its threads, one after the other. */
  private static final int CONNECTIONS = REPLICAS * 10;

  private static final int THREADS_A_CONNECTION = 5;

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aKilledRenewerHoldsTheOthersUpForTenSecondsAtMost() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1");
    Task killed = muster.claimOne("acme1");
    assertThat(killed.callDeadline()).isEqualTo(TOKEN_DEADLINE).isLessThan(DEADLINE);
    assertThat(muster.nextIn("acme1")).isLessThan(HELD_UP);

    muster.elapse(TOKEN_DEADLINE);
    assertThat(muster.claim("acme1", 10)).as("its call may still be answered").isEmpty();

    muster.elapse(HELD_UP.minus(TOKEN_DEADLINE));
    Task heir = muster.claimOne("acme1");
    assertThat(heir.kind()).isEqualTo(Task.Kind.TOKEN);
    assertThat(heir.fence()).isGreaterThan(killed.fence());
  }

  @Test
  void aTokenCallTakesNoLongerThanTheAccountsOtherCalls() {
    muster.configure(account("acme1").token(true).callDeadline(Duration.ofSeconds(2)));

    assertThat(muster.claimOne("acme1").callDeadline()).isEqualTo(Duration.ofSeconds(2));
    assertThat(muster.nextIn("acme1")).isLessThanOrEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void theOtherCallsKeepTheAccountsDeadline() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1");
    muster.settle(gotToken(muster.claimOne("acme1")));

    assertThat(muster.claimOne("acme1").callDeadline()).isEqualTo(DEADLINE);
  }

  @Test
  void aTokenCallThatMayStillArriveKeepsItsPermitUntilAWindowAfterItsDeadline() {
    muster.configure(account("acme1").token(true).quota(1, WINDOW));
    muster.claimOne("acme1");

    muster.elapse(TOKEN_DEADLINE.plus(WINDOW));
    assertThat(muster.value("select used from report.quota")).isEqualTo("1");
    muster.elapse(DEADLINE);
    assertThat(muster.value("select used from report.quota")).isEqualTo("0");
  }

  @Test
  void whenATokenEndsOneOfAllThreadsOfAllReplicasRenewsIt() throws Exception {
    muster.configure(account("acme1").token(true));
    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.elapse(Duration.ofHours(1));
    muster.enrol("acme1", 2 * CONNECTIONS * THREADS_A_CONNECTION);

    List<Task> atTheEnd = fromAllThreads();
    assertThat(atTheEnd).extracting(Task::kind).containsExactly(Task.Kind.TOKEN);

    muster.settle(gotToken(atTheEnd.get(0)));
    List<Task> afterwards = fromAllThreads();
    assertThat(afterwards)
        .hasSize(CONNECTIONS * THREADS_A_CONNECTION)
        .allMatch(task -> task.kind() == Task.Kind.PULL && task.tokenGeneration() == 2)
        .extracting(Task::key)
        .doesNotHaveDuplicates();
  }

  @Test
  void aTokenThatEndsSoonIsRenewedByOneWhileTheOthersWork() throws Exception {
    muster.configure(account("acme1").token(true));
    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.elapse(Duration.ofMinutes(51));
    muster.enrol("acme1", 2 * CONNECTIONS * THREADS_A_CONNECTION);

    List<Task> tasks = fromAllThreads();

    assertThat(tasks).filteredOn(task -> task.kind() == Task.Kind.TOKEN).hasSize(1);
    assertThat(tasks).hasSizeGreaterThanOrEqualTo(CONNECTIONS * THREADS_A_CONNECTION);
  }

  @Test
  void aCallThatWasRefusedWithAnOlderTokenIsMadeAgainAndCountsForNothing() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1");
    muster.settle(gotToken(muster.claimOne("acme1")));
    Task early = muster.claimOne("acme1");
    muster.elapse(Duration.ofMinutes(51));
    // The lease of the early call has ended meanwhile; this one has it now, with the same token.
    List<Task> tasks = muster.claim("acme1", 10);
    Task renewal = only(tasks, Task.Kind.TOKEN);
    Task late = only(tasks, Task.Kind.PULL);
    assertThat(late.tokenGeneration()).isEqualTo(early.tokenGeneration());
    muster.settle(gotToken(renewal));

    muster.settle(reauthorise(late));

    Task again = muster.claimOne("acme1");
    assertThat(again.kind()).isEqualTo(Task.Kind.PULL);
    assertThat(again.tokenGeneration()).isEqualTo(2);
    assertThat(again.retries()).isZero();
    assertThat(muster.value("select reauthorised from muster.poll_state"))
        .as("the present token was never refused")
        .isEqualTo("f");
    muster.settle(done(again).device());
    assertThat(muster.claim("acme1", 10)).as("and no login").isEmpty();
  }

  @Test
  void whatWasClaimedWhileARefusalWasBeingWrittenIsNoSecondRefusal() throws Exception {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1", "SN2");
    muster.settle(gotToken(muster.claimOne("acme1")));
    Task refused = muster.claim("acme1", 1).get(0);
    Task late;
    try (Connection writing = muster.connect();
        PreparedStatement settle = writing.prepareStatement(Settlement.SETTLE)) {
      writing.setAutoCommit(false);
      settle.setString(1, Settlement.batch(List.of(reauthorise(refused))));
      settle.setArray(2, writing.createArrayOf("text", new String[0]));
      settle.execute();
      late = muster.claimOne("acme1");
      writing.commit();
    }

    muster.settle(reauthorise(late));
    assertThat(muster.value("select state from report.account")).isEqualTo("active");

    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.settle(reauthorise(muster.claim("acme1", 1).get(0)));
    assertThat(muster.value("select state from report.account"))
        .as("the new token is refused too")
        .isEqualTo("halted");
  }

  @Test
  void aCallThatEachRenewalEndsSaysNothingAgainstTheCredentials() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1");
    muster.settle(gotToken(muster.claimOne("acme1")));

    for (int renewals = 0; renewals < 3; renewals++) {
      muster.elapse(Duration.ofMinutes(51));
      List<Task> tasks = muster.claim("acme1", 10);
      // The vendor has ended the old token by giving the new one, which is not here yet.
      muster.settle(reauthorise(only(tasks, Task.Kind.PULL)));
      assertThat(muster.claim("acme1", 10)).as("the old token is used no more").isEmpty();
      muster.settle(gotToken(only(tasks, Task.Kind.TOKEN)));
      assertThat(state()).isEqualTo("active");
    }

    assertThat(muster.claimOne("acme1").kind()).as("no further login").isEqualTo(Task.Kind.PULL);
  }

  @Test
  void anAccountThatGetsNoTokenNeedsAttentionUntilItGetsOne() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1");
    String attention = "select what, why from report.attention";

    muster.settle(retry(muster.claimOne("acme1"), "unreachable").after(Duration.ZERO));
    assertThat(muster.rows(attention)).as("it may have been a moment").isEmpty();
    muster.settle(retry(muster.claimOne("acme1"), "unreachable").after(Duration.ZERO));
    assertThat(muster.value(attention)).startsWith("account acme1 gets no token unreachable: ");

    muster.settle(gotToken(muster.claimOne("acme1")));
    assertThat(muster.rows(attention)).isEmpty();
  }

  @Test
  void anAttemptForATokenThatFailedMayHaveEndedTheOldOne() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1");
    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.elapse(Duration.ofMinutes(51));
    List<Task> tasks = muster.claim("acme1", 10);
    muster.settle(retry(only(tasks, Task.Kind.TOKEN), "timeout"));
    muster.settle(reauthorise(only(tasks, Task.Kind.PULL)));

    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.settle(reauthorise(muster.claimOne("acme1")));
    assertThat(state()).as("the first refusal that counts").isEqualTo("active");

    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.settle(reauthorise(muster.claimOne("acme1")));
    assertThat(state()).isEqualTo("halted");
  }

  @Test
  void aRowThatTwoGoodTokensAreRefusedForHaltsTheAccountThatOthersAreReadFrom() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1");
    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.settle(reauthorise(muster.claimOne("acme1")));
    muster.settle(gotToken(muster.claimOne("acme1")));
    Task again = muster.claimOne("acme1");
    muster.enrol("acme1", "SN2");
    muster.settle(done(muster.claimOne("acme1")).device());

    muster.settle(reauthorise(again));

    assertThat(state()).isEqualTo("halted");
  }

  @Test
  void aRowThatTwoTokensAreRefusedForHaltsTheAccountThoughBothHadEndedMeanwhile() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1");

    for (int logins = 0; logins < 2; logins++) {
      assertThat(state()).isEqualTo("active");
      muster.settle(gotToken(muster.claimOne("acme1")));
      Task refused = muster.claimOne("acme1");
      muster.run("update muster.token set expires_at = now(), renew_at = now()");
      muster.settle(reauthorise(refused));
    }

    assertThat(state()).isEqualTo("halted");
  }

  @Test
  void anAccountThatIsResumedGetsANewTokenBeforeItIsJudgedAgain() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1", "SN2");
    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.settle(reauthorise(muster.claim("acme1", 1).get(0)));
    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.settle(reauthorise(muster.claim("acme1", 1).get(0)));
    assertThat(state()).isEqualTo("halted");

    muster.value("select muster.resume('acme1')");

    Task login = muster.claimOne("acme1");
    assertThat(login.kind()).isEqualTo(Task.Kind.TOKEN);
    muster.settle(gotToken(login));
    assertThat(muster.claim("acme1", 10)).hasSize(2);
    assertThat(state()).isEqualTo("active");
  }

  @Test
  void aRowThatIsCalledTwiceWithTheSameTokenDoesNotHaltTheAccount() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", "SN1");
    muster.settle(gotToken(muster.claimOne("acme1")));
    Task refused = muster.claimOne("acme1");
    muster.settle(reauthorise(refused));
    // A claim that had seen the token before it was doubted, and found the row due after.
    long fence =
        muster.number(
            "update muster.poll_state set fence = nextval('muster.fence') returning fence");

    muster.settle(reauthorise(refused).with("fence", fence));

    assertThat(state()).isEqualTo("active");
  }

  @Test
  void aConfiguredTokenThatIsRefusedHaltsTheAccountAfterARestoreToo() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "SN1");
    muster.run("update muster.incarnation set system_identifier = 1");
    muster.notice("acme1");

    muster.settle(reauthorise(muster.claimOne("acme1")));
    assertThat(state()).isEqualTo("active");
    muster.settle(reauthorise(muster.claimOne("acme1")));

    assertThat(state()).isEqualTo("halted");
  }

  @Test
  void wrongCredentialsCostThreeLoginsOverAllReplicas() throws Exception {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", 10);
    int logins = 0;
    List<Task> claimed = fromAllThreads();
    while (!claimed.isEmpty()) {
      assertThat(claimed).extracting(Task::kind).containsExactly(Task.Kind.TOKEN);
      logins++;
      muster.settle(refusedLogin(claimed.get(0)));
      claimed = fromAllThreads();
    }

    assertThat(logins).isEqualTo(3);
    assertThat(muster.rows("select state from report.account")).containsExactly("halted");
    assertThat(muster.number("select count(*) from report.dead_letter")).isZero();
  }

  private String state() {
    return muster.value("select state from report.account");
  }

  private static Task only(List<Task> tasks, Task.Kind kind) {
    return tasks.stream().filter(task -> task.kind() == kind).findFirst().orElseThrow();
  }

  /** What all threads get that ask for one task each, as nearly at once as can be. */
  private List<Task> fromAllThreads() throws Exception {
    CyclicBarrier together = new CyclicBarrier(CONNECTIONS);
    List<Callable<List<Task>>> connections = new ArrayList<>();
    for (int n = 0; n < CONNECTIONS; n++) {
      connections.add(() -> fromOneConnection(together));
    }
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Task> all = new ArrayList<>();
      for (Future<List<Task>> result : threads.invokeAll(connections)) {
        all.addAll(result.get());
      }
      return all;
    } finally {
      threads.shutdownNow();
    }
  }

  private List<Task> fromOneConnection(CyclicBarrier together) throws Exception {
    List<Task> tasks = new ArrayList<>();
    try (MusterDatabase.Session session = muster.session()) {
      WorkTable table = new WorkTable(session.jdbc(), Json.MAPPER, new Seen(), WorkMeter.NONE);
      session.jdbc().execute("select 1");
      together.await();
      for (int thread = 0; thread < THREADS_A_CONNECTION; thread++) {
        tasks.addAll(table.claim("acme1", 1, 1, 1).tasks());
      }
    }
    return tasks;
  }
}
