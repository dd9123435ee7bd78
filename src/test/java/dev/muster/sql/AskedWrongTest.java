package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions about calls and freshness that have no answer, and numbers that fill no page. */
@Tag("sql")
class AskedWrongTest {
  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void configure() {
    muster.configure(account("acme1").quota(100, Duration.ofMinutes(1)).lists(50));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          muster.plan('acme1', kind => 'nonsense', add => 10)   | MU002 | no resource 'nonsense'; it has: device
          muster.plan('acme1', add => 1000000000000)            | MU019 | adds 0 to 100000000 targets
          muster.plan('acme1', add => -1)                       | MU019 | adds 0 to 100000000 targets
          muster.plan('acme9')                                  | MU001 | 'acme9' is not configured
          muster.price('acme9', 'refresh', 10)                  | MU001 | 'acme9' is not configured
          muster.price('acme1', 'nonsense', 10)                 | MU002 | no action 'nonsense'; it has:
          muster.price('acme1', 'refresh', -5)                  | MU019 | an account's requests, of 1 to 100000000
          muster.price(action => 'refresh', count => 5)         | MU019 | an account's requests
          muster.undiscover('acme1', null)                      | MU019 | since is null
          """)
  void whatCantBeAnsweredIsRefusedInASentence(String question, String code, String words) {
    Refusal refusal = Refusal.of(() -> muster.rows("select * from " + question));
    assertThat(refusal.state()).isEqualTo(code);
    assertThat(refusal.message()).contains(words);
  }

  @Test
  void theLargestPlanHasAnAnswer() {
    assertThat(
            muster.rows(
                "select ask_for > 1000000 from muster.plan('acme1', add => 100000000, refresh => '1 min')"))
        .containsExactly("t");
  }

  @ParameterizedTest
  @CsvSource({"199, 4", "200, 5", "201, 5"})
  void theLastPageIsTheOneThatIsNotFull(int devices, int pages) {
    muster.enrol("acme1", devices);
    assertThat(
            muster.rows(
                "select round(%d / muster.list_facts('acme1', 'device', %d))"
                    .formatted(devices, devices)))
        .containsExactly(String.valueOf(pages));
    assertThat(
            muster.rows(
                "select round(calls * 0.9 / 24) from muster.inventory_need where resource = 'device'"))
        .containsExactly(String.valueOf(pages));
  }
}
