package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Refusal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people may write into poll_target, and what it does. */
@Tag("sql")
class InventoryTest {
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
  void anUnknownAccountIsRefusedAndTheKnownOnesAreNamed() {
    Refusal refusal = Refusal.of(() -> muster.enrol("nobody", "SN1"));

    assertThat(refusal.state()).isEqualTo("MU001");
    assertThat(refusal.message())
        .isEqualTo("account 'nobody' is not configured; known accounts: acme1, acme2");
    assertThat(refusal.hint()).contains("muster.accounts");
  }

  @Test
  void anAccountThatLeftTheConfigurationIsUnknown() {
    muster.configure(account("acme2"));

    assertThat(Refusal.of(() -> muster.enrol("acme1", "SN1")).state()).isEqualTo("MU001");
  }

  @Test
  void aResourceThatTheVendorLacksIsRefusedAndTheKnownOnesAreNamed() {
    Refusal refusal = Refusal.of(() -> insert("acme1", "socket", "SN1"));

    assertThat(refusal.state()).isEqualTo("MU002");
    assertThat(refusal.message())
        .isEqualTo("account 'acme1' has no resource 'socket'; it has: device, product");
    assertThat(refusal.hint()).contains("'SN1'");
  }

  @Test
  void anEmptyKeyIsRefused() {
    for (String key : new String[] {"", "  ", null}) {
      Refusal refusal = Refusal.of(() -> insert("acme1", "device", key));

      assertThat(refusal.state()).isEqualTo("MU003");
      assertThat(refusal.message()).contains("key is empty").contains("acme1");
      assertThat(refusal.hint()).isNotBlank();
    }
  }

  /** At the ends, in the middle and alone, of targets and of requests. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        0x9, 0xD, 0x85, 0xA0, 0xAD, 0x1680, 0x2003, 0x200B, 0x200D, 0x200E, 0x2028, 0x202F, 0x2060,
        0x3000, 0x3164, 0xFE0F, 0xFEFF, 0xE0020
      })
  void aKeyWithACharacterThatCannotBeSeenIsRefused(int unseen) {
    String it = Character.toString(unseen);

    for (String key : List.of(it + "SN1", "SN1" + it, "SN" + it + "1", it)) {
      Refusal target = Refusal.of(() -> insert("acme1", "device", key));
      assertThat(target.state()).isEqualTo("MU003");
      assertThat(target.message())
          .contains("can't be seen, U+%04X (account 'acme1')".formatted(unseen));
      assertThat(Refusal.of(() -> muster.request("acme1", "refresh", key)).message())
          .isEqualTo(target.message());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SN 1", "Zähler-7", "设备-1", "جهاز", "ตัว", "~!@#$%^&*()_+{}|:<>?", "🔌1"})
  void aKeyInAnyScriptIsTaken(String key) {
    insert("acme1", "device", key);

    assertThat(muster.value("select key from muster.poll_target")).isEqualTo(key);
  }

  @Test
  void aKeyLongerThanAnyVendorsIsRefused() {
    Refusal refusal = Refusal.of(() -> insert("acme1", "device", "x".repeat(257)));

    assertThat(refusal.state()).isEqualTo("MU003");
    assertThat(refusal.message()).contains("257 characters");
  }

  @ParameterizedTest
  @CsvSource({
    "MU009, priority, 1001",
    "MU009, priority, null",
    "MU011, refresh_every, '0'",
    "MU011, refresh_every, '999 ms'",
    "MU011, refresh_every, '-1 day'",
    "MU011, refresh_every, '11 years'"
  })
  void anAbsurdNumberIsRefusedAtTheInsertAndAtTheUpdate(String state, String column, String value) {
    Refusal atInsert =
        Refusal.of(
            () ->
                muster.run(
                    "insert into muster.poll_target (account, resource, key, %s) values ('acme1', 'device', 'SN1', %s)"
                        .formatted(column, literal(value))));
    muster.enrol("acme1", "SN1");
    Refusal atUpdate =
        Refusal.of(
            () ->
                muster.run(
                    "update muster.poll_target set %s = %s".formatted(column, literal(value))));

    assertThat(atInsert).isEqualTo(atUpdate);
    assertThat(atInsert.state()).isEqualTo(state);
    assertThat(atInsert.message()).contains("'SN1'").contains("acme1");
    assertThat(atInsert.hint()).isNotBlank();
  }

  private static String literal(String value) {
    return value.equals("null") ? "null" : "'" + value + "'";
  }

  @Test
  void ofAThousandRowsTheBadOneIsNamed() {
    Refusal refusal =
        Refusal.of(
            () ->
                muster.run(
                    """
                    insert into muster.poll_target (account, resource, key)
                    select 'acme1', case n when 7777 then 'devise' else 'device' end, 'SN' || n
                      from generate_series(1, 10000) n
                    """));

    assertThat(refusal.message()).contains("'devise'");
    assertThat(refusal.hint()).contains("SN7777");
    assertThat(muster.number("select count(*) from muster.poll_target")).isZero();
  }

  @Test
  void theSameTargetTwiceIsRefusedOrLeftAlone() {
    muster.enrol("acme1", "SN1");

    assertThat(Refusal.of(() -> muster.enrol("acme1", "SN1")).state()).isEqualTo("23505");
    assertThatCode(
            () ->
                muster.run(
                    "insert into muster.poll_target (account, resource, key)"
                        + " values ('acme1', 'device', 'SN1'), ('acme1', 'device', 'SN2')"
                        + " on conflict do nothing"))
        .doesNotThrowAnyException();
    assertThat(muster.claim("acme1", 10)).hasSize(2);
  }

  @Test
  void onConflictUpdateTakesHold() {
    muster.enrol("acme1", "SN1");

    muster.run(
        "insert into muster.poll_target (account, resource, key, priority)"
            + " values ('acme1', 'device', 'SN1', 7), ('acme1', 'device', 'SN2', 1)"
            + " on conflict (account, resource, key) do update set priority = excluded.priority");

    assertThat(muster.rows("select priority from muster.poll_state order by target_id"))
        .containsExactly("7", "1");
  }

  @Test
  void itIsRecordedWhoEnrolledATarget() {
    muster
        .as("muster_ops", "ann")
        .sql(
            "insert into muster.poll_target (account, resource, key)"
                + " values ('acme1', 'device', 'SN1')")
        .update();

    assertThat(muster.value("select created_by from muster.poll_target")).isEqualTo("ann");
  }

  @Test
  void nobodyCanEnrolInAnothersName() {
    muster.run(
        "insert into muster.poll_target (account, resource, key, created_by, created_at)"
            + " values ('acme1', 'device', 'SN1', 'the boss', '2001-01-01')");

    assertThat(
            muster.value(
                "select created_by = session_user and created_at > '2002-01-01'"
                    + " from muster.poll_target"))
        .isEqualTo("t");
  }

  @Test
  void aNewTargetIsDueAtOnce() {
    muster.enrol("acme1", "SN1");

    assertThat(muster.claimOne("acme1").key()).isEqualTo("SN1");
  }

  @Test
  void aDisabledTargetIsNotReadUntilItIsEnabledAgain() {
    muster.run(
        "insert into muster.poll_target (account, resource, key, enabled)"
            + " values ('acme1', 'device', 'SN1', false)");
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.run("update muster.poll_target set enabled = true");
    assertThat(muster.claim("acme1", 10)).hasSize(1);
  }

  @Test
  void aTargetDisabledDuringItsCallIsNotReadAgain() {
    muster.enrol("acme1", "SN1");
    var task = muster.claimOne("acme1");

    muster.run("update muster.poll_target set enabled = false");
    muster.settle(done(task).device());
    muster.elapse(Duration.ofDays(9));

    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.number("select count(*) from report.device")).isOne();
  }

  @Test
  void aShorterIntervalTakesHoldAtOnce() {
    muster.enrol("acme1", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device());
    muster.elapse(Duration.ofMinutes(10));
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.run("update muster.poll_target set refresh_every = '5 minutes'");
    assertThat(muster.claim("acme1", 10)).hasSize(1);
  }

  @Test
  void aShorterIntervalInTheConfigurationTakesHoldAtTheStart() {
    muster.enrol("acme1", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device());
    muster.elapse(Duration.ofMinutes(10));
    assertThat(muster.claim("acme1", 10)).isEmpty();

    muster.configure(account("acme1").refreshEvery(Duration.ofMinutes(5)));
    assertThat(muster.claim("acme1", 10)).hasSize(1);
  }

  @Test
  void aChangedPriorityTakesHoldAtOnce() {
    muster.enrol("acme1", "SN1", "SN2");

    muster.run("update muster.poll_target set priority = 5 where key = 'SN2'");

    assertThat(muster.claim("acme1", 1)).extracting("key").containsExactly("SN2");
  }

  @Test
  void aDeletedTargetIsNotReadAndItsCopyStays() {
    muster.enrol("acme1", "SN1");
    muster.settle(done(muster.claimOne("acme1")).device());

    muster.run("delete from muster.poll_target");
    muster.elapse(Duration.ofDays(1));

    assertThat(muster.claim("acme1", 10)).isEmpty();
    assertThat(muster.value("select key from report.device")).isEqualTo("SN1");
  }

  private void insert(String account, String resource, String key) {
    muster.run(
        "insert into muster.poll_target (account, resource, key) values (?, ?, ?)",
        account,
        resource,
        key);
  }
}
