package dev.muster.work;

import dev.muster.fault.FaultCode;
import dev.muster.support.EveryVendor;
import dev.muster.vendor.Account;
import dev.muster.vendor.Step;
import dev.muster.vendor.Vendor;
import java.time.Duration;
import java.time.Instant;

/** Tasks as a claim hands them out. */
final class Tasks {
  static final Vendor VENDOR = EveryVendor.all().get(0);
  static final Account ACCOUNT = EveryVendor.account(VENDOR);

  static Task task(Task.Kind kind, Step step, int retries) {
    return task(kind, step, retries, false, null);
  }

  /** A verifying read. */
  static Task verify(boolean conclusive, String lastCode) {
    return task(Task.Kind.REQUEST, Step.VERIFY, 0, conclusive, lastCode);
  }

  /** A pull whose call may take 10 s from this {@link System#nanoTime} on. */
  static Task pullClaimedAt(long nanos) {
    return task(Task.Kind.PULL, Step.READ, 0, false, null, nanos);
  }

  private static Task task(
      Task.Kind kind, Step step, int retries, boolean conclusive, String lastCode) {
    return task(kind, step, retries, conclusive, lastCode, System.nanoTime());
  }

  private static Task task(
      Task.Kind kind,
      Step step,
      int retries,
      boolean conclusive,
      String lastCode,
      long claimedNanos) {
    return new Task(
        kind,
        1L,
        7,
        ACCOUNT.name(),
        "device",
        "device",
        "key-1",
        null,
        step,
        retries,
        conclusive,
        lastCode,
        lastCode == null ? null : "what it meant",
        FaultCode.ALLOCATE_FAILED.equals(lastCode) || FaultCode.UNCLASSIFIED.equals(lastCode),
        3,
        Duration.ofSeconds(10),
        Instant.EPOCH,
        claimedNanos);
  }

  private Tasks() {}
}
