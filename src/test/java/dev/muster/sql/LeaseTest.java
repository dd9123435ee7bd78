package dev.muster.sql;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.vendor.Step;
import dev.muster.work.Task;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The moment at which a lease ends. */
@Tag("sql")
class LeaseTest {
  private static final String WAITING =
      "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void aWriteWhoseLeaseEndsInTheMidstOfAClaimIsNotSentAgain() throws Exception {
    muster.configure(account("acme1"));
    // Found first, so that the claim has looked at it before it has to wait for the other.
    long ending = muster.request("acme1", "allocate", "SN1");
    muster.run("update muster.work_request set priority = 1 where id = ?", ending);
    long ended = muster.request("acme1", "allocate", "SN2");
    muster.settle(
        muster.claim("acme1", 10).stream().map(Settlement::send).toArray(Settlement[]::new));
    assertThat(muster.claim("acme1", 10)).extracting(Task::step).containsOnly(Step.WRITE);
    leaseEnds(ending, "2 seconds");
    leaseEnds(ended, "-1 second");

    List<Task> claimed;
    try (Connection holder = muster.connect()) {
      holder.setAutoCommit(false);
      holder
          .createStatement()
          .execute("select from muster.work_request where id = " + ended + " for update");
      CompletableFuture<List<Task>> claim =
          CompletableFuture.supplyAsync(() -> muster.replica().claim("acme1", 10, 10).tasks());
      await().until(() -> muster.number(WAITING) == 1);
      assertThat(overdue(ending)).as("it waits since before the lease's end").isZero();
      await().until(() -> overdue(ending) == 1);
      holder.rollback();
      claimed = claim.get();
    }

    assertThat(claimed).extracting(Task::step).containsExactly(Step.VERIFY);
    assertThat(muster.state(ended)).isEqualTo("unknown verify lost");
    assertThat(muster.claimOne("acme1").step()).isEqualTo(Step.VERIFY);
    assertThat(muster.state(ending)).isEqualTo("unknown verify lost");
  }

  private void leaseEnds(long request, String in) {
    muster.run(
        "update muster.work_request set next_at = clock_timestamp() + ?::interval where id = ?",
        in,
        request);
  }

  private long overdue(long request) {
    return muster.number(
        "select count(*) from muster.work_request where id = ? and next_at <= clock_timestamp()",
        request);
  }
}
