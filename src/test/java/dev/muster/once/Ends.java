package dev.muster.once;

import dev.muster.vendor.Step;
import dev.muster.work.Arrival;
import dev.muster.work.Outcome;
import dev.muster.work.Outcome.Verdict;
import dev.muster.work.Shown;
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
            null,
            Duration.ofSeconds(10),
            Instant.EPOCH,
            0);
    tally.settled(outcome(task, verdict));
  }

  private static Outcome outcome(Task task, Verdict verdict) {
    return switch (verdict) {
      case DONE -> new Outcome.Done(task, Arrival.NONE, Shown.NONE, null);
      case SEND -> new Outcome.WayIsFree(task, Arrival.NONE, Shown.NONE, Duration.ZERO);
      case RELEASE -> Outcome.unsent(task, Duration.ZERO);
      default ->
          new Outcome.Failed(
              task,
              Arrival.NONE,
              Shown.NONE,
              verdict,
              null,
              Duration.ZERO,
              null,
              false,
              false,
              false);
    };
  }
}
