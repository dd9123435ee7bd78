package dev.muster.work;

import dev.muster.fault.FaultCode;
import dev.muster.support.EveryVendor;
import dev.muster.vendor.Account;
import dev.muster.vendor.Step;
import dev.muster.vendor.Vendor;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Tasks as a claim hands them out. */
public final class Tasks {
  public static final Vendor VENDOR = EveryVendor.all().get(0);
  public static final Account ACCOUNT = EveryVendor.account(VENDOR);

  /** It has failed for long enough, while calls for others went well. */
  private static final Failing LONG = new Failing(Duration.ofMinutes(15), true, false);

  private static final AtomicLong NUMBERS = new AtomicLong();

  public static Task task(Task.Kind kind, Step step, int retries) {
    return task(kind, step, retries, false, null);
  }

  /** A pull of an account that has this limit. */
  public static Task limited(QuotaLimit limit) {
    return task(Task.Kind.PULL, Step.READ, 0, false, null, limit, System.nanoTime());
  }

  /** A pull of an account's device. */
  public static Task pull(String account, String key) {
    return of(Task.Kind.PULL, account, "device", key, Step.READ, 0);
  }

  /** The write of a request, which has failed so often. */
  public static Task write(String account, String action, String key, int retries) {
    return of(Task.Kind.REQUEST, account, action, key, Step.WRITE, retries);
  }

  private static Task of(
      Task.Kind kind, String account, String operation, String key, Step step, int retries) {
    return new Task(
        kind,
        NUMBERS.incrementAndGet(),
        7,
        account,
        operation,
        "device",
        key,
        null,
        step,
        retries,
        false,
        null,
        null,
        false,
        0,
        null,
        Duration.ofSeconds(10),
        Instant.EPOCH,
        System.nanoTime(),
        LONG,
        null);
  }

  /** The same, whose failures say something else. */
  static Task failing(Task task, Failing failing) {
    return new Task(
        task.kind(),
        task.id(),
        task.fence(),
        task.account(),
        task.operation(),
        task.resource(),
        task.key(),
        task.params(),
        task.step(),
        task.retries(),
        task.conclusive(),
        task.lastCode(),
        task.lastMessage(),
        task.refused(),
        task.tokenGeneration(),
        task.limit(),
        task.callDeadline(),
        task.at(),
        task.claimedNanos(),
        failing,
        task.waited());
  }

  /** A verifying read. */
  static Task verify(boolean conclusive, String lastCode) {
    return task(Task.Kind.REQUEST, Step.VERIFY, 0, conclusive, lastCode);
  }

  /** A pull whose call may take 10 s from this {@link System#nanoTime} on. */
  static Task pullClaimedAt(long nanos) {
    return task(Task.Kind.PULL, Step.READ, 0, false, null, null, nanos);
  }

  private static Task task(
      Task.Kind kind, Step step, int retries, boolean conclusive, String lastCode) {
    return task(kind, step, retries, conclusive, lastCode, null, System.nanoTime());
  }

  private static Task task(
      Task.Kind kind,
      Step step,
      int retries,
      boolean conclusive,
      String lastCode,
      QuotaLimit limit,
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
        limit,
        Duration.ofSeconds(10),
        Instant.EPOCH,
        claimedNanos,
        LONG,
        null);
  }

  private Tasks() {}
}
