package dev.muster.oncall;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static dev.muster.support.Settlement.park;
import static dev.muster.support.Settlement.send;
import static dev.muster.support.Settlement.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Each statement of docs/runbook.md does something, with the rights of whoever is on call. */
@Tag("sql")
class RunbookTest {
  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  /** Of everything that can go wrong, something. */
  @BeforeEach
  void fill() {
    muster.configure(account("enos1").quota(600, Duration.ofMinutes(1)));
    muster.run(
        "insert into muster.replica (id, name, version, accounts, lives_until)"
            + " values (gen_random_uuid(), 'muster test 1', '1', '{enos1}', 'infinity')");
    muster.request("enos1", "allocate", "SN-1");
    muster.settle(send(muster.claimOne("enos1")));
    muster.settle(unknown(muster.claimOne("enos1"), "timeout"));
    muster.request("enos1", "refresh", "SN-2");
    muster.run("update muster.work_request set next_at = 'infinity'");
    for (String code : List.of("35601", "35404", "11404", "unclassified")) {
      muster.enrol("enos1", "SN-" + code);
      elapse();
      muster.settle(park(muster.claimOne("enos1"), code).after(Duration.ofDays(1)));
    }
    for (String key : List.of("SN-3", "SN-4")) {
      muster.enrol("enos1", key);
      elapse();
      muster.settle(done(muster.claimOne("enos1")).device());
    }
    muster.run("update muster.poll_target set refresh_every = '1 hour' where key = 'SN-3'");
    muster.run(
        "update muster.poll_state set due_at = now() - interval '9 days'"
            + " where synced_at is not null");
  }

  /** A quota spreads its pulls. */
  private void elapse() {
    muster.elapse(Duration.ofSeconds(1));
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void eachStatementFindsOrChangesSomething() {
    JdbcClient onCall = muster.as("muster_ops", "kim");
    assertThat(Runbook.languages()).containsExactlyInAnyOrder("sql", "sh");
    assertThat(Runbook.statements()).hasSizeGreaterThan(20);
    for (String statement : Runbook.statements()) {
      if (statement.toLowerCase(Locale.ROOT).startsWith("update")) {
        assertThat(onCall.sql(statement).update()).as(statement).isPositive();
      } else {
        assertThat(onCall.sql(statement).query().listOfRows()).as(statement).isNotEmpty();
      }
    }
  }
}
