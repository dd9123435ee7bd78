package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.gotToken;
import static dev.muster.support.Settlement.release;
import static dev.muster.support.Settlement.send;
import static dev.muster.support.Settlement.snooze;
import static dev.muster.support.Settlement.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.work.Task;
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

/** What muster.claim hands out, and what it withholds. */
@Tag("sql")
class ClaimTest {
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  private static final String CHANGED =
      "select date_trunc('minute', now() - changed_at) from muster.quota";

  /** Beyond it, nothing that was claimed before is leased. */
  private static final Duration LEASE = DEADLINE.plusSeconds(6);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void anUnlimitedAccountClaimsAsMuchAsItAsksFor() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 3000);

    assertThat(muster.claim("acme1", 2500))
        .extracting(Task::key)
        .doesNotHaveDuplicates()
        .hasSize(2500);
    assertThat(muster.claim("acme1", 2500)).hasSize(500);
  }

  @Test
  void aRingIsForTheAccountsThatHaveSomethingToDo() {
    muster.configure(account("acme1"), account("acme2"), account("acme3"), account("acme4"));
    muster.request("acme1", "refresh", "SN1");
    muster.enrol("acme2", "SN1");
    muster.request("acme4", "refresh", "SN1");
    muster.value("select muster.pause('acme4')");
    String due = "select * from muster.accounts_due(null) order by 1";

    assertThat(muster.rows(due)).containsExactly("acme1", "acme2");
    muster.claimOne("acme1");
    assertThat(muster.rows(due)).as("what is leased is not due").containsExactly("acme2");
  }

  @Test
  void requestsNeverGetMoreThanThePermits() {
    muster.configure(account("acme1").quota(5, WINDOW));
    requests(20);

    assertThat(muster.claim("acme1", 100)).hasSize(5);
    assertThat(muster.claim("acme1", 100)).isEmpty();
  }

  @Test
  void aPermitIsFreeOneWindowAfterTheReplyArrived() {
    muster.configure(account("acme1").quota(1, WINDOW));
    requests(2);
    Task first = muster.claimOne("acme1");
    muster.elapse(Duration.ofSeconds(3));
    muster.settle(done(first).device());

    muster.elapse(WINDOW.minusSeconds(1));
    assertThat(muster.claim("acme1", 1)).isEmpty();
    muster.elapse(Duration.ofSeconds(2));
    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void aCallThatNeverLeftGivesItsPermitBackAtOnce() {
    muster.configure(account("acme1").quota(1, WINDOW));
    requests(1);

    muster.settle(release(muster.claimOne("acme1")));

    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void aCallThatMayStillArriveKeepsItsPermitUntilAWindowAfterItsDeadline() {
    muster.configure(account("acme1").quota(1, WINDOW));
    requests(1);

    muster.settle(Settlement.retry(muster.claimOne("acme1"), "timeout").with("arrived", false));

    muster.elapse(WINDOW.plus(DEADLINE).minusSeconds(1));
    assertThat(muster.claim("acme1", 1)).isEmpty();
    muster.elapse(Duration.ofSeconds(2));
    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void aSettlementThatCameLateKeepsNoPermitLongerThanTheDeadlineAndAWindow() {
    muster.configure(account("acme1").quota(1, WINDOW));
    requests(2);
    Task task = muster.claimOne("acme1");

    muster.elapse(WINDOW.plus(DEADLINE).plusSeconds(1));
    muster.settle(done(task).device());

    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void operationsRequestsGoBeforePulls() {
    muster.configure(account("acme1").quota(2, WINDOW));
    muster.enrol("acme1", "SN1");
    requests(2);

    assertThat(muster.claim("acme1", 10))
        .extracting(Task::kind)
        .containsExactly(Task.Kind.REQUEST, Task.Kind.REQUEST);
  }

  @Test
  void theHigherPriorityGoesFirst() {
    muster.configure(account("acme1"));
    muster.run(
        """
        insert into muster.poll_target (account, resource, key, priority)
        values ('acme1', 'device', 'low', -5), ('acme1', 'device', 'high', 9), ('acme1', 'device', 'middle', 0)
        """);

    assertThat(keys(muster.claim("acme1", 1))).containsExactly("high");
    assertThat(keys(muster.claim("acme1", 1))).containsExactly("middle");
    assertThat(keys(muster.claim("acme1", 1))).containsExactly("low");
  }

  @Test
  void amongRequestsTheHigherPriorityThenTheOlderGoesFirst() {
    muster.configure(account("acme1"));
    muster.run(
        """
        insert into muster.work_request (account, action, key, priority)
        values ('acme1', 'refresh', 'first', 0), ('acme1', 'refresh', 'second', 0), ('acme1', 'refresh', 'urgent', 1)
        """);

    assertThat(keys(muster.claim("acme1", 2))).containsExactly("urgent", "first");
  }

  @Test
  void theMostOverdueGoesFirst() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "young");
    muster.enrol("acme1", "old");
    muster.run(
        "update muster.poll_state set due_at = due_at - interval '1 hour' where target_id ="
            + " (select id from muster.poll_target where key = 'old')");

    assertThat(keys(muster.claim("acme1", 1))).containsExactly("old");
  }

  @Test
  void whatIsLeasedIsNotHandedOutAgainUntilTheLeaseEnds() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "SN1");
    Task first = muster.claimOne("acme1");
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.elapse(LEASE);
    Task second = muster.claimOne("acme1");

    assertThat(second.key()).isEqualTo("SN1");
    assertThat(second.fence()).isGreaterThan(first.fence());
  }

  @Test
  void aLateSettlementChangesNothing() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "SN1");
    Task zombie = muster.claimOne("acme1");
    muster.elapse(LEASE);
    Task heir = muster.claimOne("acme1");

    muster.settle(done(zombie).device("{\"name\": \"stale\"}"));
    assertThat(muster.number("select count(*) from report.device")).isZero();

    muster.settle(
        done(zombie).device("{\"name\": \"stale\"}"), done(heir).device("{\"name\": \"fresh\"}"));
    assertThat(muster.rows("select name from report.device_history")).containsExactly("fresh");
  }

  @Test
  void aLateHaltChangesNothing() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", "SN1");
    Task zombie = muster.claimOne("acme1");
    muster.elapse(LEASE);
    muster.claimOne("acme1");

    muster.settle(Settlement.halt(zombie, "100203"));

    assertThat(muster.value("select state from report.account")).isEqualTo("active");
  }

  @Test
  void anAccountThatIsNotActiveGetsNothing() {
    muster.configure(account("acme1"), account("acme2"));
    muster.enrol("acme1", "SN1");
    muster.enrol("acme2", "SN1");

    muster.value("select muster.pause('acme1')");
    muster.configure(account("acme1"));

    assertThat(muster.claim("acme1", 10)).as("paused").isEmpty();
    assertThat(muster.claim("acme2", 10)).as("left the configuration").isEmpty();
    assertThat(muster.claim("nobody", 10)).as("never configured").isEmpty();
  }

  @Test
  void pullsArePacedOneGapApart() {
    muster.configure(account("acme1").quota(20, WINDOW));
    muster.enrol("acme1", 10);
    assertThat(muster.claim("acme1", 10)).as("the first").hasSize(1);
    assertThat(muster.claim("acme1", 10)).as("at once").isEmpty();
    assertThat(muster.nextIn("acme1")).isLessThanOrEqualTo(Duration.ofSeconds(3));

    muster.elapse(Duration.ofSeconds(3));
    assertThat(muster.claim("acme1", 10)).as("a gap later").hasSize(1);
  }

  @Test
  void afterIdlingNoMoreThanAQuarterSecondIsCaughtUp() {
    muster.configure(account("acme1").quota(600, WINDOW));
    muster.enrol("acme1", 100);

    muster.elapse(Duration.ofHours(8));

    // One gap is 0.1 s: the one that is due, and those of the last 0.25 s.
    assertThat(muster.claim("acme1", 100)).hasSizeBetween(1, 3);
  }

  @Test
  void pullsLeaveTheLastFreePermitWhileTheNextIsFurtherAwayThanAGap() {
    muster.configure(account("acme1").quota(3, WINDOW));
    muster.enrol("acme1", 10);
    requests(2);
    muster.settle(
        muster.claim("acme1", 2).stream()
            .map(task -> done(task).device())
            .toArray(Settlement[]::new));

    // The two come free in 60 s, and an operator would have to wait so long: a gap is 20 s.
    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.nextIn("acme1")).isBetween(Duration.ofSeconds(38), Duration.ofSeconds(40));

    requests(1);
    assertThat(muster.claim("acme1", 10)).as("an operator takes it").hasSize(1);
  }

  @Test
  void pullsTakeTheLastFreePermitOnceTheNextIsAGapAway() {
    muster.configure(account("acme1").quota(3, WINDOW));
    muster.enrol("acme1", 10);
    requests(2);
    muster.settle(
        muster.claim("acme1", 2).stream()
            .map(task -> done(task).device())
            .toArray(Settlement[]::new));

    muster.elapse(Duration.ofSeconds(41));

    assertThat(muster.claim("acme1", 10)).hasSize(1);
  }

  @Test
  void aReserveIsKeptForOperations() {
    muster.configure(account("acme1").quota(600, WINDOW));
    muster.run("update muster.quota set reserve = 599");
    muster.enrol("acme1", 10);
    assertThat(muster.claim("acme1", 10)).as("the one that pulls may use").hasSize(1);

    muster.elapse(Duration.ofSeconds(1));
    assertThat(muster.claim("acme1", 10)).as("the others are kept").isEmpty();
    requests(3);
    assertThat(muster.claim("acme1", 10)).hasSize(3);
  }

  @Test
  void aSingleWorkerStillPulls() {
    muster.configure(account("acme1").quota(60, WINDOW));
    muster.enrol("acme1", 10);
    muster.settle(done(muster.claim("acme1", 1).get(0)).device());

    muster.elapse(Duration.ofSeconds(2));

    assertThat(muster.claim("acme1", 1)).hasSize(1);
  }

  @Test
  void anOperatorsRequestDoesNotWaitForThePace() {
    muster.configure(account("acme1").quota(20, WINDOW));
    muster.enrol("acme1", 10);
    muster.claim("acme1", 10);
    requests(3);

    assertThat(muster.claim("acme1", 10)).hasSize(3);
  }

  @Test
  void accountsOnOneQuotaShareIt() {
    muster.configure(
        account("acme1").quota("office", 4, WINDOW), account("acme2").quota("office", 4, WINDOW));
    requests("acme1", 3);
    requests("acme2", 3);

    assertThat(muster.claim("acme1", 10)).hasSize(3);
    assertThat(muster.claim("acme2", 10)).hasSize(1);
  }

  @Test
  void theNumberOfTheLastStartIsTheQuotasSize() {
    muster.configure(account("acme1").quota(4, WINDOW));
    requests(10);
    muster.claim("acme1", 10);

    muster.configure(account("acme1").quota(6, WINDOW));
    assertThat(muster.claim("acme1", 10)).hasSize(2);
    muster.configure(account("acme1").quota(2, WINDOW));
    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.value("select max_calls, used from report.quota")).isEqualTo("2 6");
  }

  @Test
  void anotherQuotaDoesNotForgetTheCallsOfTheFormer() {
    muster.configure(account("acme1").quota("old name", 4, WINDOW));
    requests(10);
    muster.claim("acme1", 10);

    muster.configure(account("acme1").quota("new name", 4, WINDOW));

    assertThat(muster.claim("acme1", 10)).isEmpty();
    muster.elapse(WINDOW.plus(DEADLINE).plusSeconds(1));
    assertThat(muster.claim("acme1", 10)).hasSize(4);
  }

  @Test
  void aCallTakesAPermitOfEachOfItsQuotasAndTheTighterOneBounds() {
    muster.configure(
        account("acme1").quota("office", 4, WINDOW).quota("acme1/daily", 3, DAY),
        account("acme2").quota("office", 4, WINDOW));
    requests("acme1", 5);
    requests("acme2", 5);

    assertThat(muster.claim("acme1", 10)).as("of a day").hasSize(3);
    assertThat(muster.claim("acme2", 10)).as("of the office's minute").hasSize(1);
    assertThat(muster.rows("select quota, used from report.quota order by 1"))
        .containsExactly("acme1/daily 3", "office 4");

    muster.elapse(WINDOW.plus(DEADLINE).plusSeconds(1));
    assertThat(muster.claim("acme1", 10)).as("the day is not over").isEmpty();
    assertThat(muster.claim("acme2", 10)).hasSize(4);
  }

  @Test
  void aCallGivesThePermitsOfAllItsQuotasBackEachAfterItsOwnWindow() {
    muster.configure(
        account("acme1").quota("short", 1, WINDOW).quota("long", 2, WINDOW.plus(WINDOW)));
    requests(4);
    muster.settle(done(muster.claimOne("acme1")).device());
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.elapse(WINDOW.plusSeconds(1));
    muster.settle(done(muster.claimOne("acme1")).device());
    assertThat(used()).containsExactly("long 2", "short 1");

    muster.elapse(WINDOW.plusSeconds(1));
    muster.settle(release(muster.claimOne("acme1")));
    assertThat(used()).containsExactly("long 1", "short 0");
  }

  private List<String> used() {
    return muster.rows("select quota, used from report.quota order by 1");
  }

  @Test
  void aPauseOfOneQuotaStopsTheAccount() {
    muster.configure(
        account("acme1").quota("office", 4, WINDOW).quota("acme1/daily", 30, DAY),
        account("acme2").quota("office", 4, WINDOW));
    requests("acme1", 2);
    requests("acme2", 2);

    muster.run(
        "update muster.quota set paused_until = now() + interval '1 minute' where quota = 'acme1/daily'");

    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.nextIn("acme1")).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(60));
    assertThat(muster.claim("acme2", 10)).hasSize(2);
  }

  @Test
  void aRefusalPausesEveryQuotaOfItsAccount() {
    muster.configure(
        account("acme1").quota("office", 4, WINDOW).quota("acme1/daily", 30, DAY),
        account("acme2").quota("office", 4, WINDOW));
    requests("acme1", 2);
    requests("acme2", 2);

    muster.settle(snooze(muster.claim("acme1", 1).get(0)));

    assertThat(muster.rows("select quota from report.quota where paused_until > now()")).hasSize(2);
    assertThat(muster.claim("acme2", 10)).isEmpty();
  }

  @Test
  void aQuotaThatAnAccountLeftIsNotAskedAnyMore() {
    muster.configure(account("acme1").quota(10, WINDOW).quota("acme1/daily", 1, DAY));
    requests(3);
    assertThat(muster.claim("acme1", 10)).hasSize(1);

    muster.configure(account("acme1").quota(10, WINDOW));

    assertThat(muster.claim("acme1", 10)).hasSize(2);
    assertThat(muster.rows("select quota from report.quota")).containsExactly("quota of acme1");
  }

  @Test
  void aQuotaThatAnAccountJoinsCountsTheCallsThatWereMadeBefore() {
    muster.configure(account("acme1").quota(10, WINDOW));
    requests(3);
    muster.claim("acme1", 1);
    muster.elapse(Duration.ofSeconds(1));

    muster.configure(account("acme1").quota(10, WINDOW).quota("acme1/hourly", 5, HOUR));

    assertThat(muster.claim("acme1", 10)).isEmpty();
    muster.elapse(HOUR.plus(DEADLINE).plusSeconds(1));
    assertThat(muster.claim("acme1", 10)).isNotEmpty();
  }

  @Test
  void aSizeThatChangesSaysSinceWhen() {
    muster.configure(account("acme1").quota(10, WINDOW));
    muster.elapse(HOUR);
    muster.configure(account("acme1").quota(10, WINDOW));
    assertThat(muster.value(CHANGED)).as("the same again").isEqualTo("01:00:00");

    muster.configure(account("acme1").quota(11, WINDOW));

    assertThat(muster.value(CHANGED)).isEqualTo("00:00:00");
    assertThat(
            muster.rows(
                "select quota, max_calls, window_ms from muster.claim('acme1', 1, null, 1, 1)"))
        .containsExactly("quota of acme1 11 60000");
  }

  @Test
  void nothingElseIsClaimedWithoutAToken() {
    muster.configure(account("acme1").token(true).quota(10, WINDOW));
    muster.enrol("acme1", "SN1");
    Task login = muster.claimOne("acme1");
    assertThat(login.kind()).isEqualTo(Task.Kind.TOKEN);
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.settle(gotToken(login));
    Task pull = muster.claimOne("acme1");
    assertThat(pull.key()).isEqualTo("SN1");
    assertThat(pull.tokenGeneration()).isOne();
    assertThat(muster.value("select used from report.quota")).isEqualTo("2");
  }

  @Test
  void aTokenThatIsNotCountedCostsNoPermit() {
    muster.configure(account("acme1").token(false).quota(1, WINDOW));
    requests(1);

    muster.settle(gotToken(muster.claimOne("acme1")));

    assertThat(muster.claimOne("acme1").kind()).isEqualTo(Task.Kind.REQUEST);
  }

  @Test
  void aTokenIsRenewedAheadOfItsEndWhileWorkGoesOn() {
    muster.configure(account("acme1").token(true));
    muster.settle(gotToken(muster.claimOne("acme1")));
    muster.elapse(Duration.ofMinutes(51));
    muster.enrol("acme1", "SN1");

    assertThat(muster.claim("acme1", 10))
        .extracting(Task::kind)
        .containsExactly(Task.Kind.TOKEN, Task.Kind.PULL);
  }

  @Test
  void ofManyReplicasOneGetsTheToken() throws Exception {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", 10);

    List<Task> claimed = fromReplicas(8, replica -> replica.claim("acme1", 10, 10, 10).tasks());

    assertThat(claimed).extracting(Task::kind).containsExactly(Task.Kind.TOKEN);
  }

  @Test
  void concurrentClaimsNeverHandOutTheSameTaskTwice() throws Exception {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 1000);
    requests(200);

    List<Task> claimed = fromReplicas(4, ClaimTest::everything);

    assertThat(claimed).extracting(task -> task.kind() + " " + task.id()).doesNotHaveDuplicates();
    assertThat(claimed).hasSize(1200);
  }

  @Test
  void concurrentClaimsNeverExceedTheQuota() throws Exception {
    muster.configure(account("acme1").quota(50, WINDOW));
    muster.enrol("acme1", 100);
    requests(200);

    List<Task> claimed = fromReplicas(4, ClaimTest::everything);

    assertThat(claimed).hasSize(50);
    assertThat(claimed).extracting(Task::fence).doesNotHaveDuplicates();
    assertThat(muster.value("select used from report.quota")).isEqualTo("50");
  }

  @Test
  void aRefreshRunsBesideAnAllocationOfItsKey() {
    muster.configure(account("acme1"));
    long allocation = muster.request("acme1", "allocate", "SN1");
    long refresh = muster.request("acme1", "refresh", "SN1");
    muster.request("acme1", "allocate", "SN1");

    assertThat(muster.claim("acme1", 10))
        .extracting(Task::id)
        .containsExactlyInAnyOrder(allocation, refresh);
  }

  @Test
  void allocationsOfOneKeyRunOneAfterTheOther() {
    muster.configure(account("acme1"));
    muster.request("acme1", "allocate", "SN1");
    muster.request("acme1", "allocate", "SN1");
    muster.request("acme1", "allocate", "SN2");
    List<Task> first = muster.claim("acme1", 10);
    assertThat(keys(first)).containsExactly("SN1", "SN2");

    muster.settle(send(first.get(0)).device());
    Task write = muster.claimOne("acme1");
    assertThat(write.writes()).isTrue();
    muster.settle(unknown(write, "timeout"));
    Task verify = muster.claimOne("acme1");
    assertThat(verify.id()).isEqualTo(write.id());
    muster.settle(done(verify).device());

    assertThat(muster.claimOne("acme1").id()).isNotEqualTo(write.id());
  }

  @Test
  void anAllocationThatWaitsForItsRetryIsNotOvertakenByAnotherOfItsKey() {
    muster.configure(account("acme1"));
    long first = muster.request("acme1", "allocate", "SN1");
    muster.settle(
        Settlement.retry(muster.claimOne("acme1"), "timeout").after(Duration.ofMinutes(1)));
    muster.request("acme1", "allocate", "SN1");
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.elapse(Duration.ofSeconds(61));
    assertThat(muster.claimOne("acme1").id()).isEqualTo(first);
  }

  @Test
  void aRefreshDoesNotWaitForAnAllocationOfItsKey() {
    muster.configure(account("acme1"));
    muster.request("acme1", "allocate", "SN1");
    muster.request("acme1", "refresh", "SN1");

    assertThat(muster.claim("acme1", 10)).hasSize(2);
  }

  @Test
  void concurrentReplicasStartOneAllocationOfAKey() throws Exception {
    muster.configure(account("acme1"));
    for (int n = 0; n < 20; n++) {
      muster.request("acme1", "allocate", "SN1");
    }

    assertThat(fromReplicas(4, ClaimTest::everything)).hasSize(1);
  }

  @Test
  void aSlowedDownQuotaGivesNothingUntilItsPauseEnds() {
    muster.configure(account("acme1").quota(10, WINDOW));
    requests(5);
    Task task = muster.claim("acme1", 1).get(0);

    muster.settle(snooze(task));

    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.nextIn("acme1")).isLessThanOrEqualTo(Duration.ofSeconds(1));
    muster.elapse(Duration.ofSeconds(2));
    assertThat(muster.claim("acme1", 10)).hasSize(5);
  }

  private interface Work {
    List<Task> on(WorkTable replica);
  }

  private static List<Task> everything(WorkTable replica) {
    List<Task> all = new ArrayList<>();
    List<Task> some;
    do {
      some = replica.claim("acme1", 7, 7, 7).tasks();
      all.addAll(some);
    } while (!some.isEmpty());
    return all;
  }

  private List<Task> fromReplicas(int count, Work work) throws Exception {
    ExecutorService replicas = Executors.newFixedThreadPool(count);
    try {
      List<Callable<List<Task>>> calls = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        WorkTable replica = muster.replica();
        calls.add(() -> work.on(replica));
      }
      List<Task> all = new ArrayList<>();
      for (Future<List<Task>> result : replicas.invokeAll(calls)) {
        all.addAll(result.get());
      }
      return all;
    } finally {
      replicas.shutdownNow();
    }
  }

  private static List<String> keys(List<Task> tasks) {
    return tasks.stream().map(Task::key).toList();
  }

  private void requests(int count) {
    requests("acme1", count);
  }

  private void requests(String account, int count) {
    for (int n = 1; n <= count; n++) {
      muster.request(account, "refresh", "SN" + n);
    }
  }
}
