package dev.muster.hostile;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.park;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Refusal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an operator writes: every text has a bound, and none steers a terminal. */
@Tag("sql")
class TextsTest {
  private static final String HUGE = "repeat('A', 15000000)";

  private static final MusterDatabase muster = MusterDatabase.migratedAndEmpty();
  private static JdbcClient ann;

  @BeforeAll
  static void configure() {
    muster.configure(account("acme1"));
    ann = muster.as("muster_ops", "ann");
  }

  @AfterAll
  static void close() {
    muster.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select muster.pause('acme1', HUGE)",
        "select muster.pause(HUGE)",
        "select muster.resume(HUGE)",
        "select muster.forget(HUGE)",
        "select muster.release_quota(HUGE)",
        "select * from muster.replay(account => HUGE)",
        "select * from muster.preview_replay(account => HUGE)",
        "select * from muster.discard(account => HUGE)",
        "select * from muster.discard(1, HUGE)",
        "select * from muster.discard(account => 'acme1', note => HUGE)",
        "insert into muster.work_request (account, action, key) values (HUGE, 'refresh', 'SN1')",
        "insert into muster.work_request (account, action, key) values ('acme1', HUGE, 'SN1')",
        "insert into muster.work_request (account, action, key) values ('acme1', 'refresh', HUGE)",
        "insert into muster.work_request (account, action, key) values ('nobody', 'refresh', HUGE)",
        "insert into muster.poll_target (account, resource, key) values (HUGE, 'device', 'SN1')",
        "insert into muster.poll_target (account, resource, key) values ('acme1', HUGE, 'SN1')",
        "insert into muster.poll_target (account, resource, key) values ('acme1', 'device', HUGE)"
      })
  void whatIsTooLongIsRefusedInASentence(String statement) {
    Refusal refusal =
        Refusal.of(() -> ann.sql(statement.replace("HUGE", HUGE)).query().listOfRows());

    assertThat(refusal.state()).startsWith("MU");
    assertThat(refusal.message() + refusal.hint()).hasSizeLessThan(1000);
  }

  @Test
  void whatSteersATerminalIsNotStored() {
    String steering =
        "'a' || chr(27) || '[2J' || chr(10) || chr(133) || chr(155) || chr(8238) || chr(8232) || 'z'";
    ann.sql("select muster.pause('acme1', " + steering + ")").query().singleValue();
    assertThat(muster.value("select why from report.account")).isEqualTo("a [2J     z (ann)");
    assertThat(
            muster.value(
                "select message from report.audit where to_status = 'paused' and length(message) < 100"))
        .isEqualTo("a [2J     z (ann)");
    ann.sql("select muster.resume('acme1')").query().singleValue();

    muster.request("acme1", "refresh", "SN1");
    muster.settle(park(muster.claimOne("acme1"), "E1"));
    ann.sql("select * from muster.discard(account => 'acme1', note => " + steering + ")")
        .query()
        .listOfRows();
    assertThat(muster.value("select note from report.dead_letter")).isEqualTo("a [2J     z");
  }

  @Test
  void aRefusalRepeatsNothingThatSteersATerminal() {
    Refusal refusal =
        Refusal.of(
            () ->
                ann.sql("select muster.pause('x' || chr(27) || chr(155) || chr(8238))")
                    .query()
                    .singleValue());

    assertThat(refusal.message()).startsWith("account 'x???' is not configured");
  }

  @Test
  void whatIsStoredAlreadyIsCutWhenItIsRead() {
    muster.run("update muster.account set state = 'paused', why = " + HUGE);

    assertThat(muster.value("select length(why) from report.account")).isEqualTo("1000");
    assertThat(muster.value("select max(length(why)) from report.attention")).isEqualTo("1000");
    assertThat(muster.value("select max(length(message)) from report.audit")).isEqualTo("1000");
    assertThat(muster.value("select length(why) from muster.progress()")).isEqualTo("1000");
    muster.run("update muster.account set state = 'active', why = null, what_to_do = null");
  }
}
