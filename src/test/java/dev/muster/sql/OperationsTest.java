package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.send;
import static dev.muster.support.Settlement.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Refusal;
import dev.muster.work.Task;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The functions that operations call. */
@Tag("sql")
class OperationsTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1"), account("acme2"));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aPendingRequestIsCancelledAndNeverSent() {
    long id = muster.request("acme1", "refresh", "SN1");

    assertThat(cancel(id)).isEqualTo("request " + id + " is cancelled; nothing was sent");

    assertThat(muster.state(id)).startsWith("cancelled");
    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(cancel(id)).contains("is cancelled already");
  }

  @Test
  void aRequestUnderWayCannotBeTakenBack() {
    long id = muster.request("acme1", "refresh", "SN1");
    muster.claimOne("acme1");

    Refusal refusal = Refusal.of(() -> cancel(id));

    assertThat(refusal.state()).isEqualTo("MU007");
    assertThat(refusal.message()).startsWith("request " + id + " is running");
    assertThat(refusal.hint()).isNotBlank();
  }

  @Test
  void ofManyThoseThatWaitAreCancelledAndTheOthersLeftOut() {
    long under = muster.request("acme1", "refresh", "SN1");
    muster.claimOne("acme1");
    long waits = muster.request("acme1", "refresh", "SN2");

    assertThat(
            muster.rows(
                "select * from muster.cancel_all(array[%d, %d, 4711])".formatted(under, waits)))
        .containsExactly("request " + waits + " is cancelled; nothing was sent");

    assertThat(muster.rows("select status from report.request order by id"))
        .containsExactly("running", "cancelled");
  }

  @Test
  void ofManyLettersThoseWhoseWorkHasNotBegunAreReplayedAndDiscarded() {
    long one = parkedPull("SN1");
    deadRequest();
    String both = "array[%d, %d]".formatted(one, one + 1);

    assertThat(muster.rows("select id from muster.replay_all(" + both + ")"))
        .containsExactly("" + one, "" + (one + 1));
    assertThat(muster.rows("select id from muster.replay_all(" + both + ")")).isEmpty();
    assertThat(muster.claim("acme1", 10)).isNotEmpty();
    assertThat(muster.rows("select id from muster.discard_all(" + both + ", 'sold')"))
        .containsExactly("" + one);

    assertThat(muster.rows("select state, note from report.dead_letter order by id"))
        .containsExactly("discarded sold", "replayed -");
  }

  @Test
  void aRequestThatIsNotThereIsNamed() {
    Refusal refusal = Refusal.of(() -> cancel(4711));

    assertThat(refusal.state()).isEqualTo("MU006");
    assertThat(refusal.message()).isEqualTo("there is no request 4711");
  }

  @Test
  void aPausedAccountRestsUntilItIsResumed() {
    muster.enrol("acme1", "SN1");

    assertThat(muster.value("select muster.pause('acme1', 'maintenance')"))
        .isEqualTo("account acme1 is paused; calls under way still end");
    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.value("select state, why from report.account where account = 'acme1'"))
        .startsWith("paused maintenance");
    assertThat(muster.value("select muster.pause('acme1')"))
        .isEqualTo("account acme1 is paused already");

    assertThat(muster.value("select muster.resume('acme1')")).isEqualTo("account acme1 is active");
    assertThat(muster.claim("acme1", 10)).hasSize(1);
    assertThat(muster.value("select muster.resume('acme1')"))
        .isEqualTo("account acme1 is active already");
  }

  @Test
  void aPauseWithoutAReasonSaysThatItWasByHand() {
    muster.value("select muster.pause('acme1', null)");

    assertThat(muster.value("select why from report.account where account = 'acme1'"))
        .startsWith("paused by hand");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pause", "resume"})
  void anUnknownAccountIsNamed(String function) {
    assertThat(Refusal.of(() -> muster.value("select muster." + function + "('nobody')")).message())
        .isEqualTo("account 'nobody' is not configured; known accounts: acme1, acme2");
  }

  @Test
  void aReplayedPullIsDueAtOnce() {
    long letter = parkedPull("SN1");

    assertThat(replay(letter)).isEqualTo(letter + " acme1 device SN1 35601 -");

    assertThat(letterState(letter)).isEqualTo("replayed");
    muster.settle(done(muster.claimOne("acme1")).device());
    assertThat(letterState(letter)).isEqualTo("resolved");
  }

  @Test
  void aReplayedPullThatFailsOpensTheSameLetterAgain() {
    long letter = parkedPull("SN1");
    replay(letter);

    muster.settle(park(muster.claimOne("acme1"), "35601").after(DAY));

    assertThat(muster.value("select id, state, attempts from report.dead_letter"))
        .isEqualTo(letter + " open 2");
  }

  @Test
  void aReplayedRequestIsANewRowAndTheDeadOneStays() {
    long dead = deadRequest();
    long letter = letter();

    String[] replayed = replay(letter).split(" ");

    long id = Long.parseLong(replayed[replayed.length - 1]);
    assertThat(muster.state(dead)).startsWith("dead");
    assertThat(
            muster.value(
                "select action, key, params, status, replay_of from muster.work_request where id = ?",
                id))
        .isEqualTo("allocate SN1 {\"scale\": 1} pending " + letter);
    muster.settle(done(muster.claimOne("acme1")).device());
    assertThat(letterState(letter)).isEqualTo("resolved");
  }

  @Test
  void aReplayedRequestThatFailsOpensTheSameLetterAgain() {
    deadRequest();
    long letter = letter();
    for (int n = 0; n < 2; n++) {
      replay(letter);
      muster.settle(park(muster.claimOne("acme1"), "35404"));
    }

    assertThat(muster.rows("select id, state, attempts, error_code from report.dead_letter"))
        .containsExactly(letter + " open 3 35404");
  }

  @Test
  void aCancelledReplayLeavesItsLetterOpen() {
    deadRequest();
    long letter = letter();
    replay(letter);

    cancel(muster.number("select max(id) from muster.work_request"));

    assertThat(letterState(letter)).isEqualTo("open");
  }

  @Test
  void aLetterIsReplayedOnce() {
    long letter = parkedPull("SN1");
    replay(letter);

    assertThat(replay(letter)).isNull();
  }

  @Test
  void replayingAnUnknownRequestOnlyReadsAgain() {
    long id = muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));
    muster.settle(park(muster.claimOne("acme1"), "35601").after(DAY));

    assertThat(replay(letter())).endsWith(" " + id);

    assertThat(muster.number("select count(*) from muster.work_request")).isOne();
    assertThat(muster.claimOne("acme1").writes()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "account => 'acme1'",
        "error_code => '35601'",
        "key => 'SN1'",
        "operation => 'device', key => 'SN1'",
        "account => 'acme1', operation => 'device', error_code => '35601', key => 'SN1'"
      })
  void replayTakesAnyFilter(String filter) {
    long letter = parkedPull("SN1");
    String expected = letter + " acme1 device SN1 35601 -";

    assertThat(muster.rows("select * from muster.preview_replay(" + filter + ")"))
        .containsExactly(expected);
    assertThat(letterState(letter)).isEqualTo("open");
    assertThat(muster.rows("select * from muster.replay(" + filter + ")"))
        .containsExactly(expected);
    assertThat(letterState(letter)).isEqualTo("replayed");
  }

  @Test
  void replayTouchesOnlyWhatTheFilterMeans() {
    parkedPull("SN1");
    parkedPull("SN2");

    assertThat(muster.rows("select key from muster.replay(key => 'SN2')")).containsExactly("SN2");
    assertThat(muster.rows("select * from muster.replay(account => 'acme2')")).isEmpty();
    assertThat(muster.rows("select key from report.dead_letter where state = 'open'"))
        .containsExactly("SN1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"replay()", "replay(null)", "preview_replay()", "replay(null::bigint)"})
  void replayWithoutAFilterIsRefused(String call) {
    Refusal refusal = Refusal.of(() -> muster.value("select muster." + call));

    assertThat(refusal.state()).isEqualTo("MU008");
    assertThat(refusal.message()).isEqualTo("no filter: that would touch every dead letter");
    assertThat(refusal.hint()).contains("account =>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"replay('17')", "preview_replay('17')"})
  void anIdInQuotesGetsAHint(String call) {
    Refusal refusal = Refusal.of(() -> muster.value("select muster." + call));

    assertThat(refusal.state()).isEqualTo("MU008");
    assertThat(refusal.hint()).contains("muster.replay(17)");
  }

  @Test
  void aLetterWhoseRequestWasDeletedStaysOpen() {
    deadRequest();
    long letter = letter();
    muster.run("delete from muster.work_request");

    assertThat(muster.rows("select * from muster.replay(account => 'acme1')")).isEmpty();
    assertThat(muster.rows("select * from muster.preview_replay(account => 'acme1')")).isEmpty();
    assertThat(muster.rows("select * from muster.replay(" + letter + ")")).isEmpty();
    assertThat(muster.rows("select state from report.dead_letter where id = " + letter))
        .containsExactly("open");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replay(account => 'nobody')",
        "preview_replay('nobody', key => 'SN1')",
        "discard(account => 'nobody', note => 'sold')"
      })
  void aFilterThatNamesAnAccountThereNeverWasIsRefused(String call) {
    Refusal refusal = Refusal.of(() -> muster.value("select muster." + call));

    assertThat(refusal.state()).isEqualTo("MU008");
    assertThat(refusal.message()).contains("no account is named 'nobody'", "acme");
    assertThat(refusal.hint()).contains("report.dead_letter");
  }

  @Test
  void aDiscardedPullIsGivenUpAndItsTargetDisabled() {
    long letter = parkedPull("SN1");

    assertThat(muster.value("select key from muster.discard(?, 'sold in 2024')", letter))
        .isEqualTo("SN1");

    assertThat(muster.value("select state, note, state_by = session_user from report.dead_letter"))
        .isEqualTo("discarded sold in 2024 t");
    muster.elapse(Duration.ofDays(30));
    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.rows("select * from muster.discard(?)", letter)).isEmpty();
  }

  @Test
  void whatWasDiscardedIsNotReplayed() {
    long letter = parkedPull("SN1");
    muster.rows("select * from muster.discard(?)", letter);

    assertThat(muster.rows("select * from muster.preview_replay(account => 'acme1')")).isEmpty();
    assertThat(replay(letter)).isNull();
  }

  @Test
  void aLetterOfADisabledTargetIsNotReplayed() {
    long letter = parkedPull("SN1");
    muster.run("update muster.poll_target set enabled = false");

    assertThat(muster.rows("select * from muster.preview_replay(account => 'acme1')")).isEmpty();
    assertThat(replay(letter)).isNull();
    assertThat(letterState(letter)).isEqualTo("open");
  }

  @Test
  void lettersAreDiscardedByFilterToo() {
    long letter = parkedPull("SN1");
    parkedPull("SN2");

    assertThat(muster.rows("select id from muster.discard(key => 'SN1', note => 'sold')"))
        .containsExactly("" + letter);

    assertThat(muster.rows("select key, state, note from report.dead_letter order by key"))
        .containsExactly("SN1 discarded sold", "SN2 open -");
    assertThat(muster.rows("select key, enabled from muster.poll_target order by key"))
        .containsExactly("SN1 f", "SN2 t");
    assertThat(Refusal.of(() -> muster.value("select muster.discard()")).state())
        .isEqualTo("MU008");
  }

  @Test
  void aLetterOfAnAccountThatLeftIsReadableAndSaysSoAndCanBeDiscarded() {
    long letter = parkedPull("SN1");
    muster.configure(account("acme2"));

    assertThat(muster.value("select account, account_configured from report.dead_letter"))
        .isEqualTo("acme1 f");
    assertThat(muster.value("select what_to_do from report.attention"))
        .contains("not in the configuration any more")
        .contains("muster.discard");
    assertThat(replay(letter)).isNull();
    assertThat(muster.rows("select * from muster.preview_replay(account => 'acme1')")).isEmpty();
    assertThat(muster.rows("select key from muster.discard(account => 'acme1')"))
        .containsExactly("SN1");
  }

  @Test
  void discardingALetterCancelsItsReplayThatWaits() {
    deadRequest();
    long letter = letter();
    replay(letter);
    long again = muster.number("select max(id) from muster.work_request");

    assertThat(discard(letter)).isEqualTo("" + letter);

    assertThat(muster.value("select status from muster.work_request where id = ?", again))
        .isEqualTo("cancelled");
    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(letterState(letter)).isEqualTo("discarded");
  }

  @Test
  void aReplayGoesAfterFreshRequestsUnlessItIsAskedForAnew() {
    deadRequest();
    long letter = letter();
    replay(letter);
    muster.request("acme1", "refresh", "SN2");
    JdbcClient ann = muster.as("muster_ops", "ann");

    ann.sql(
            "insert into muster.work_request (account, action, key, params, priority)"
                + " select account, action, key, params, 10 from muster.work_request"
                + " where id = (select request_id from report.dead_letter)")
        .update();
    ann.sql("select * from muster.discard(?, 'asked for again')")
        .param(letter)
        .query()
        .listOfRows();

    assertThat(muster.rows("select key, priority, status from muster.work_request order by id"))
        .containsExactly("SN1 0 dead", "SN1 -1000 cancelled", "SN2 0 pending", "SN1 10 pending");
    assertThat(muster.claim("acme1", 1).get(0).key()).isEqualTo("SN1");
  }

  @Test
  void aLetterWhoseReplayIsUnderWayIsDiscardedWhenThatHasEnded() {
    deadRequest();
    long letter = letter();
    replay(letter);
    Task again = muster.claimOne("acme1");

    Refusal refusal = Refusal.of(() -> discard(letter));

    assertThat(refusal.state()).isEqualTo("MU012");
    assertThat(refusal.message())
        .isEqualTo(
            "dead letter %d can't be discarded yet: request %d is replaying it now"
                .formatted(letter, again.id()));
    assertThat(refusal.hint()).contains("when that has ended");
    assertThat(letterState(letter)).isEqualTo("replayed");
    muster.settle(park(again, "35404"));
    assertThat(discard(letter)).isEqualTo("" + letter);
  }

  @Test
  void aReplayOfUnknownOutcomeEndsWithItsLetterOnceThatIsOpen() {
    deadRequest();
    long letter = letter();
    replay(letter);
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));
    assertThat(Refusal.of(() -> discard(letter)).state()).isEqualTo("MU012");
    muster.settle(park(muster.claimOne("acme1"), "35601").after(DAY));

    assertThat(discard(letter)).isEqualTo("" + letter);

    assertThat(muster.rows("select status from muster.work_request order by id"))
        .containsExactly("dead", "dead");
    assertThat(letterState(letter)).isEqualTo("discarded");
  }

  @Test
  void aFilterPassesOverALetterWhoseReplayIsUnderWay() {
    deadRequest();
    replay(letter());
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));
    muster.settle(park(muster.claimOne("acme1"), "35601").after(DAY));
    muster.elapse(DAY);
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.claimOne("acme1");
    assertThat(letterState(letter())).isEqualTo("open");

    assertThat(muster.rows("select id from muster.discard(account => 'acme1')")).isEmpty();

    assertThat(letterState(letter())).isEqualTo("open");
  }

  @Test
  void whatAReadUnderWayBringsDoesNotComeAfterADiscard() {
    long letter = parkedPull("SN1");
    replay(letter);
    Task read = muster.claimOne("acme1");

    assertThat(discard(letter)).isEqualTo("" + letter);
    muster.settle(park(read, "35601").after(DAY));

    assertThat(muster.rows("select state, note from report.dead_letter"))
        .containsExactly("discarded sold in 2024");
  }

  @Test
  void aLetterThatOpensAgainHasNoNoteOfADiscard() {
    deadRequest();
    long letter = letter();
    replay(letter);
    // As an earlier version left it.
    muster.run("update muster.dead_letter set state = 'discarded', note = 'sold in 2024'");

    muster.settle(park(muster.claimOne("acme1"), "35404"));

    assertThat(muster.rows("select state, note from report.dead_letter")).containsExactly("open -");
  }

  private long parkedPull(String key) {
    muster.enrol("acme1", key);
    muster.settle(park(muster.claimOne("acme1"), "35601").after(DAY));
    return muster.number("select max(id) from report.dead_letter");
  }

  private long deadRequest() {
    long id =
        muster.number(
            "insert into muster.work_request (account, action, key, params)"
                + " values ('acme1', 'allocate', 'SN1', '{\"scale\": 1}') returning id");
    muster.settle(park(muster.claimOne("acme1"), "35601"));
    return id;
  }

  private long letter() {
    return muster.number("select max(id) from report.dead_letter");
  }

  private String letterState(long letter) {
    return muster.value("select state from report.dead_letter where id = ?", letter);
  }

  private String replay(long letter) {
    return muster.value("select * from muster.replay(?)", letter);
  }

  private String discard(long letter) {
    return muster.value("select id from muster.discard(?, 'sold in 2024')", letter);
  }

  private String cancel(long request) {
    return muster.value("select muster.cancel(?)", request);
  }
}
