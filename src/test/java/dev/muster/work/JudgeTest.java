package dev.muster.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.support.EveryVendor;
import dev.muster.support.Settings;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Step;
import dev.muster.vendor.Token;
import dev.muster.vendor.Vendor;
import dev.muster.work.Outcome.Failed;
import dev.muster.work.Outcome.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeTest {
  private static final Transit ARRIVAL =
      new Transit(null, null, true, 200, "request-1", null, null);

  private final Judge judge = new Judge(Settings.of(Map.of()));

  private static Fault fault(Disposition disposition, String code, Integer status) {
    return Fault.of(disposition, code, "a sentence").httpStatus(status).build();
  }

  /** As the routes of {@code routes/faults.yaml} have it: see FaultRouteTest. */
  private Outcome judged(Task task, Fault fault, boolean sent) {
    return settled(judge, task, judge.consequence(task, fault, sent), finding(task, fault, false));
  }

  private Outcome judged(Task task, Progress progress) {
    Outcome outcome = judge.reading(task, progress, Shown.NONE, ARRIVAL);
    if (outcome != null) {
      return outcome;
    }
    Judgement judgement = Judge.unfinished(task, progress);
    return settled(
        judge, task, judgement.consequence(), finding(task, judgement.fault(), judgement.proven()));
  }

  private static Outcome settled(Judge judge, Task task, Consequence consequence, Finding finding) {
    return switch (consequence) {
      case DEAD_LETTER -> judge.park(finding);
      case TRY_AGAIN ->
          judge.isLast(task, finding.fault()) ? judge.park(finding) : judge.retry(finding);
      case SLOW_DOWN -> judge.snooze(finding);
      case NEW_TOKEN -> judge.reauthorise(finding);
      case HALT -> judge.halt(finding);
      case IN_DOUBT -> judge.doubt(finding);
      case GIVE_BACK -> throw new AssertionError("no fault is given back");
    };
  }

  private static Finding finding(Task task, Fault fault, boolean proven) {
    return finding(task, fault, Evidence.NONE, proven);
  }

  private static Finding finding(Task task, Fault fault, Evidence evidence, boolean proven) {
    return new Finding(
        task, Tasks.ACCOUNT, Tasks.VENDOR, fault, Shown.NONE, ARRIVAL, evidence, proven);
  }

  private static Failed failed(Outcome outcome) {
    return (Failed) outcome;
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # kind  , step  , retries, disposition, code        , status, sent , verdict
          PULL    , READ  , 0      , RETRY      , timeout     ,       , true , RETRY
          PULL    , READ  , 6      , RETRY      , timeout     ,       , true , RETRY
          PULL    , READ  , 7      , RETRY      , timeout     ,       , true , PARK
          PULL    , READ  , 0      , RETRY      , unreachable ,       , false, RETRY
          PULL    , READ  , 0      , SNOOZE     , http_429    , 429   , true , SNOOZE
          PULL    , READ  , 99     , SNOOZE     , http_429    , 429   , true , SNOOZE
          PULL    , READ  , 0      , REAUTHORISE, http_401    , 401   , true , REAUTHORISE
          PULL    , READ  , 0      , HALT       , http_403    , 403   , true , HALT
          PULL    , READ  , 0      , PARK       , 404         , 404   , true , PARK
          PULL    , READ  , 0      , PARK       , unclassified, 500   , true , PARK
          REQUEST , READ  , 0      , RETRY      , timeout     ,       , true , RETRY
          REQUEST , READ  , 0      , PARK       , malformed   , 200   , true , PARK
          REQUEST , WRITE , 0      , RETRY      , unreachable ,       , false, RETRY
          REQUEST , WRITE , 7      , RETRY      , unreachable ,       , false, PARK
          REQUEST , WRITE , 0      , RETRY      , timeout     ,       , true , UNKNOWN
          REQUEST , WRITE , 7      , RETRY      , disconnected,       , true , UNKNOWN
          REQUEST , WRITE , 0      , RETRY      , http_500    , 500   , true , UNKNOWN
          REQUEST , WRITE , 0      , RETRY      , unreadable  , 200   , true , UNKNOWN
          REQUEST , WRITE , 0      , PARK       , malformed   , 200   , true , UNKNOWN
          REQUEST , WRITE , 0      , PARK       , too_large   , 200   , true , UNKNOWN
          REQUEST , WRITE , 0      , PARK       , incomplete  , 200   , true , UNKNOWN
          REQUEST , WRITE , 0      , PARK       , unclassified, 400   , true , UNKNOWN
          REQUEST , WRITE , 0      , PARK       , 35404       , 200   , true , PARK
          REQUEST , WRITE , 0      , PARK       , 35404       , 500   , true , UNKNOWN
          REQUEST , WRITE , 0      , SNOOZE     , http_429    , 429   , true , SNOOZE
          REQUEST , WRITE , 0      , SNOOZE     , 100501      , 503   , true , UNKNOWN
          REQUEST , WRITE , 0      , REAUTHORISE, http_401    , 401   , true , REAUTHORISE
          REQUEST , WRITE , 0      , HALT       , 99403       , 200   , true , HALT
          REQUEST , VERIFY, 0      , RETRY      , timeout     ,       , true , RETRY
          REQUEST , VERIFY, 0      , PARK       , malformed   , 200   , true , PARK
          REQUEST , VERIFY, 0      , SNOOZE     , http_429    , 429   , true , SNOOZE
          TOKEN   , READ  , 99     , RETRY      , timeout     ,       , true , RETRY
          TOKEN   , READ  , 0      , SNOOZE     , http_429    , 429   , true , SNOOZE
          TOKEN   , READ  , 0      , REAUTHORISE, 1204        , 200   , true , REAUTHORISE
          TOKEN   , READ  , 0      , HALT       , 1002        , 200   , true , RETRY
          TOKEN   , READ  , 0      , PARK       , malformed   , 200   , true , RETRY
          TOKEN   , READ  , 7      , PARK       , malformed   , 200   , true , RETRY
          TOKEN   , READ  , 7      , PARK       , 400         , 400   , true , HALT
          """)
  void whatBecomesOfATaskThatMetAFault(
      Task.Kind kind,
      Step step,
      int retries,
      Disposition disposition,
      String code,
      Integer status,
      boolean sent,
      Verdict verdict) {
    Task task = Tasks.task(kind, step, retries);

    Outcome outcome = judged(task, fault(disposition, code, status), sent);

    assertThat(outcome.verdict()).isEqualTo(verdict);
    assertThat(outcome.verdict().word()).isEqualToIgnoringCase(verdict.name());
    assertThat(failed(outcome).code()).isEqualTo(code);
    assertThat(failed(outcome).message()).isEqualTo("a sentence");
    assertThat(outcome.task().fence()).isEqualTo(task.fence());
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # code      , disposition, minutes, others, reauthorised, verdict
          timeout     , RETRY      , 14     , true  , false       , RETRY
          timeout     , RETRY      , 15     , false , false       , RETRY
          timeout     , RETRY      , 15     , true  , false       , PARK
          malformed   , PARK       , 0      , false , false       , RETRY
          malformed   , PARK       , 14     , false , false       , RETRY
          malformed   , PARK       , 0      , true  , false       , PARK
          incomplete  , PARK       , 0      , false , false       , RETRY
          unclassified, PARK       , 0      , false , false       , RETRY
          35601       , PARK       , 0      , false , false       , PARK
          http_401    , REAUTHORISE, 0      , true  , false       , REAUTHORISE
          http_401    , REAUTHORISE, 14     , true  , true        , RETRY
          http_401    , REAUTHORISE, 15     , true  , true        , PARK
          """)
  void whatMayBeTheAccountsFaultIsNoLetterBeforeOthersGoWell(
      String code,
      Disposition disposition,
      int minutes,
      boolean others,
      boolean reauthorised,
      Verdict verdict) {
    Failing failing = new Failing(Duration.ofMinutes(minutes), others, reauthorised);
    Task task = Tasks.failing(Tasks.task(Task.Kind.PULL, Step.READ, 7), failing);

    assertThat(judged(task, fault(disposition, code, 200), true).verdict()).isEqualTo(verdict);
  }

  @Test
  void onlyARefusedLoginCountsTowardsTheThreeThatHaltAnAccount() {
    Task login = Tasks.task(Task.Kind.TOKEN, Step.READ, 0);

    Outcome refused = judged(login, fault(Disposition.HALT, "1002", 200), true);
    Outcome late = judged(login, fault(Disposition.RETRY, "timeout", null), true);

    assertThat(failed(refused).refusedLogin()).isTrue();
    assertThat(failed(late).refusedLogin()).isFalse();
  }

  @Test
  void aRetryWaitsLongerEachTimeAndASnoozeAsLongAsTheVendorAsks() {
    Task first = Tasks.task(Task.Kind.PULL, Step.READ, 0);
    Task fourth = Tasks.task(Task.Kind.PULL, Step.READ, 3);
    Fault timeout = fault(Disposition.RETRY, "timeout", null);
    Fault asked =
        Fault.of(Disposition.SNOOZE, "http_429", "x").retryAfter(Duration.ofSeconds(9)).build();

    assertThat(delay(judged(first, timeout, true))).isCloseTo(2000L, within(400L));
    assertThat(delay(judged(fourth, timeout, true))).isCloseTo(16_000L, within(3200L));
    assertThat(delay(judged(first, asked, true))).isEqualTo(9000);
    assertThat(delay(judged(first, fault(Disposition.SNOOZE, "http_429", 429), true))).isPositive();
  }

  @Test
  void aDeadLetterKeepsNoMoreOfAReplyThanIsConfigured() {
    Judge frugal = new Judge(Settings.of(Map.of("muster.http.stored-reply-chars", "100")));
    byte[] huge = "x".repeat(200_000).getBytes(StandardCharsets.UTF_8);
    Task pull = Tasks.task(Task.Kind.PULL, Step.READ, 0);

    Outcome parked =
        frugal.park(
            finding(pull, fault(Disposition.PARK, "404", 404), new Evidence(null, huge), false));

    assertThat(failed(parked).letter().response()).isEqualTo("x".repeat(100) + "… (200000 bytes)");
  }

  @Test
  void onlyADeadLetterCarriesWhatWasSentAndWhatCameBack() {
    Evidence evidence = new Evidence(null, "reply".getBytes(StandardCharsets.UTF_8));
    Task pull = Tasks.task(Task.Kind.PULL, Step.READ, 0);
    Finding found = finding(pull, fault(Disposition.RETRY, "timeout", null), evidence, false);

    assertThat(failed(judge.park(found)).letter().response()).isEqualTo("reply");
    assertThat(
            List.of(
                judge.retry(found),
                judge.snooze(found),
                judge.reauthorise(found),
                judge.halt(found),
                judge.doubt(found)))
        .allSatisfy(outcome -> assertThat(failed(outcome).letter()).isNull());
  }

  @Test
  void aRequestIsDoneWhereItsEndIsSeenAndItsChangeIsSentWhereTheWayIsFree() {
    Task read = Tasks.task(Task.Kind.REQUEST, Step.READ, 0);

    Outcome done = judged(read, new Progress.Done("already so"));
    assertThat(done.verdict()).isEqualTo(Verdict.DONE);
    assertThat(((Outcome.Done) done).note()).isEqualTo("already so");
    assertThat(done.transit().requestId()).isEqualTo("request-1");
    assertThat(judged(read, new Progress.Send()).verdict()).isEqualTo(Verdict.SEND);
  }

  @Test
  void anOutcomeThatTheVendorLeftOpenIsLookedAtAgain() {
    Progress open = new Progress.Unknown(fault(Disposition.RETRY, "open", 200));

    assertThat(judged(Tasks.task(Task.Kind.REQUEST, Step.WRITE, 0), open).verdict())
        .isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void aRefusalSettlesARequestForGood() {
    Progress refused = new Progress.Refused(fault(Disposition.PARK, "no", 200));

    Outcome outcome = judged(Tasks.task(Task.Kind.REQUEST, Step.WRITE, 0), refused);

    assertThat(outcome.verdict()).isEqualTo(Verdict.PARK);
    assertThat(failed(outcome).proven()).isTrue();
  }

  @Test
  void aChangeIsSentAgainOnlyOnceAReadHasProvedThatItDidNotTakePlace() {
    assertThat(judged(Tasks.verify(false, "timeout"), new Progress.Send()).verdict())
        .isEqualTo(Verdict.UNKNOWN);
    assertThat(judged(Tasks.verify(true, "timeout"), new Progress.Send()).verdict())
        .isEqualTo(Verdict.SEND);
    assertThat(judged(Tasks.verify(true, "timeout"), new Progress.Done(null)).verdict())
        .isEqualTo(Verdict.DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"allocate_failed", "unclassified"})
  void aChangeThatTheVendorAnsweredIsNotSentAgain(String lastCode) {
    Outcome outcome = judged(Tasks.verify(true, lastCode), new Progress.Send());

    assertThat(outcome.verdict()).isEqualTo(Verdict.PARK);
    assertThat(failed(outcome).code()).isEqualTo(lastCode);
    assertThat(failed(outcome).proven()).isTrue();
  }

  @Test
  void aCallThatNeverLeftGivesItsTaskBackAtOnce() {
    Outcome outcome = Outcome.unsent(Tasks.task(Task.Kind.PULL, Step.READ, 0), Duration.ZERO);

    assertThat(outcome.verdict()).isEqualTo(Verdict.RELEASE);
    assertThat(((Outcome.GivenBack) outcome).delay()).isZero();
    assertThat(((Outcome.GivenBack) outcome).sent()).isFalse();
  }

  @Test
  void aTokenIsRenewedBeforeItsEndAndNeverAtOnce() {
    List<Vendor> withTokens =
        EveryVendor.all().stream()
            .filter(vendor -> vendor.tokenRule(EveryVendor.account(vendor)) != null)
            .toList();
    assertThat(withTokens).isNotEmpty();
    for (Vendor vendor : withTokens) {
      for (long seconds : List.of(1L, 60L, 601L, 3600L, 86_400L)) {
        Token token = new Token("secret-access", null, Duration.ofSeconds(seconds), null);
        Outcome.TokenGot got =
            (Outcome.TokenGot)
                judge.token(
                    Tasks.task(Task.Kind.TOKEN, Step.READ, 0),
                    vendor.tokenRule(EveryVendor.account(vendor)),
                    token,
                    "cafe",
                    ARRIVAL);

        assertThat(got.verdict()).isEqualTo(Verdict.DONE);
        assertThat(got.lifetime()).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(got.renewIn().toMillis()).isBetween(seconds * 500, seconds * 1000);
        assertThat(got.sealed()).isEqualTo("cafe");
        assertThat(got.toString()).doesNotContain("secret-access");
      }
    }
  }

  private static long delay(Outcome outcome) {
    return failed(outcome).delay().toMillis();
  }
}
