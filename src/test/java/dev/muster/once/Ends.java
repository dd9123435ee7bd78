package dev.muster.once;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.vendor.Step;
import dev.muster.work.Outcome;
import dev.muster.work.Outcome.Verdict;
import dev.muster.work.Task;
import java.time.Duration;
import java.time.Instant;

/** Outcomes that were settled. */
final class Ends {
  private Ends() {}

  /** So many targets of an account were read. */
  static void of(Tally tally, String account, int count) {
    for (int i = 0; i < count; i++) {
      settle(tally, account, Task.Kind.PULL, Verdict.DONE);
    }
  }

  static void settle(Tally tally, String account, Task.Kind kind, Verdict verdict) {
    Task task =
        new Task(
            kind,
            1L,
            1,
            account,
            "device",
            "device",
            "SN1",
            null,
            Step.READ,
            0,
            false,
            null,
            null,
            false,
            0,
            Duration.ofSeconds(10),
            Instant.EPOCH,
            0);
    tally.settled(new Outcome(task, verdict, JsonNodeFactory.instance.objectNode()));
  }
}
