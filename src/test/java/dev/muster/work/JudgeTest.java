package dev.muster.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.support.EveryVendor;
import dev.muster.support.Settings;
import dev.muster.token.TokenCipher;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Step;
import dev.muster.vendor.Token;
import dev.muster.vendor.Vendor;
import dev.muster.work.Outcome.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeTest {
  private static final Reading READING = new Reading(null, null, null, null, "request-1", null);

  private final Judge judge =
      new Judge(Settings.of(Map.of()), new TokenCipher(Settings.of(Map.of()), Optional.empty()));

  private static Fault fault(Disposition disposition, String code, Integer status) {
    return Fault.of(disposition, code, "a sentence").httpStatus(status).build();
  }

  private Outcome judged(Task task, Fault fault, boolean sent) {
    return judge.fault(task, Tasks.ACCOUNT, Tasks.VENDOR, fault, sent, Evidence.NONE);
  }

  private Outcome judged(Task task, Progress progress) {
    return judge.reading(task, Tasks.ACCOUNT, Tasks.VENDOR, progress, READING, 200, Evidence.NONE);
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
          TOKEN   , READ  , 7      , PARK       , malformed   , 200   , true , HALT
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
    assertThat(outcome.json().get("verdict").asText()).isEqualToIgnoringCase(verdict.name());
    assertThat(outcome.code()).isEqualTo(code);
    assertThat(outcome.message()).isEqualTo("a sentence");
    assertThat(outcome.json().get("fence").asLong()).isEqualTo(task.fence());
  }

  @Test
  void onlyARefusedLoginCountsTowardsTheThreeThatHaltAnAccount() {
    Task login = Tasks.task(Task.Kind.TOKEN, Step.READ, 0);

    Outcome refused = judged(login, fault(Disposition.HALT, "1002", 200), true);
    Outcome late = judged(login, fault(Disposition.RETRY, "timeout", null), true);

    assertThat(refused.json().path("refused_login").asBoolean()).isTrue();
    assertThat(late.json().has("refused_login")).isFalse();
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
    Judge frugal =
        new Judge(
            Settings.of(Map.of("muster.http.stored-reply-chars", "100")),
            new TokenCipher(Settings.of(Map.of()), Optional.empty()));
    byte[] huge = "x".repeat(200_000).getBytes(StandardCharsets.UTF_8);

    Outcome parked =
        frugal.fault(
            Tasks.task(Task.Kind.PULL, Step.READ, 0),
            Tasks.ACCOUNT,
            Tasks.VENDOR,
            fault(Disposition.PARK, "404", 404),
            true,
            new Evidence(null, huge));

    assertThat(parked.json().get("response").asText())
        .isEqualTo("x".repeat(100) + "… (200000 bytes)");
  }

  @Test
  void onlyADeadLetterCarriesWhatWasSentAndWhatCameBack() {
    Evidence evidence = new Evidence(null, "reply".getBytes(StandardCharsets.UTF_8));
    Task pull = Tasks.task(Task.Kind.PULL, Step.READ, 0);

    assertThat(
            judge
                .fault(
                    pull,
                    Tasks.ACCOUNT,
                    Tasks.VENDOR,
                    fault(Disposition.PARK, "404", 404),
                    true,
                    evidence)
                .json()
                .path("response")
                .asText())
        .isEqualTo("reply");
    assertThat(
            judge
                .fault(
                    pull,
                    Tasks.ACCOUNT,
                    Tasks.VENDOR,
                    fault(Disposition.RETRY, "timeout", null),
                    true,
                    evidence)
                .json()
                .has("response"))
        .isFalse();
  }

  @Test
  void aRequestIsDoneWhereItsEndIsSeenAndItsChangeIsSentWhereTheWayIsFree() {
    Task read = Tasks.task(Task.Kind.REQUEST, Step.READ, 0);

    Outcome done = judged(read, new Progress.Done("already so"));
    assertThat(done.verdict()).isEqualTo(Verdict.DONE);
    assertThat(done.json().at("/result/note").asText()).isEqualTo("already so");
    assertThat(done.json().path("vendor_request_id").asText()).isEqualTo("request-1");
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
    assertThat(outcome.json().path("final").asBoolean()).isTrue();
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
    assertThat(outcome.code()).isEqualTo(lastCode);
    assertThat(outcome.json().path("final").asBoolean()).isTrue();
  }

  @Test
  void aCallThatNeverLeftGivesItsTaskBackAtOnce() {
    Outcome outcome = judge.released(Tasks.task(Task.Kind.PULL, Step.READ, 0));

    assertThat(outcome.verdict()).isEqualTo(Verdict.RELEASE);
    assertThat(delay(outcome)).isZero();
    assertThat(outcome.code()).isNull();
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
        Outcome outcome =
            judge.reading(
                Tasks.task(Task.Kind.TOKEN, Step.READ, 0),
                EveryVendor.account(vendor),
                vendor,
                null,
                Reading.of(token),
                200,
                Evidence.NONE);

        assertThat(outcome.verdict()).isEqualTo(Verdict.DONE);
        assertThat(outcome.json().at("/token/lifetime_ms").asLong()).isEqualTo(seconds * 1000);
        assertThat(outcome.json().at("/token/renew_ms").asLong())
            .isBetween(seconds * 500, seconds * 1000);
        assertThat(outcome.json().toString()).doesNotContain("secret-access");
      }
    }
  }

  private static long delay(Outcome outcome) {
    return outcome.json().path("delay_ms").asLong();
  }
}
