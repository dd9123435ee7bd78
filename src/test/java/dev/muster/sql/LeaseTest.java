package dev.muster.sql;

import static dev.muster.support.AccountSetup.DEADLINE;
import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.vendor.Step;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The moment at which a lease ends. */
@Tag("sql")
class LeaseTest {
  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aWriteWhoseLeaseEndsInTheMidstOfAClaimIsNotSentAgain() {
    long ended = writeWhoseLeaseEnded();

    // What the claim does after it has given up what was lost until then.
    assertThat(
            muster.rows(
                """
                select cardinality(muster.claim_requests(
                  a, array(select f from muster.floors(a.account) f), 10,
                  clock_timestamp(), clock_timestamp() + interval '14 s', null))
                  from muster.account a where a.account = 'acme1'
                """))
        .containsExactly("0");
    assertThat(muster.claimOne("acme1").step()).isEqualTo(Step.VERIFY);
    assertThat(muster.state(ended)).isEqualTo("unknown verify lost");
  }

  @Test
  void aWriteThatIsBeingSettledLateIsLeftAlone() throws Exception {
    long ended = writeWhoseLeaseEnded();

    try (Connection late = muster.connect()) {
      late.setAutoCommit(false);
      late.createStatement()
          .execute("select from muster.work_request where id = " + ended + " for update");
      assertThat(muster.claim("acme1", 10)).isEmpty();
      assertThat(muster.state(ended)).isEqualTo("running write -");
      late.rollback();
    }

    assertThat(muster.claimOne("acme1").step()).isEqualTo(Step.VERIFY);
  }

  private long writeWhoseLeaseEnded() {
    muster.configure(account("acme1"));
    long request = muster.request("acme1", "allocate", "SN1");
    muster.settle(Settlement.send(muster.claimOne("acme1")));
    assertThat(muster.claimOne("acme1").step()).isEqualTo(Step.WRITE);
    muster.elapse(DEADLINE.plusSeconds(5));
    return request;
  }
}
