package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.park;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sequences that a copy of the tables alone has left at their beginning. */
@Tag("sql")
class SequencesTest {
  private static final String CATCH_UP =
      "select sequence, was, reached from muster.catch_up_sequences() order by 1";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void theyGoOnAfterTheirTables() {
    muster.configure(account("acme1"));
    muster.enrol("acme1", 3);
    muster.request("acme1", "refresh", "SN1");
    long last = muster.request("acme1", "refresh", "SN2");
    muster.settle(park(muster.claim("acme1", 1).get(0), "35601"));
    long claimed = muster.claim("acme1", 1).get(0).fence();
    assertThat(muster.rows(CATCH_UP)).as("none is behind").isEmpty();

    muster.run("alter table muster.work_request alter column id restart");
    muster.run("alter table muster.dead_letter alter column id restart");
    muster.run("alter sequence muster.audit_id restart");
    muster.run("alter sequence muster.fence restart");

    assertThat(muster.rows(CATCH_UP))
        .contains(
            "muster.work_request_id_seq 0 " + last,
            "muster.dead_letter_id_seq 0 1",
            "muster.fence 0 " + claimed)
        .hasSize(4);
    assertThat(muster.request("acme1", "refresh", "SN3")).isEqualTo(last + 1);
    assertThat(muster.claim("acme1", 1).get(0).fence()).isGreaterThan(claimed);
    assertThat(muster.rows(CATCH_UP)).isEmpty();
  }
}
