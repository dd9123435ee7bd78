package dev.muster.work;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.vendor.Redaction;
import java.time.Duration;
import java.util.Locale;

/** What became of a task; {@code muster.settle} writes it. */
public sealed interface Outcome {
  /** Until a target that Muster itself could not carry out is read again. */
  Duration RECHECK = Duration.ofDays(1);

  /** The task. */
  Task task();

  /** What is known of the call's way and of its reply. */
  Transit transit();

  /** The records that the reply showed: they are stored with it, whatever became of the task. */
  default Shown shown() {
    return Shown.NONE;
  }

  /** HTTP status of the reply, as far as it is known; null otherwise. */
  default Integer httpStatus() {
    return transit().httpStatus();
  }

  /** What is done about it, in one word. */
  Verdict verdict();

  /** What is done about an outcome; the words of {@code muster.outcome.verdict}. */
  enum Verdict {
    DONE,
    SEND,
    RETRY,
    SNOOZE,
    REAUTHORISE,
    PARK,
    HALT,
    UNKNOWN,
    RELEASE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The task reached its end.
   *
   * @param note one sentence for a request's result; null for none
   */
  record Done(Task task, Transit transit, Shown shown, String note) implements Outcome {
    @Override
    public Verdict verdict() {
      return Verdict.DONE;
    }
  }

  /**
   * Nothing has changed at the vendor yet: the change comes next.
   *
   * @param delay until it is sent
   */
  record WayIsFree(Task task, Transit transit, Shown shown, Duration delay) implements Outcome {
    @Override
    public Verdict verdict() {
      return Verdict.SEND;
    }
  }

  /**
   * A token call brought a token.
   *
   * @param sealed the token, encrypted, in hexadecimal
   * @param lifetime how long it is good for
   * @param renewIn until it is renewed
   * @param refreshLifetime how long its refresh token is good for; null if it has none
   */
  record TokenGot(
      Task task,
      Transit transit,
      String sealed,
      Duration lifetime,
      Duration renewIn,
      Duration refreshLifetime)
      implements Outcome {
    @Override
    public Verdict verdict() {
      return Verdict.DONE;
    }
  }

  /**
   * The task did not reach its end by this call.
   *
   * @param verdict retry, snooze, reauthorise, park, halt or unknown
   * @param fault what went wrong; null if only nothing is proven yet
   * @param delay until the task is due again
   * @param letter what a dead letter keeps; null for other verdicts
   * @param proven a park that settles even a write of unknown outcome
   * @param refused the vendor said no to a write in words, though in doubt
   * @param refusedLogin the vendor refused the credentials
   */
  record Failed(
      Task task,
      Transit transit,
      Shown shown,
      Verdict verdict,
      Fault fault,
      Duration delay,
      Letter letter,
      boolean proven,
      boolean refused,
      boolean refusedLogin)
      implements Outcome {

    @Override
    public Integer httpStatus() {
      return fault == null || fault.httpStatus() == null
          ? transit.httpStatus()
          : fault.httpStatus();
    }

    /** Our code or the vendor's; null without a fault. */
    public String code() {
      return fault == null ? null : fault.code();
    }

    /** One sentence; null without a fault. */
    public String message() {
      return fault == null ? null : fault.getMessage();
    }
  }

  /**
   * The task is given back, with its permit if nothing was sent.
   *
   * @param delay until it is due again
   * @param sent whether any of it may have reached the vendor
   */
  record GivenBack(Task task, Transit transit, Duration delay, boolean sent) implements Outcome {
    @Override
    public Verdict verdict() {
      return Verdict.RELEASE;
    }
  }

  /** Gives a task back of which nothing was sent. */
  static Outcome unsent(Task task, Duration delay) {
    return new GivenBack(task, Transit.NONE, delay, false);
  }

  /** A dead letter for a task that Muster itself can't carry out, or whose end it can't store. */
  static Outcome parked(Task task, Transit transit, String code, String why) {
    Fault fault = Fault.of(Disposition.PARK, code, why).build();
    return new Failed(
        task, transit, Shown.NONE, Verdict.PARK, fault, RECHECK, null, false, false, false);
  }

  /**
   * What was done stays done, though what it showed can't be stored; anything else becomes a
   * letter.
   */
  static Outcome unstorable(Outcome outcome, String why) {
    Task task = outcome.task();
    String message = Redaction.line("the database refused to store what was read: " + why);
    if (task.kind() == Task.Kind.REQUEST && outcome.verdict() == Verdict.DONE) {
      return new Done(task, outcome.transit(), Shown.NONE, "done; but " + message);
    }
    return parked(task, outcome.transit(), FaultCode.UNSTORABLE, message);
  }

  /**
   * Whether somebody may wait for it. A pull that succeeded is one of many, and is written with
   * others.
   */
  default boolean urgent() {
    return task().kind() != Task.Kind.PULL || verdict() != Verdict.DONE;
  }

  /** Whether the account makes no calls for a while after it. */
  default boolean endsTheRush() {
    return verdict() == Verdict.HALT
        || verdict() == Verdict.SNOOZE
        || verdict() == Verdict.REAUTHORISE;
  }
}
