package dev.muster.hostile;

import static dev.muster.support.AccountSetup.account;
import static dev.muster.support.Settlement.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.MusterDatabase;
import dev.muster.support.Settlement;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An operator who gives each target a priority of its own, all that there are. */
@Tag("sql")
class PrioritiesTest {
  private static final int PRIORITIES = 2001;

  /**
   * On two cores with other builds running; 300 to 1,000 ms were measured with a statement a
   * priority.
   */
  private static final Duration MOST = Duration.ofMillis(120);

  private static final int ROUNDS = 15;

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();

  @BeforeEach
  void enrol() {
    muster.configure(account("acme1"));
    muster.run(
        "insert into muster.poll_target (account, resource, key, priority)"
            + " select 'acme1', 'device', 'SN' || p, p from generate_series(-1000, 1000) p");
  }

  @AfterEach
  void close() {
    muster.close();
  }

  @Test
  void theHigherGoesFirstHoweverManyThereAre() {
    List<String> keys = new ArrayList<>();
    for (List<Task> tasks = muster.claim("acme1", 300);
        !tasks.isEmpty();
        tasks = muster.claim("acme1", 300)) {
      keys.addAll(
          tasks.stream()
              .map(Task::key)
              .sorted(Comparator.comparing(PrioritiesTest::last))
              .toList());
      muster.settle(tasks.stream().map(Settlement::done).toArray(Settlement[]::new));
    }

    assertThat(keys)
        .hasSize(PRIORITIES)
        .isSortedAccordingTo(Comparator.comparing(PrioritiesTest::last));
  }

  /** By the priority in its name, the highest first. */
  private static int last(String key) {
    return -Integer.parseInt(key.substring("SN".length()));
  }

  @Test
  void aClaimTakesLittleLongerWhateverIsDue() {
    // Notes the priorities.
    for (Task task : muster.claim("acme1", 8)) {
      muster.settle(done(task));
    }

    assertThat(median(this::claimEight)).as("all are due").isLessThan(MOST);

    drain();
    assertThat(median(() -> muster.claim("acme1", 8))).as("none is due").isLessThan(MOST);
    assertThat(median(() -> muster.rows("select muster.accounts_due(null)")))
        .as("the look whether any is")
        .isLessThan(MOST);

    muster.run("update muster.poll_state set due_at = clock_timestamp() where priority = -1000");
    long began = System.nanoTime();
    assertThat(muster.claimOne("acme1").key()).isEqualTo("SN-1000");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).as("the lowest").isLessThan(MOST);
  }

  private void claimEight() {
    assertThat(muster.claim("acme1", 8)).hasSize(8);
  }

  private void drain() {
    for (List<Task> tasks = muster.claim("acme1", 500);
        !tasks.isEmpty();
        tasks = muster.claim("acme1", 500)) {
      muster.settle(tasks.stream().map(Settlement::done).toArray(Settlement[]::new));
    }
  }

  private static Duration median(Runnable claim) {
    List<Long> nanos = new ArrayList<>();
    for (int n = 0; n < ROUNDS; n++) {
      long began = System.nanoTime();
      claim.run();
      nanos.add(System.nanoTime() - began);
    }
    nanos.sort(null);
    System.out.println("priorities: median " + nanos.get(ROUNDS / 2) / 1e6 + " ms");
    return Duration.ofNanos(nanos.get(ROUNDS / 2));
  }
}
