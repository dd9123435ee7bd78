package dev.muster.hostile;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.release;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Rows that end the process that carries them, or that it can't settle: none is claimed for ever.
 */
@Tag("sql")
class LostLeasesTest {
  private static final Duration LEASE = DEADLINE.plusSeconds(5);
  private static final int LOSSES = 10;

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
  void aRequestThatIsNeverSettledBecomesALetter() {
    long id = muster.request("acme1", "refresh", "SN1");
    for (int n = 0; n < LOSSES; n++) {
      assertThat(muster.claimOne("acme1").id()).isEqualTo(id);
      muster.elapse(LEASE);
    }

    assertThat(muster.claim("acme1", 10)).isEmpty();

    assertThat(muster.state(id)).isEqualTo("dead read defect");
    assertThat(muster.value("select error_code, error_message from report.dead_letter"))
        .isEqualTo(
            "defect Muster stopped, or failed, before it could say what became of it, 10 times in a row: its log may say why");
  }

  @Test
  void aPullThatIsNeverSettledBecomesALetterAndIsTriedOnceADay() {
    muster.enrol("acme1", "SN1");
    for (int n = 0; n < LOSSES; n++) {
      muster.claimOne("acme1");
      muster.elapse(LEASE);
    }

    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.value("select error_code, attempts from report.dead_letter"))
        .isEqualTo("defect 1");

    muster.elapse(Duration.ofHours(25));
    muster.claimOne("acme1");
    muster.elapse(LEASE);
    assertThat(muster.claim("acme1", 10)).as("one more loss is enough").isEmpty();
    assertThat(muster.value("select error_code, attempts from report.dead_letter"))
        .isEqualTo("defect 2");

    muster.elapse(Duration.ofHours(25));
    muster.settle(done(muster.claimOne("acme1")).device());
    assertThat(muster.value("select state from report.dead_letter")).isEqualTo("resolved");
  }

  @Test
  void aCallThatFailsWithinMusterCountsAndEndsAsALetter() {
    long id = muster.request("acme1", "refresh", "SN1");
    for (int n = 0; n < LOSSES; n++) {
      muster.settle(release(muster.claimOne("acme1")).after(Duration.ofSeconds(5)));
      muster.elapse(Duration.ofSeconds(6));
    }

    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.state(id)).isEqualTo("dead read defect");
    assertThat(muster.number("select attempts from muster.work_request")).isEqualTo(LOSSES);
  }

  @Test
  void anOrderlyStopCountsForNothing() {
    long id = muster.request("acme1", "refresh", "SN1");
    for (int n = 0; n < 3 * LOSSES; n++) {
      muster.settle(release(muster.claimOne("acme1")));
    }

    assertThat(muster.claimOne("acme1").id()).isEqualTo(id);
  }

  @Test
  void whatIsHealthyAmongThemComesOutUnharmed() {
    muster.enrol("acme1", 40);
    long poison = muster.number("select id from muster.poll_target where key = 'SN7'");
    int deaths = 0;
    while (muster.number("select count(*) from report.dead_letter") == 0) {
      List<Task> tasks = muster.claim("acme1", 50);
      if (tasks.stream().anyMatch(task -> task.id() == poison)) {
        // The process dies with all that it carries.
        deaths++;
        muster.elapse(LEASE);
      } else {
        tasks.forEach(task -> muster.settle(done(task).device()));
      }
      assertThat(deaths).isLessThanOrEqualTo(LOSSES);
    }

    assertThat(muster.rows("select key, error_code from report.dead_letter"))
        .containsExactly("SN7 defect");
    for (Task task = next(); task != null; task = next()) {
      muster.settle(done(task).device());
    }
    assertThat(muster.number("select count(*) from report.device")).isEqualTo(39);
  }

  @Test
  void whatIsHealthyInAnotherAccountIsNotLostWithIt() {
    muster.configure(account("acme1"), account("acme2"));
    muster.enrol("acme1", "POISON");
    muster.enrol("acme2", "SLOW");
    for (int n = 0; n < 3 * LOSSES && openLetters().isEmpty(); n++) {
      List<Task> poison = muster.claim("acme1", 10);
      List<Task> slow = muster.claim("acme2", 10);
      // The slow one is settled unless the process dies first.
      if (poison.isEmpty()) {
        slow.forEach(task -> muster.settle(done(task).device()));
      }
      muster.elapse(LEASE);
    }

    assertThat(openLetters()).containsExactly("POISON");
    assertThat(muster.rows("select key from report.device")).containsExactly("SLOW");
  }

  private List<String> openLetters() {
    return muster.rows("select key from report.dead_letter");
  }

  private Task next() {
    return muster.claim("acme1", 1).stream().findFirst().orElse(null);
  }

  @Test
  void aTokenCallThatIsNeverSettledPausesAndAPersonIsTold() {
    muster.configure(account("acme1").token(false));
    muster.request("acme1", "refresh", "SN1");
    for (int n = 0; n < LOSSES; n++) {
      assertThat(muster.claimOne("acme1").kind()).isEqualTo(Task.Kind.TOKEN);
      muster.elapse(LEASE);
    }

    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.value("select state from report.account")).isEqualTo("active");
    assertThat(muster.value("select what, why from report.attention"))
        .startsWith("account acme1 gets no token defect: Muster stopped");

    muster.elapse(Duration.ofMinutes(6));
    assertThat(muster.claimOne("acme1").kind()).as("it goes on").isEqualTo(Task.Kind.TOKEN);
  }
}
