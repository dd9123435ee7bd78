package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.work.Task;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * From when on the claim looks for work: late enough that it does not pass what is done, and early
 * enough that it misses nothing.
 */
@Tag("sql")
class FloorTest {
  private static final int ROWS = 1000;
  private static final int ROUNDS = 4;

  /** What a claim may read more after many rounds than after one: some pages at the edges. */
  private static final long MORE = 300;

  private static final Duration WINDOW = Duration.ofMinutes(5);

  /** Longer than the floors of an account that is not at work stay where they are. */
  private static final Duration IDLE_MARK = Duration.ofSeconds(16);

  private static final Duration INSTANT = Duration.ofMillis(1);

  private static final String LOCK_QUOTAS = "muster.lock_quotas('acme1', 10)";

  private static final Pattern BUFFERS = Pattern.compile("Buffers: shared hit=(\\d+)");

  private static final String INSERT =
      "insert into muster.work_request (account, action, key) values ('acme1', 'refresh', 'SN1')";

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
  void requestsThatAreDoneCostNothingWhileSomebodyHoldsAnOldSnapshot() throws SQLException {
    try (Connection dump = muster.connect()) {
      hold(dump);
      requests();
      long first = read();
      for (int round = 1; round < ROUNDS; round++) {
        requests();
      }

      assertThat(read()).isLessThan(first + MORE);
    }
  }

  @Test
  void pullsThatAreDoneCostNothingWhileSomebodyHoldsAnOldSnapshot() throws SQLException {
    muster.enrol("acme1", ROWS);
    try (Connection dump = muster.connect()) {
      hold(dump);
      pulls();
      long first = read();
      for (int round = 1; round < ROUNDS; round++) {
        muster.run("update muster.poll_state set due_at = clock_timestamp()");
        pulls();
      }

      assertThat(read()).isLessThan(first + MORE);
    }
  }

  @Test
  void permitsThatWereTakenCostNothingWhileSomebodyHoldsAnOldSnapshot() throws SQLException {
    limited(200, INSTANT, INSTANT);
    try (Connection dump = muster.connect()) {
      hold(dump);
      takePermits();
      long first = pages(LOCK_QUOTAS);
      for (int round = 1; round < ROUNDS; round++) {
        takePermits();
      }

      assertThat(pages(LOCK_QUOTAS)).isLessThan(2 * first);
    }
  }

  /** A quota that the account did not only just join. */
  private void limited(int calls, Duration window, Duration deadline) {
    muster.configure(account("acme1").quota(calls, window).callDeadline(deadline));
    muster.elapse(window.plus(deadline));
  }

  private void takePermits() {
    muster.run(
        "insert into muster.work_request (account, action, key)"
            + " select 'acme1', 'refresh', 'SN' || n from generate_series(1, ?) n",
        ROWS);
    // Longer than the floor may stay behind.
    muster.elapse(Duration.ofSeconds(2));
    drain();
  }

  private static void hold(Connection dump) throws SQLException {
    dump.setAutoCommit(false);
    dump.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    dump.createStatement().execute("select 1");
  }

  private void requests() {
    muster.run(
        "insert into muster.work_request (account, action, key)"
            + " select 'acme1', 'refresh', 'SN' || n from generate_series(1, ?) n",
        ROWS);
    drain();
    floorFollows();
  }

  private void pulls() {
    drain();
    floorFollows();
  }

  private void drain() {
    List<Task> tasks = muster.claim("acme1", 200);
    while (!tasks.isEmpty() || openRequests() > 0) {
      // As if the calls had taken as long as their leases.
      muster.run(
          "update muster.work_request set next_at = clock_timestamp() where fence is not null");
      muster.run("update muster.poll_state set due_at = clock_timestamp() where fence is not null");
      muster.settle(tasks.stream().map(Settlement::done).toArray(Settlement[]::new));
      tasks = muster.claim("acme1", 200);
    }
  }

  private long openRequests() {
    return muster.number("select count(*) from muster.work_request where finished_at is null");
  }

  /** Pages that a claim reads, and those who ask whether there is something to claim. */
  private long read() {
    long pages = 0;
    for (String query :
        List.of(
            "muster.claim('acme1', 10, null, 10, 10)",
            "muster.accounts_due(null)",
            "muster.progress()")) {
      pages += pages(query);
    }
    return pages;
  }

  private long pages(String query) {
    Matcher buffers =
        BUFFERS.matcher(
            String.join(" ", muster.rows("explain (analyze, buffers) select * from " + query)));
    assertThat(buffers.find()).isTrue();
    return Long.parseLong(buffers.group(1));
  }

  /** Claims until the floor has followed to the present. */
  private void floorFollows() {
    String present = muster.value("select clock_timestamp()");
    await()
        .until(
            () -> {
              busy();
              return muster.number(
                      "select count(*) from muster.floors('acme1')"
                          + " where kind = 'request' and priority = 0 and waiting_from > '"
                          + present
                          + "'")
                  == 1;
            });
  }

  /** Claims for so long that the floor would have followed to the present, if it may. */
  private void floorMayFollow() {
    String present = muster.value("select clock_timestamp()");
    await()
        .until(
            () -> {
              busy();
              return muster
                  .value(
                      "select clock_timestamp() > '" + present + "'::timestamptz + interval '3 s'")
                  .equals("t");
            });
  }

  private void busy() {
    muster.request("acme1", "refresh", "busy");
    for (Task task : muster.claim("acme1", 10)) {
      assertThat(task.key()).isEqualTo("busy");
      muster.settle(done(task));
    }
  }

  @Test
  void aTargetWhoseLeaseWasLostIsClaimedAtItsNewPriority() {
    limited(1, WINDOW, DEADLINE);
    muster.enrol("acme1", "SN1");
    muster.claimOne("acme1");
    muster.run(
        "insert into muster.poll_target (account, resource, key, priority) values ('acme1', 'device', 'SN2', 5)");
    // Its lease ends while no permit is free, and the floors of the other priority pass it.
    muster.elapse(DEADLINE.plusSeconds(10));
    for (int rounds = 0; rounds < 3; rounds++) {
      assertThat(muster.claim("acme1", 1)).isEmpty();
      muster.elapse(IDLE_MARK);
    }

    muster.run("update muster.poll_target set priority = 5 where key = 'SN1'");
    muster.elapse(WINDOW);

    assertThat(muster.claimOne("acme1").key()).as("what was lost goes first").isEqualTo("SN1");
  }

  @Test
  void aRowThatIsCommittedLateIsClaimed() throws SQLException {
    busy();
    try (Connection late = muster.connect();
        Statement statement = late.createStatement()) {
      late.setAutoCommit(false);
      statement.execute(INSERT);
      floorMayFollow();
      late.commit();
    }

    assertThat(muster.claimOne("acme1").key()).isEqualTo("SN1");
  }

  @Test
  void aRowThatIsInsertedLateInItsTransactionIsClaimed() throws SQLException {
    muster.enrol("acme1", "SN0");
    muster.settle(done(muster.claimOne("acme1")));
    try (Connection late = muster.connect();
        Statement statement = late.createStatement()) {
      late.setAutoCommit(false);
      statement.execute("select now()");
      floorFollows();
      statement.execute(INSERT);
      statement.execute(
          "insert into muster.poll_target (account, resource, key) values ('acme1', 'device', 'SN2')");
      late.commit();
    }

    assertThat(muster.claim("acme1", 10)).extracting(Task::key).containsExactly("SN1", "SN2");
  }

  @Test
  void aRequestThatWasToStartInThePastIsClaimed() {
    floorFollows();
    muster.run(
        "insert into muster.work_request (account, action, key, not_before)"
            + " values ('acme1', 'refresh', 'SN1', now() - interval '1 day')");

    assertThat(muster.claimOne("acme1").key()).isEqualTo("SN1");
  }

  @Test
  void aTargetThatIsReadAgainIsClaimed() {
    muster.enrol("acme1", "SN1");
    muster.settle(done(muster.claimOne("acme1")));
    muster.run("update muster.poll_target set enabled = false");
    muster.run("update muster.poll_state set synced_at = synced_at - interval '1 hour'");
    floorFollows();

    muster.run("update muster.poll_target set enabled = true");
    muster.settle(done(muster.claimOne("acme1")));
    floorFollows();
    muster.run("update muster.poll_state set synced_at = synced_at - interval '1 hour'");
    muster.run("update muster.poll_target set refresh_every = '1 s'");
    assertThat(muster.claimOne("acme1").key()).isEqualTo("SN1");
  }

  @Test
  void aTargetThatIsGivenAnotherPriorityIsClaimed() {
    muster.run(
        "insert into muster.poll_target (account, resource, key, priority) values ('acme1', 'device', 'high', 5)");
    muster.settle(done(muster.claimOne("acme1")));
    muster.enrol("acme1", "SN1");
    floorFollowsPast("SN1");

    muster.run("update muster.poll_target set priority = 5 where key = 'SN1'");

    assertThat(muster.claimOne("acme1").key()).isEqualTo("SN1");
  }

  @Test
  void aWriteThatWasLostIsClaimed() {
    muster.request("acme1", "allocate", "SN1");
    muster.settle(Settlement.send(muster.claimOne("acme1")));
    Task write = muster.claimOne("acme1");
    floorFollows();
    muster.elapse(DEADLINE.plusSeconds(5));

    assertThat(muster.claimOne("acme1").id()).isEqualTo(write.id());
  }

  @Test
  void whatIsLostOrWaitsIsNeverBelowTheFloor() {
    muster.enrol("acme1", "SN1");
    Task lost = muster.claimOne("acme1");
    muster.run(
        "insert into muster.work_request (account, action, key, not_before)"
            + " values ('acme1', 'refresh', 'SN2', now() + interval '1 hour')");
    floorFollows();
    muster.elapse(Duration.ofHours(2));
    floorFollowsPast("SN1", "SN2");

    assertThat(muster.claim("acme1", 10)).extracting(Task::key).containsExactly("SN2", lost.key());
  }

  /** Claims one row at a time for others, while these keep waiting. */
  private void floorFollowsPast(String... waiting) {
    muster.run(
        "insert into muster.work_request (account, action, key, priority)"
            + " select 'acme1', 'refresh', 'busy', 9 from generate_series(1, 1000)");
    String present = muster.value("select clock_timestamp()");
    await()
        .until(
            () -> {
              Task task = muster.claim("acme1", 1).get(0);
              assertThat(task.key()).as("%s", List.of(waiting)).isEqualTo("busy");
              muster.settle(done(task));
              return muster
                  .value(
                      "select clock_timestamp() > '" + present + "'::timestamptz + interval '3 s'")
                  .equals("t");
            });
    muster.run(
        "update muster.work_request set status = 'cancelled', finished_at = now() where key = 'busy' and finished_at is null");
  }

  @Test
  void aPriorityThatIsNewIsClaimedInItsTurn() {
    floorFollows();
    muster.run(
        "insert into muster.work_request (account, action, key, priority)"
            + " select 'acme1', 'refresh', 'P' || p, p from unnest('{-1000, 0, 7, 8, 1000}'::integer[]) p");

    assertThat(muster.claim("acme1", 4))
        .extracting(Task::key)
        .containsExactly("P1000", "P8", "P7", "P0");
    assertThat(muster.claimOne("acme1").key()).isEqualTo("P-1000");
  }

  @Test
  void aRowThatSomebodyPutBelowTheFloorIsFoundByHousekeeping() {
    muster.enrol("acme1", "SN2");
    muster.settle(done(muster.claimOne("acme1")));
    floorFollows();
    muster.request("acme1", "refresh", "SN1");
    muster.run("update muster.work_request set next_at = '2020-01-01' where finished_at is null");
    muster.run("update muster.poll_state set due_at = '2020-01-01'");
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.rows("select muster.check_floors()");

    assertThat(muster.claim("acme1", 10)).extracting(Task::key).containsExactly("SN1", "SN2");
  }

  @Test
  void aClockThatWasSetBackHidesNothing() {
    floorFollows();
    muster.run(
        "update muster.claim_floor set waiting_from = waiting_from + interval '1 hour',"
            + " leased_from = leased_from + interval '1 hour', marked_at = marked_at + interval '1 hour'");
    muster.request("acme1", "refresh", "SN1");

    assertThat(muster.claimOne("acme1").key()).isEqualTo("SN1");
    floorFollows();
  }

  @Test
  void aRestoreForgetsTheFloors() {
    floorFollows();
    muster.run("update muster.incarnation set timeline = timeline - 1");

    muster.notice("acme1");

    assertThat(muster.number("select count(*) from muster.claim_floor")).isZero();
  }

  @Test
  void housekeepingForgetsWhatWasOvertakenAndPrioritiesThatHaveNoUse() {
    muster.run(
        "insert into muster.work_request (account, action, key, priority) values ('acme1', 'refresh', 'busy', 5)");
    floorFollows();
    floorFollows();

    muster.rows("select muster.check_floors()");
    assertThat(muster.rows("select kind, priority from muster.claim_floor order by 2"))
        .containsExactly("request 0", "request 5");

    muster.run("update muster.claim_floor set used_at = used_at - interval '25 hours'");
    muster.request("acme1", "refresh", "SN1");
    muster.rows("select muster.check_floors()");
    assertThat(muster.rows("select kind, priority from muster.claim_floor"))
        .containsOnly("request 0");
    assertThat(muster.claimOne("acme1").key()).isEqualTo("SN1");
  }

  @Test
  void aClaimDoesNotWaitForAFloorThatIsBeingLowered() throws SQLException {
    String floors = "select count(*) from muster.claim_floor";
    muster.enrol("acme1", 1);
    muster.claim("acme1", 1);
    muster.elapse(IDLE_MARK);
    long before = muster.number(floors);
    try (Connection housekeeping = muster.connect();
        Statement statement = housekeeping.createStatement()) {
      housekeeping.setAutoCommit(false);
      statement.execute("select muster.lock_floor('acme1', 'pull', 0)");

      muster.claim("acme1", 1);
      assertThat(muster.number(floors)).as("it is not moved meanwhile").isEqualTo(before);
      housekeeping.rollback();
    }

    muster.claim("acme1", 1);
    assertThat(muster.number(floors)).as("it is moved again").isEqualTo(before + 1);
  }

  @Test
  void nothingWaitsForALockThatAnyLoginCouldTake() {
    assertThat(
            muster.rows(
                "select proname from pg_proc where pronamespace = 'muster'::regnamespace"
                    + " and prosrc like '%advisory%'"))
        .isEmpty();
  }
}
