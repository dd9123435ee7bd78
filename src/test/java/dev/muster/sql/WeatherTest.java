package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.gotToken;
import static dev.muster.support.Settlement.halt;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.reauthorise;
import static dev.muster.support.Settlement.retry;
import static dev.muster.support.Settlement.send;
import static dev.muster.support.Settlement.snooze;
import static dev.muster.support.Settlement.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.vendor.Step;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A bad hour at a vendor: calls that fail for all devices count against none of them. */
@Tag("sql")
class WeatherTest {
  /** As muster.weather.failures has it unless it is configured. */
  private static final int FAILURES = 10;

  private static final Duration PROBE_EVERY = Duration.ofSeconds(5);
  private static final Duration PROBE_AT_MOST = Duration.ofSeconds(45);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  private void accountWithDevices(int devices) {
    muster.configure(account("acme1"));
    muster.enrol("acme1", devices);
  }

  private static Settlement failing(Task task) {
    return retry(task, "http_500").blames("account");
  }

  /** Ten calls fail, one after the other. */
  private void storm() {
    for (Task task : muster.claim("acme1", FAILURES)) {
      muster.settle(failing(task));
    }
  }

  /** The storm has gone on for so long that people are told. */
  private void goDown() {
    storm();
    muster.elapse(PROBE_EVERY);
    muster.settle(failing(muster.claimOne("acme1")));
    assertThat(downSince()).isNotNull();
  }

  private String downSince() {
    return muster.value("select down_since from report.account where account = 'acme1'");
  }

  private List<String> attention() {
    return muster.rows("select what from report.attention");
  }

  private long letters() {
    return muster.number("select count(*) from report.dead_letter");
  }

  @Test
  void tenFailuresInARowHoldTheAccountAndProbesLeaveOneByOne() {
    accountWithDevices(30);

    storm();

    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.nextIn("acme1")).isBetween(Duration.ofMillis(100), SECOND);
    muster.elapse(SECOND);
    assertThat(muster.claim("acme1", 10)).hasSize(1);
    assertThat(muster.claim("acme1", 10)).isEmpty();
  }

  @Test
  void nineFailuresHoldNobody() {
    accountWithDevices(30);

    for (Task task : muster.claim("acme1", FAILURES - 1)) {
      muster.settle(failing(task));
    }

    assertThat(muster.claim("acme1", 10)).hasSize(10);
  }

  @Test
  void anAnswerBetweenThemBeginsTheCountAnew() {
    accountWithDevices(40);
    List<Task> tasks = muster.claim("acme1", 2 * FAILURES);

    tasks.subList(0, 9).forEach(task -> muster.settle(failing(task)));
    muster.settle(park(tasks.get(9), "35601").with("http_status", 200).after(DAY));
    tasks.subList(10, 19).forEach(task -> muster.settle(failing(task)));

    assertThat(muster.claim("acme1", 10)).hasSize(10);
  }

  @Test
  void twoKeysOfManyAreNotTheAccount() {
    accountWithDevices(30);
    List<Task> tasks = muster.claim("acme1", 2);

    for (int n = 0; n < FAILURES; n++) {
      for (Task task : tasks) {
        muster.settle(failing(task));
      }
      muster.elapse(DEADLINE);
      tasks =
          muster.claim("acme1", 30).stream()
              .filter(task -> Set.of("SN1", "SN2").contains(task.key()))
              .toList();
    }

    assertThat(muster.number("select failures from muster.weather")).isEqualTo(2 * FAILURES);
    assertThat(muster.number("select count(*) from muster.weather where probe_at is null")).isOne();
  }

  @Test
  void theOnlyDeviceOfAnAccountIsAllOfIt() {
    accountWithDevices(1);

    for (int n = 0; n < FAILURES; n++) {
      muster.settle(failing(muster.claimOne("acme1")));
    }
    muster.elapse(PROBE_EVERY);
    muster.settle(failing(muster.claimOne("acme1")));

    assertThat(attention()).containsExactly("account acme1 is down");
  }

  @Test
  void anAccountThatIsDownSaysSoOnceAndNothingElse() {
    accountWithDevices(30);
    muster.settle(park(muster.claim("acme1", 1).get(0), "35404").after(DAY));

    goDown();
    muster.run(
        "update muster.poll_state set due_at = due_at - interval '3 days', synced_at = now() - interval '4 days'");

    assertThat(attention())
        .as("not that it falls behind, either")
        .containsExactly("account acme1 is down");
    assertThat(muster.value("select why from report.attention")).contains("http_500: it says");
    assertThat(muster.value("select state from report.account")).isEqualTo("active");
    assertThat(muster.value("select down_why from report.account")).contains("http_500");
    assertThat(muster.value("select state from muster.progress()")).isEqualTo("down");
  }

  @Test
  void howManyFailuresOfHowManyKeysAreEnoughIsConfiguration() {
    muster.value("select muster.set_setting('muster.weather.failures', '3')");
    muster.value("select muster.set_setting('muster.weather.keys', '1')");
    accountWithDevices(1);

    for (int n = 0; n < 3; n++) {
      assertThat(muster.value("select count(*) from muster.weather where probe_at is not null"))
          .isEqualTo("0");
      muster.settle(failing(muster.claimOne("acme1")));
      muster.elapse(DAY);
    }

    assertThat(muster.value("select count(*) from muster.weather where probe_at is not null"))
        .isEqualTo("1");
  }

  @Test
  void aProbeGoesToATargetThatHasNotFailedHoweverManyThatDidAreDueBefore() {
    accountWithDevices(2 * FAILURES);
    storm();
    muster.run(
        "update muster.poll_state set due_at = clock_timestamp()"
            + " + case when failing_since is null then interval '1 s' else '0' end");
    muster.elapse(PROBE_EVERY);

    Task probe = muster.claimOne("acme1");

    assertThat(
            muster.value(
                "select s.failing_since from muster.poll_state s join muster.poll_target t"
                    + " on t.id = s.target_id where t.key = ?",
                probe.key()))
        .isNull();
  }

  @Test
  void theTimeBetweenProbesGrowsUpToItsLimit() {
    accountWithDevices(30);
    goDown();
    Duration longest = Duration.ZERO;

    for (int n = 0; n < 10; n++) {
      muster.elapse(PROBE_AT_MOST);
      muster.settle(failing(muster.claimOne("acme1")));
      Duration next = muster.nextIn("acme1");
      assertThat(next).isBetween(PROBE_EVERY.dividedBy(2), PROBE_AT_MOST);
      longest = next.compareTo(longest) > 0 ? next : longest;
    }

    assertThat(longest).isGreaterThan(PROBE_AT_MOST.multipliedBy(3).dividedBy(4));
  }

  @Test
  void theFirstAnswerEndsItAndEverythingDueGoesOn() {
    accountWithDevices(30);
    goDown();
    muster.elapse(PROBE_AT_MOST);

    muster.settle(done(muster.claimOne("acme1")));

    assertThat(downSince()).isNull();
    assertThat(attention()).isEmpty();
    muster.elapse(Duration.ofSeconds(10));
    assertThat(muster.claim("acme1", 100)).hasSize(29);
  }

  @Test
  void whatFailsMeanwhileCountsForNothing() {
    accountWithDevices(30);
    goDown();
    String before = muster.value("select sum(attempts) from muster.poll_state");

    for (int n = 0; n < 20; n++) {
      muster.elapse(PROBE_AT_MOST);
      muster.settle(park(muster.claimOne("acme1"), "http_500").blames("account").after(DAY));
    }

    assertThat(muster.value("select sum(attempts) from muster.poll_state")).isEqualTo(before);
    assertThat(letters()).isZero();
  }

  @Test
  void aRefusalByTheVendorsCodeIsAnAnswerAndALetter() {
    accountWithDevices(30);
    goDown();
    muster.elapse(PROBE_AT_MOST);

    muster.settle(park(muster.claimOne("acme1"), "35601").with("http_status", 200).after(DAY));

    assertThat(downSince()).isNull();
    assertThat(letters()).isOne();
  }

  @Test
  void aCallToSlowDownIsNoAnswer() {
    accountWithDevices(30);
    goDown();
    muster.elapse(PROBE_AT_MOST);

    muster.settle(snooze(muster.claimOne("acme1")));

    assertThat(downSince()).isNotNull();
  }

  @Test
  void aHaltByTheVendorsCodeTakesItsPlace() {
    accountWithDevices(30);
    goDown();
    muster.elapse(PROBE_AT_MOST);

    muster.settle(halt(muster.claimOne("acme1"), "1002"));

    assertThat(attention()).containsExactly("account acme1 is halted");
  }

  @Test
  void anOperatorsReadIsProbedFirstAndThePullsInTurn() {
    accountWithDevices(30);
    goDown();
    muster.request("acme1", "refresh", "SN7");
    Set<Task.Kind> kinds = new HashSet<>();

    for (int n = 0; n < 2; n++) {
      muster.elapse(PROBE_AT_MOST);
      Task probe = muster.claimOne("acme1");
      kinds.add(probe.kind());
      muster.settle(failing(probe));
    }

    assertThat(kinds).containsExactlyInAnyOrder(Task.Kind.REQUEST, Task.Kind.PULL);
  }

  @Test
  void aRequestWaitsSaysWhyAndGoesOnWithTheFirstAnswer() {
    accountWithDevices(30);
    long request = muster.request("acme1", "allocate", "SN7");
    List<Task> first = muster.claim("acme1", FAILURES);
    first.forEach(task -> muster.settle(failing(task).after(Duration.ofMinutes(4))));
    muster.elapse(PROBE_EVERY);
    muster.settle(failing(muster.claimOne("acme1")));

    assertThat(muster.value("select muster.explain(?)", request))
        .startsWith("account acme1 is down since")
        .contains("http_500")
        .contains("One call at a time looks whether it is well again");

    muster.elapse(PROBE_AT_MOST);
    muster.settle(done(muster.claimOne("acme1")));
    assertThat(muster.claim("acme1", 100)).anyMatch(task -> task.kind() == Task.Kind.REQUEST);
  }

  @Test
  void aWriteIsNoProbe() {
    accountWithDevices(30);
    muster.request("acme1", "allocate", "SN7");
    muster.settle(send(muster.claim("acme1", 1).get(0)).after(Duration.ofSeconds(3)));
    storm();
    muster.elapse(PROBE_AT_MOST);

    Task probe = muster.claimOne("acme1");

    assertThat(probe.kind()).isEqualTo(Task.Kind.REQUEST);
    assertThat(probe.step()).isEqualTo(Step.READ);
  }

  @Test
  void aRowInDoubtStaysInDoubtAndCostsNoAttempt() {
    accountWithDevices(30);
    long request = muster.request("acme1", "allocate", "SN7");
    muster.settle(send(muster.claim("acme1", 1).get(0)));
    muster.settle(unknown(muster.claim("acme1", 1).get(0), "timeout").blames("account"));
    storm();
    String attempts =
        muster.value("select attempts from muster.work_request where id = ?", request);

    for (int n = 0; n < 12; n++) {
      muster.elapse(PROBE_AT_MOST);
      muster.settle(park(muster.claimOne("acme1"), "http_500").blames("account"));
    }

    assertThat(muster.state(request)).isEqualTo("unknown verify http_500");
    assertThat(muster.value("select attempts from muster.work_request where id = ?", request))
        .isEqualTo(attempts);
    assertThat(letters()).isZero();
    assertThat(muster.value("select muster.explain(?)", request))
        .startsWith("unknown: the POST may have reached the vendor; account acme1 is down");
  }

  @Test
  void aRowInDoubtIsReadBeforeWhatBecameDueMeanwhile() {
    accountWithDevices(30);
    long request = muster.request("acme1", "allocate", "SN7");
    muster.settle(send(muster.claim("acme1", 1).get(0)));
    muster.settle(unknown(muster.claim("acme1", 1).get(0), "timeout").blames("account"));
    storm();
    for (int n = 0; n < 5; n++) {
      muster.request("acme1", "allocate", "NEW" + n);
    }
    for (int n = 0; n < 4; n++) {
      muster.elapse(PROBE_AT_MOST);
      muster.settle(park(muster.claimOne("acme1"), "http_500").blames("account"));
    }

    Task probe = null;
    while (probe == null || probe.kind() != Task.Kind.PULL) {
      if (probe != null) {
        muster.settle(park(probe, "http_500").blames("account"));
      }
      muster.elapse(PROBE_AT_MOST);
      probe = muster.claimOne("acme1");
    }
    muster.settle(done(probe));

    assertThat(muster.claim("acme1", 1)).extracting(Task::id).containsExactly(request);
  }

  @Test
  void threeLoginsThatFailSoAreEnough() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", 30);

    for (int n = 0; n < 3; n++) {
      muster.settle(failing(muster.claimOne("acme1")));
    }
    muster.elapse(PROBE_EVERY);
    muster.settle(failing(muster.claimOne("acme1")));
    assertThat(attention()).containsExactly("account acme1 is down");

    muster.elapse(PROBE_AT_MOST);
    muster.settle(gotToken(muster.claimOne("acme1")));
    Task probe = muster.claimOne("acme1");
    assertThat(probe.kind()).isEqualTo(Task.Kind.PULL);
    muster.settle(done(probe));
    assertThat(attention()).isEmpty();
  }

  @Test
  void aFreshTokenThatIsRefusedWithoutACodeHaltsNobody() {
    muster.configure(account("acme1").token(true));
    muster.enrol("acme1", 30);
    muster.settle(gotToken(muster.claimOne("acme1")));
    int calls = 0;

    while (muster.number("select count(*) from muster.weather where probe_at is not null") == 0) {
      for (Task task : muster.claim("acme1", 5)) {
        calls++;
        muster.settle(
            task.kind() == Task.Kind.TOKEN
                ? gotToken(task)
                : reauthorise(task).with("http_status", 401).blames("account"));
      }
    }

    assertThat(calls).isLessThan(40);
    assertThat(muster.value("select state from report.account")).isEqualTo("active");
  }

  @Test
  void resumeProbesAtOnce() {
    accountWithDevices(30);
    goDown();
    for (int n = 0; n < 6; n++) {
      muster.elapse(PROBE_AT_MOST);
      muster.settle(failing(muster.claimOne("acme1")));
    }
    assertThat(muster.claim("acme1", 10)).isEmpty();

    assertThat(muster.value("select muster.resume('acme1')"))
        .isEqualTo("account acme1 is tried at once");

    assertThat(muster.claim("acme1", 10)).hasSize(1);
  }

  @Test
  void aProbeWhoseProcessDiedIsFollowedByAnother() {
    accountWithDevices(30);
    goDown();
    muster.elapse(PROBE_AT_MOST);
    muster.claimOne("acme1");
    muster.elapse(DEADLINE);
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.elapse(PROBE_AT_MOST);

    assertThat(muster.claim("acme1", 10)).hasSize(1);
  }

  @Test
  void anotherAccountGoesOn() {
    muster.configure(account("acme1"), account("acme2"));
    muster.enrol("acme1", 30);
    muster.enrol("acme2", 30);

    goDown();

    assertThat(muster.claim("acme2", 10)).hasSize(10);
  }

  @Test
  void aKeyThatFailsAloneIsReadAtItsIntervalAndResolvesItsLetter() {
    muster.configure(account("acme1").refreshEvery(Duration.ofMinutes(1)));
    muster.enrol("acme1", "SN1");

    muster.settle(park(muster.claimOne("acme1"), "http_500").blames("account").after(DAY));

    assertThat(letters()).isOne();
    muster.elapse(Duration.ofMinutes(1));
    muster.settle(done(muster.claimOne("acme1")));
    assertThat(muster.value("select state from report.dead_letter")).isEqualTo("resolved");
  }

  @Test
  void aFailureIsTriedAgainNoLaterThanItsInterval() {
    muster.configure(account("acme1").refreshEvery(Duration.ofMinutes(1)));
    muster.enrol("acme1", "SN1");

    muster.settle(failing(muster.claimOne("acme1")).after(Duration.ofMinutes(5)));

    muster.elapse(Duration.ofMinutes(1));
    assertThat(muster.claimOne("acme1").key()).isEqualTo("SN1");
  }

  @Test
  void aTaskKnowsHowLongItFailsAndWhetherOthersGoWell() {
    accountWithDevices(2);
    List<Task> tasks = muster.claim("acme1", 2);
    muster.settle(failing(tasks.get(0)));
    muster.elapse(Duration.ofSeconds(10));
    Task alone = muster.claimOne("acme1");
    assertThat(alone.failing().lasted()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(15));
    assertThat(alone.failing().othersWell()).isFalse();

    muster.settle(done(tasks.get(1)), failing(alone));

    assertThat(muster.claimOne("acme1").failing().othersWell()).isTrue();
  }
}
