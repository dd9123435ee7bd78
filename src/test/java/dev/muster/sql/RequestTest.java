package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.halt;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.release;
import static dev.muster.support.Settlement.retry;
import static dev.muster.support.Settlement.send;
import static dev.muster.support.Settlement.snooze;
import static dev.muster.support.Settlement.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Refusal;
import dev.muster.vendor.Step;
import dev.muster.work.Task;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a row in work_request. */
@Tag("sql")
class RequestTest {
  private static final Duration LEASE = DEADLINE.plusSeconds(6);

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
  void anUnknownAccountIsRefused() {
    Refusal refusal = Refusal.of(() -> muster.request("nobody", "refresh", "SN1"));

    assertThat(refusal.state()).isEqualTo("MU001");
    assertThat(refusal.message()).contains("known accounts: acme1, acme2");
  }

  @Test
  void anActionThatTheVendorLacksIsRefusedAndTheKnownOnesAreNamed() {
    Refusal refusal = Refusal.of(() -> muster.request("acme1", "explode", "SN1"));

    assertThat(refusal.state()).isEqualTo("MU002");
    assertThat(refusal.message())
        .isEqualTo("account 'acme1' has no action 'explode'; it has: allocate, refresh");
    assertThat(refusal.hint()).contains("SN1");
  }

  @Test
  void anEmptyKeyIsRefused() {
    assertThat(Refusal.of(() -> muster.request("acme1", "refresh", " ")).state())
        .isEqualTo("MU003");
  }

  /** One sentence that names the row, and what to do. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "MU001; 'nobody', 'refresh', 'SN1', null, 0, null",
        "MU001; null, 'refresh', 'SN1', null, 0, null",
        "MU002; 'acme1', 'explode', 'SN1', null, 0, null",
        "MU002; 'acme1', null, 'SN1', null, 0, null",
        "MU003; 'acme1', 'refresh', ' SN1', null, 0, null",
        "MU003; 'acme1', 'refresh', E'SN1\\r', null, 0, null",
        "MU003; 'acme1', 'refresh', E'SN1\\t2', null, 0, null",
        "MU003; 'acme1', 'refresh', 'SN1' || repeat('x', 257), null, 0, null",
        "MU004; 'acme1', 'allocate', 'SN1', '{\"a\": {\"b\": 1}}', 0, null",
        "MU004; 'acme1', 'allocate', 'SN1', jsonb_build_object('a', repeat('x', 70000)), 0, null",
        "MU009; 'acme1', 'refresh', 'SN1', null, 1001, null",
        "MU009; 'acme1', 'refresh', 'SN1', null, -2147483648, null",
        "MU009; 'acme1', 'refresh', 'SN1', null, null, null",
        "MU010; 'acme1', 'refresh', 'SN1', null, 0, 'infinity'",
        "MU010; 'acme1', 'refresh', 'SN1', null, 0, '-infinity'",
        "MU010; 'acme1', 'refresh', 'SN1', null, 0, '9999-12-31'",
        "MU010; 'acme1', 'refresh', 'SN1', null, 0, '0001-01-01'"
      })
  void aBadRowIsRefusedInOneSentenceThatNamesIt(String state, String values) {
    Refusal refusal =
        Refusal.of(
            () ->
                muster.run(
                    "insert into muster.work_request (account, action, key, params, priority, not_before) values ("
                        + values
                        + ")"));

    assertThat(refusal.state()).isEqualTo(state);
    assertThat(refusal.message()).doesNotContain("\n").hasSizeLessThan(500);
    assertThat(refusal.message() + refusal.hint()).contains("SN1");
    assertThat(refusal.hint()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"now()", "now() - interval '1 year'", "now() + interval '9 years'"})
  void aTimeThatSomebodyMayMeanIsTaken(String time) {
    muster.run(
        "insert into muster.work_request (account, action, key, not_before) values ('acme1', 'refresh', 'SN1', "
            + time
            + ")");
  }

  @Test
  void aHundredThousandRowsAreTakenAtOnce() {
    muster.run(
        """
        insert into muster.work_request (account, action, key, params)
        select 'acme1', 'allocate', 'SN' || n, '{"max_capacity": 1.0}' from generate_series(1, 100000) n
        """);

    assertThat(muster.number("select count(*) from muster.work_request")).isEqualTo(100_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"resource\": \"socket\"}", "[]", "7", "{\"x\": 1}"})
  void paramsThatARefreshDoesNotTakeAreRefused(String params) {
    Refusal refusal = Refusal.of(() -> request("refresh", params));

    assertThat(refusal.state()).isEqualTo("MU004");
    assertThat(refusal.message()).contains("params of refresh").contains("SN1");
    assertThat(refusal.hint()).isEqualTo("Example: {\"resource\": \"device\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "\"x\"",
        "{\"a\": {\"b\": 1}}",
        "{\"a\": [[1]]}",
        "{\"a\": [{}]}",
        "{\"n\": {\"defaultValue\": 1}}",
        "{\"n\": {\"i18nValue\": {\"de_DE\": 1}}}"
      })
  void paramsThatNoMasterDataHasAreRefused(String params) {
    assertThat(Refusal.of(() -> request("allocate", params)).state()).isEqualTo("MU004");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "{\"max_capacity\": 1.0, \"scale\": 1, \"on\": true, \"none\": null}",
        "{\"since\": \"2024-01-01\", \"list\": [1, \"two\", null]}",
        "{\"n\": {\"defaultValue\": \"a\", \"i18nValue\": {\"zh_CN\": \"甲\", \"en_US\": null}}}"
      })
  void masterDataIsTaken(String params) {
    request("allocate", params);

    assertThat(muster.claimOne("acme1").operation()).isEqualTo("allocate");
  }

  @Test
  void numbersStayAsTheyWereWritten() {
    request("allocate", "{\"max_capacity\": 1.0}");

    assertThat(muster.claimOne("acme1").params().toString()).isEqualTo("{\"max_capacity\":1.0}");
  }

  @Test
  void ofManyRowsTheBadOneIsNamed() {
    Refusal refusal =
        Refusal.of(
            () ->
                muster.run(
                    """
                    insert into muster.work_request (account, action, key, params)
                    select 'acme1', 'allocate', 'SN' || n, case n when 7777 then '{"a": {"b": 1}}' else '{}' end::jsonb
                      from generate_series(1, 10000) n
                    """));

    assertThat(refusal.message()).contains("'SN7777'").contains("acme1").contains("\"a\"");
  }

  @Test
  void itIsRecordedWhoAskedAndThePersonSeesTheRow() {
    Long id =
        muster
            .as("muster_ops", "ann")
            .sql(
                "insert into muster.work_request (account, action, key)"
                    + " values ('acme1', 'refresh', 'SN1') returning id")
            .query(Long.class)
            .single();

    assertThat(muster.value("select requested_by from muster.work_request where id = ?", id))
        .isEqualTo("ann");
  }

  @Test
  void whatTheServiceWritesCannotBeForgedAtTheInsert() {
    muster.run(
        """
        insert into muster.work_request (account, action, key, status, step, attempts, retries, error_code, result,
          started_at, finished_at, requested_by, fence, reauthorised, given_up_at)
        values ('acme1', 'allocate', 'SN1', 'done', 'write', 9, 9, 'x', '{}', now(), now(), 'boss', 1, true, now())
        """);

    assertThat(
            muster.value(
                """
                select status, step, attempts, retries, error_code, result, started_at, finished_at,
                       requested_by = session_user, fence, reauthorised, given_up_at
                  from muster.work_request
                """))
        .isEqualTo("pending read 0 0 - - - - t - f -");
  }

  @Test
  void notBeforeIsKept() {
    muster.run(
        "insert into muster.work_request (account, action, key, not_before)"
            + " values ('acme1', 'refresh', 'SN1', now() + interval '1 hour')");
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.elapse(Duration.ofMinutes(61));
    assertThat(muster.claim("acme1", 10)).hasSize(1);
  }

  @Test
  void anAllocationReadsWritesAndIsDone() {
    long id = muster.request("acme1", "allocate", "SN1");
    assertThat(muster.state(id)).isEqualTo("pending read -");

    Task read = muster.claimOne("acme1");
    assertThat(muster.state(id)).isEqualTo("running read -");
    muster.settle(send(read).device("{\"lifecycle\": \"registered\"}"));
    assertThat(muster.state(id)).isEqualTo("pending write -");

    Task write = muster.claimOne("acme1");
    assertThat(write.writes()).isTrue();
    muster.settle(done(write).device().with("note", "allocated"));

    assertThat(muster.state(id)).isEqualTo("done write -");
    assertThat(muster.value("select attempts, result from muster.work_request"))
        .isEqualTo("2 {\"note\": \"allocated\"}");
    assertThat(muster.value("select key, lifecycle from report.device")).isEqualTo("SN1 active");
  }

  @Test
  void startedAtNeverMoves() {
    muster.request("acme1", "allocate", "SN1");
    muster.settle(retry(muster.claimOne("acme1"), "timeout"));
    String started = started();

    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));
    muster.settle(done(muster.claimOne("acme1")).device());

    assertThat(started()).isEqualTo(started);
  }

  @Test
  void aRetryCountsAndASnoozeOrAReleaseDoesNot() {
    muster.request("acme1", "refresh", "SN1");
    muster.settle(retry(muster.claimOne("acme1"), "timeout"));
    muster.settle(snooze(muster.claimOne("acme1")));
    muster.elapse(Duration.ofSeconds(2));
    muster.settle(release(muster.claimOne("acme1")));

    assertThat(muster.value("select status, attempts, retries from muster.work_request"))
        .isEqualTo("pending 1 1");
  }

  @Test
  void aRetryWaitsForItsDelay() {
    muster.request("acme1", "refresh", "SN1");
    muster.settle(retry(muster.claimOne("acme1"), "timeout").after(Duration.ofMinutes(1)));
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.elapse(Duration.ofSeconds(61));
    assertThat(muster.claimOne("acme1").retries()).isOne();
  }

  @Test
  void anUnknownOutcomeIsReadAndNotSentAgain() {
    long id = muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));
    assertThat(muster.state(id)).isEqualTo("unknown verify timeout");

    Task verify = muster.claimOne("acme1");
    assertThat(verify.step()).isEqualTo(Step.VERIFY);
    assertThat(verify.conclusive()).isFalse();
    assertThat(muster.state(id)).isEqualTo("unknown verify timeout");

    muster.settle(done(verify).device());
    assertThat(muster.state(id)).isEqualTo("done verify -");
  }

  @Test
  void onlyAReadOneCallDeadlineLaterIsConclusive() {
    muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));
    assertThat(muster.claim("acme1", 10)).as("too early to prove anything").isEmpty();

    muster.elapse(DEADLINE.plusMillis(100));
    Task late = muster.claimOne("acme1");
    assertThat(late.conclusive()).isTrue();

    muster.settle(send(late).device());
    Task again = muster.claimOne("acme1");
    assertThat(again.step()).as("a change is sent on a fresh reading only").isEqualTo(Step.READ);
    assertThat(again.retries()).as("so that nothing is sent for ever").isOne();

    muster.settle(send(again).device());
    assertThat(muster.claimOne("acme1").writes()).isTrue();
  }

  @Test
  void aChangeThatWasHeldUpIsReadAgainBeforeItIsSent() {
    muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(release(muster.claimOne("acme1")));
    assertThat(muster.claimOne("acme1").step()).isEqualTo(Step.READ);
  }

  @Test
  void aReadingFromBeforeAPauseIsTooOldToSendOn() {
    muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.elapse(Duration.ofMinutes(2));
    assertThat(muster.claimOne("acme1").step()).isEqualTo(Step.READ);
  }

  @Test
  void discardingTheLetterOfAnUnknownRequestEndsIt() {
    long id = muster.request("acme1", "allocate", "SN1");
    muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));
    muster.settle(park(muster.claimOne("acme1"), "35601").after(Duration.ofDays(1)));
    assertThat(muster.state(id)).isEqualTo("unknown verify 35601");

    muster.rows("select muster.discard(id, 'looked') from report.dead_letter");

    assertThat(muster.state(id)).isEqualTo("dead verify 35601");
    assertThat(muster.claimOne("acme1").id()).as("the next one for its key").isEqualTo(id + 1);
  }

  @Test
  void aWriteWhoseProcessDiedIsUnknown() {
    long id = muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    Task write = muster.claimOne("acme1");

    muster.elapse(LEASE);
    Task next = muster.claimOne("acme1");

    assertThat(next.step()).isEqualTo(Step.VERIFY);
    assertThat(muster.state(id)).isEqualTo("unknown verify lost");
    muster.settle(done(write).device());
    assertThat(muster.state(id)).as("the late answer").isEqualTo("unknown verify lost");
  }

  @Test
  void aReadWhoseProcessDiedIsReadAgain() {
    muster.request("acme1", "allocate", "SN1");
    muster.claimOne("acme1");
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.elapse(LEASE);

    assertThat(muster.claimOne("acme1").step()).isEqualTo(Step.READ);
  }

  @Test
  void aReconcilingReadThatIsRefusedLeavesTheRowUnknownWithALetter() {
    long id = muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "timeout"));

    muster.settle(park(muster.claimOne("acme1"), "35601").after(Duration.ofDays(1)));

    assertThat(muster.state(id)).isEqualTo("unknown verify 35601");
    assertThat(muster.value("select error_code, state from report.dead_letter"))
        .isEqualTo("35601 open");
    muster.elapse(Duration.ofDays(2));
    muster.settle(done(muster.claimOne("acme1")).device());
    assertThat(muster.value("select state from report.dead_letter")).isEqualTo("resolved");
  }

  @Test
  void aProofThatItWasNotCarriedOutEndsAnUnknownRow() {
    long id = muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "allocate_failed"));

    muster.settle(park(muster.claimOne("acme1"), "allocate_failed").settlesEverything());

    assertThat(muster.state(id)).isEqualTo("dead verify allocate_failed");
  }

  @Test
  void aRefusalEndsTheRowWithALetter() {
    long id = muster.request("acme1", "refresh", "SN1");

    muster.settle(
        park(muster.claimOne("acme1"), "35601")
            .with("http_status", 200)
            .with("vendor_request_id", "r-1"));

    assertThat(muster.state(id)).isEqualTo("dead read 35601");
    assertThat(
            muster.value(
                "select operation, key, error_code, error_message, http_status, vendor_request_id,"
                    + " attempts, state from report.dead_letter"))
        .isEqualTo("refresh SN1 35601 it says 35601 200 r-1 1 open");
  }

  @Test
  void aFinishedRowNeverChangesAgain() {
    long id = muster.request("acme1", "refresh", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device());

    Refusal refusal =
        Refusal.of(() -> muster.run("update muster.work_request set status = 'pending'"));

    assertThat(refusal.state()).isEqualTo("MU005");
    assertThat(refusal.message())
        .isEqualTo("request " + id + " is done; a finished row never changes again");
    assertThat(refusal.hint()).contains("Insert a new row");
  }

  @Test
  void aHaltKeepsTheRow() {
    long id = muster.request("acme1", "allocate", "SN1");

    muster.settle(halt(muster.claimOne("acme1"), "100203"));
    assertThat(muster.state(id)).isEqualTo("pending read 100203");
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.value("select muster.resume('acme1')");
    assertThat(muster.claimOne("acme1").id()).isEqualTo(id);
  }

  @Test
  void aRefreshOfAnEnrolledDeviceCountsAsItsPull() {
    muster.enrol("acme1", "SN1");
    muster.settle(park(muster.claimOne("acme1"), "35601").after(Duration.ofDays(1)));
    muster.request("acme1", "refresh", "SN1");

    muster.settle(done(muster.claimOne("acme1")).device());

    assertThat(muster.value("select state from report.dead_letter")).isEqualTo("resolved");
    assertThat(
            muster.value(
                "select synced_at is not null, due_at < now() + interval '2 hours'"
                    + " from muster.poll_state"))
        .isEqualTo("t t");
  }

  @Test
  void aRefreshOfAnotherResourceIsHandedOutAsSuch() {
    request("refresh", "{\"resource\": \"product\"}");

    assertThat(muster.claimOne("acme1").resource()).isEqualTo("product");
  }

  private void request(String action, String params) {
    muster.run(
        "insert into muster.work_request (account, action, key, params)"
            + " values ('acme1', ?, 'SN1', ?::jsonb)",
        action,
        params);
  }

  private String started() {
    return muster.value("select started_at from muster.work_request");
  }
}
