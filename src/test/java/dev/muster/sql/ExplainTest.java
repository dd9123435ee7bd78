package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.halt;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.refusedLogin;
import static dev.muster.support.Settlement.retry;
import static dev.muster.support.Settlement.send;
import static dev.muster.support.Settlement.snooze;
import static dev.muster.support.Settlement.unknown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Why a request waits, and for how long, in a sentence. */
@Tag("sql")
class ExplainTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Pattern DURATION =
      Pattern.compile("about (?=\\d)(?:(\\d+) h)? ?(?:(\\d+) min)?(?:(\\d+) s)?$");

  /** In seconds: an hour, a minute, a second. */
  private static final int[] UNITS = {3600, 60, 1};

  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** In seconds: what is told in minutes may be off by half of one. */
  private static final double ROUNDING = 30;

  private static final String TIME = "\\d\\d:\\d\\d:\\d\\d [A-Z+]\\S*";
  private static final String DAY_AND_TIME = "(\\d{4}-\\d\\d-\\d\\d )?" + TIME;

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1"), account("acme2"));
    muster.rows("select muster.set_setting('muster.retry.attempts', '8')");
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aNumberThatNamesNoRow() {
    assertThat(explain(4711)).isEqualTo("there is no request 4711");
  }

  @Test
  void aRowThatIsPastItsRetention() {
    long id = muster.request("acme1", "refresh", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device());
    muster.number("select muster.forget_requests(interval '-1 second', 10)");

    assertThat(explain(id))
        .matches(
            "there is no request "
                + id
                + " any more: it was done at "
                + DAY_AND_TIME
                + ", and is past its retention; report.audit tells its story");
  }

  @Test
  void aRowThatSomebodyDeleted() {
    long id = muster.request("acme1", "refresh", "SN1");
    muster.run("delete from muster.work_request");

    assertThat(explain(id))
        .matches(
            "there is no request "
                + id
                + " any more: it was pending, and "
                + muster.value("select session_user")
                + " deleted it at "
                + DAY_AND_TIME
                + "; report.audit tells its story");
  }

  @Test
  void aRowThatIsDone() {
    long id = muster.request("acme1", "refresh", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device().with("note", "read"));

    assertThat(explain(id)).matches("done since " + DAY_AND_TIME + ": \\{\"note\": \"read\"}");
  }

  @Test
  void aRowThatIsDeadNamesItsLetter() {
    long id = muster.request("acme1", "refresh", "SN1");
    muster.settle(park(muster.claimOne("acme1"), "35601"));

    assertThat(explain(id))
        .matches("dead since " + DAY_AND_TIME + ": 35601 it says 35601; dead letter \\d+ is open");
  }

  @Test
  void aRowThatWasCancelledSaysByWhom() {
    long id = muster.request("acme1", "refresh", "SN1");
    muster
        .as("muster_ops", "ann")
        .sql("select muster.cancel(?)")
        .param(id)
        .query(String.class)
        .single();

    assertThat(explain(id)).matches("cancelled since " + DAY_AND_TIME + " by ann");
  }

  @Test
  void aRowWhoseServiceIsStopped() {
    long id = muster.request("acme1", "refresh", "SN1");
    String replica = "7a0e9a5c-0000-4000-8000-000000000001";
    muster.rows("select muster.replica_lives('%s', '1', '{acme1}')".formatted(replica));
    assertThat(explain(id)).doesNotContain("no process");

    muster.rows("select muster.replica_leaves('%s')".formatted(replica));

    assertThat(explain(id))
        .matches(
            "no process of Muster that has account acme1 runs; the last one was seen at "
                + DAY_AND_TIME
                + "\\. Start it");
  }

  @Test
  void aCallUnderWay() {
    long id = muster.request("acme1", "refresh", "SN1");
    muster.claimOne("acme1");

    assertThat(explain(id)).matches("being sent now \\(started \\d s ago\\)");
  }

  @Test
  void aRetryNamesTheLastErrorAndHowManyAreLeft() {
    long id = muster.request("acme1", "refresh", "SN1");
    for (int n = 0; n < 2; n++) {
      muster.settle(retry(muster.claimOne("acme1"), "timeout").after(WINDOW));
      assertThat(explain(id))
          .matches(
              "retry %d of 8 at %s, after timeout: it says timeout".formatted(n + 2, DAY_AND_TIME));
      muster.elapse(WINDOW);
    }
  }

  @Test
  void aRowOfUnknownOutcome() {
    long id = muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(unknown(muster.claimOne("acme1"), "timeout").after(Duration.ofSeconds(5)));
    String waits =
        "unknown: read again at " + DAY_AND_TIME + "; the POST may have reached the vendor";
    assertThat(explain(id)).matches(waits);

    muster.elapse(Duration.ofMinutes(1));
    Task verify = muster.claimOne("acme1");
    assertThat(explain(id)).startsWith("unknown: being read again now (started ");

    muster.settle(park(verify, "35601").after(Duration.ofDays(1)));
    assertThat(explain(id)).matches(waits + "; dead letter \\d+ is open");
  }

  @Test
  void aRowThatIsForLater() {
    long id =
        muster.number(
            "insert into muster.work_request (account, action, key, not_before)"
                + " values ('acme1', 'refresh', 'SN1', date_trunc('year', now()) + interval '2 years') returning id");

    assertThat(explain(id)).matches("not before \\d{4}-01-01 00:00:00 \\S+");
  }

  @Test
  void anAccountThatRests() {
    long id = muster.request("acme1", "refresh", "SN1");
    muster.value("select muster.pause('acme1', 'maintenance')");
    assertThat(explain(id))
        .matches(
            "account paused: maintenance \\(\\w+\\)\\. What to do: select muster.resume\\('acme1'\\);");

    muster.value("select muster.resume('acme1')");
    muster.settle(halt(muster.claimOne("acme1"), "100203"));
    assertThat(explain(id))
        .startsWith("account halted: 100203: it says 100203. What to do: Mend the account's");

    muster.configure(account("acme2"));
    assertThat(explain(id)).isEqualTo("account acme1 is not in the configuration any more");
  }

  @Test
  void aVendorThatAskedToSlowDown() {
    muster.configure(account("acme1").quota(6, WINDOW));
    muster.elapse(WINDOW.plus(DEADLINE));
    long id = muster.request("acme1", "refresh", "SN1");
    muster.settle(snooze(muster.claimOne("acme1")).retryAfter(WINDOW));

    assertThat(explain(id)).matches("vendor asked to slow down until " + DAY_AND_TIME);
  }

  @Test
  void aVendorThatAskedToSlowDownAndHasNoLimit() {
    long id = muster.request("acme1", "refresh", "SN1");
    muster.settle(snooze(muster.claimOne("acme1")).retryAfter(WINDOW));

    assertThat(explain(id)).matches("vendor asked to slow down until " + DAY_AND_TIME);
  }

  @Test
  void anotherRequestForTheSameKey() {
    long first = muster.request("acme1", "allocate", "SN1");
    long second = muster.request("acme1", "allocate", "SN1");

    assertThat(explain(second)).isEqualTo("waits for request " + first + " on the same key");
  }

  @Test
  void aTokenThatCannotBeGotYet() {
    muster.configure(account("acme1").token(false));
    long id = muster.request("acme1", "refresh", "SN1");
    muster.settle(refusedLogin(muster.claimOne("acme1")).after(WINDOW));

    assertThat(explain(id))
        .matches(
            "waits for a token: the next login is at " + DAY_AND_TIME + ", after credentials: .+");
  }

  @Test
  void anAccountWithoutALimit() {
    muster.request("acme1", "refresh", "SN1");
    long id = muster.request("acme1", "refresh", "SN2");

    assertThat(explain(id)).isEqualTo("account acme1: 1 ahead, and no limit");
  }

  @Test
  void whatSharesTheQuotaIsAheadToo() {
    muster.configure(
        account("acme1").quota("office", 6, WINDOW), account("acme2").quota("office", 6, WINDOW));
    muster.request("acme1", "refresh", "SN1");
    muster.request("acme2", "refresh", "SN1");
    long id = muster.request("acme2", "refresh", "SN2");
    muster.run(
        "insert into muster.work_request (account, action, key, priority) values ('acme1', 'refresh', 'SN9', 5)");

    assertThat(explain(id)).startsWith("quota of acme2: 3 ahead, about ");
    muster.value("select muster.pause('acme1')");
    assertThat(explain(id)).as("what is paused").startsWith("quota of acme2: 1 ahead, about ");
  }

  /** Drains the queue in simulated time, a claim whenever a permit comes free. */
  @ParameterizedTest
  @ValueSource(ints = {20, 37, 64})
  void theEstimateIsWhatTheQuotaAllows(int ahead) {
    muster.configure(account("acme1").quota(6, WINDOW));
    muster.elapse(WINDOW.plus(DEADLINE));
    // Not all permits come free at once.
    for (int n = 0; n < 6; n++) {
      muster.request("acme1", "refresh", "before" + n);
      muster.settle(done(muster.claimOne("acme1")).device());
      muster.elapse(Duration.ofSeconds(7));
    }
    muster.run(
        "insert into muster.work_request (account, action, key)"
            + " select 'acme1', 'refresh', 'SN' || n from generate_series(0, 99) n");
    long id = muster.number("select id from muster.work_request where key = 'SN" + ahead + "'");

    String sentence = explain(id);
    assertThat(sentence).startsWith("quota of acme1: " + ahead + " ahead, about ");
    double estimate = seconds(sentence);

    double passed = secondsUntilClaimed("SN" + ahead);
    assertThat(estimate).isCloseTo(passed, within(passed * 0.05 + ROUNDING));
  }

  private double secondsUntilClaimed(String key) {
    Duration passed = Duration.ZERO;
    while (true) {
      List<Task> tasks = muster.claim("acme1", 100);
      if (tasks.stream().anyMatch(task -> task.key().equals(key))) {
        return passed.toMillis() / 1000.0;
      }
      muster.settle(tasks.stream().map(task -> done(task).device()).toArray(Settlement[]::new));
      Duration next = muster.nextIn("acme1").plusMillis(1);
      muster.elapse(next);
      passed = passed.plus(next);
    }
  }

  @Test
  void aQuotaThatHasHadNoCallYetIsFree() {
    muster.configure(account("acme3").quota(2, WINDOW));
    for (int n = 0; n < 5; n++) {
      muster.request("acme3", "refresh", "SN" + n);
    }

    assertThat(muster.number("select count(*) from muster.permit")).isZero();
    assertThat(muster.rows("select muster.explain(id) from muster.work_request order by id"))
        .containsExactly(
            "quota of acme3: 0 ahead, about 0 s",
            "quota of acme3: 1 ahead, about 0 s",
            "quota of acme3: 2 ahead, about 60 s",
            "quota of acme3: 3 ahead, about 60 s",
            "quota of acme3: 4 ahead, about 120 s");
  }

  @Test
  void aHundredThousandAheadAreCounted() {
    muster.configure(account("acme1").quota(600, WINDOW));
    muster.run(
        "insert into muster.work_request (account, action, key)"
            + " select 'acme1', 'refresh', 'SN' || n from generate_series(1, 100000) n");

    String sentence = explain(muster.number("select max(id) from muster.work_request"));

    assertThat(sentence).startsWith("quota of acme1: 99999 ahead, about ");
    assertThat(seconds(sentence)).isCloseTo(100_000 / 10.0, within(61 + ROUNDING));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "40.2, 41 s",
    "120, 120 s",
    "121, 2 min",
    "1440, 24 min",
    "3580, 1 h",
    "3700, 1 h 2 min",
    "86346, 23 h 59 min"
  })
  void aTimeIsToldAsPeopleTellIt(double seconds, String words) {
    assertThat(muster.value("select muster.spoken_seconds(?::numeric)", seconds)).isEqualTo(words);
  }

  @Test
  void ofSeveralQuotasTheOneIsNamedThatHoldsTheRequest() {
    muster.request("acme1", "refresh", "SN0");
    muster.settle(done(muster.claimOne("acme1")).device());
    muster.configure(account("acme1").quota("acme1", 6, WINDOW).quota("acme1/daily", 50_000, DAY));
    long id = muster.request("acme1", "refresh", "SN1");

    assertThat(explain(id)).isEqualTo("quota acme1/daily: 0 ahead, about 24 h");

    muster.elapse(DAY.plus(DEADLINE));
    muster.run(
        "insert into muster.work_request (account, action, key, priority)"
            + " select 'acme1', 'refresh', 'SN' || n, 1 from generate_series(2, 61) n");
    assertThat(explain(id)).isEqualTo("quota acme1: 60 ahead, about 10 min");
  }

  @Test
  void aRefusalThatIsInDoubtIsNotALostPost() {
    long id = muster.request("acme1", "allocate", "SN1");
    muster.settle(send(muster.claimOne("acme1")).device());
    muster.settle(
        unknown(muster.claimOne("acme1"), "allocate_failed")
            .with("refused", true)
            .after(Duration.ofSeconds(5)));

    assertThat(explain(id)).endsWith("; the vendor answered the POST with a refusal");
    muster.elapse(WINDOW);
    muster.claimOne("acme1");
    assertThat(explain(id)).endsWith("; the vendor answered the POST with a refusal");
  }

  /** How long a sentence says that it takes. */
  private static double seconds(String sentence) {
    Matcher time = DURATION.matcher(sentence);
    assertThat(time.find()).as(sentence).isTrue();
    double seconds = 0;
    for (int unit = 0; unit < UNITS.length; unit++) {
      seconds +=
          time.group(unit + 1) == null ? 0 : UNITS[unit] * Integer.parseInt(time.group(unit + 1));
    }
    return seconds;
  }

  private String explain(long request) {
    return muster.value("select muster.explain(?)", request);
  }
}
