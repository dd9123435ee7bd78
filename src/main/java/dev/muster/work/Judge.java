package dev.muster.work;

import dev.muster.fault.Blame;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.settings.MusterSettings;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Step;
import dev.muster.vendor.Token;
import dev.muster.vendor.TokenRule;
import dev.muster.work.Outcome.Failed;
import dev.muster.work.Outcome.Verdict;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Decides which consequence a fault has, and how long a task waits after it. The routes in {@code
 * routes/faults.yaml} say what happens then.
 */
@Component
public class Judge {
  /**
   * Between two attempts to log in with credentials that were refused: three attempts end within 20
   * s.
   */
  private static final Duration LOGIN_DELAY = Duration.ofSeconds(3);

  /** For a row that was told to slow down; its quota's pause is decided in SQL and is longer. */
  private static final Duration SNOOZE_DELAY = Duration.ofSeconds(1);

  /**
   * As long as {@code muster.slow_down} pauses a quota at most: its rows wait no longer than it.
   */
  private static final Duration LONGEST_SNOOZE = Duration.ofMinutes(10);

  private final MusterSettings settings;
  private final Backoff backoff;

  public Judge(MusterSettings settings) {
    this.settings = settings;
    this.backoff =
        new Backoff(
            settings.retry().firstDelay(), settings.retry().maxDelay(), settings.retry().jitter());
  }

  /**
   * What follows from a fault.
   *
   * @param sent whether any of the call may have reached the vendor
   */
  public Consequence consequence(Task task, Fault fault, boolean sent) {
    return Consequence.of(task, fault, sent, attemptsAreUsedUp(task));
  }

  /**
   * Whether this failure was the last that {@code muster.retry.attempts} allows, and {@code
   * muster.retry.letter-after} has passed. What may be the account's fault is so only once calls
   * for others have gone well.
   */
  public boolean isLast(Task task, Fault fault) {
    Failing failing = task.failing();
    return task.kind() != Task.Kind.TOKEN
        && attemptsAreUsedUp(task)
        && failing.lasted().compareTo(settings.retry().letterAfter()) >= 0
        && (fault.blame() == Blame.KEY || failing.othersWell());
  }

  private boolean attemptsAreUsedUp(Task task) {
    return task.retries() + 1 >= settings.retry().attempts();
  }

  /**
   * The outcome of a consequence, whatever its route does beside.
   *
   * @param consequence any but {@link Consequence#GIVE_BACK}
   */
  public Outcome outcome(Consequence consequence, Finding found) {
    return switch (consequence) {
      case DEAD_LETTER -> park(found);
      case TRY_AGAIN -> isLast(found.task(), found.fault()) ? park(found) : retry(found);
      case SLOW_DOWN -> snooze(found);
      case NEW_TOKEN -> reauthorise(found);
      case HALT -> halt(found);
      case IN_DOUBT -> doubt(found);
      case GIVE_BACK -> throw new IllegalArgumentException("nothing was judged");
    };
  }

  /**
   * A dead letter; a parked target is tried again after {@code muster.recheck-every}, or its own
   * interval if the vendor gave no answer about it.
   */
  public Outcome park(Finding found) {
    int chars = settings.http().storedReplyChars();
    Letter letter = found.evidence().letter(found.account(), chars);
    return failed(found, Verdict.PARK, settings.recheckEvery(), letter, false, false);
  }

  /** The same call again, later. */
  public Outcome retry(Finding found) {
    boolean login =
        found.task().kind() == Task.Kind.TOKEN && found.fault().disposition() == Disposition.HALT;
    Duration delay = login ? LOGIN_DELAY : backoff.delay(found.task().retries());
    return failed(found, Verdict.RETRY, delay, null, false, login);
  }

  /** The whole quota pauses: as long as the vendor asks, within bounds. */
  public Outcome snooze(Finding found) {
    Duration asked = found.fault().retryAfter();
    Duration delay = asked == null ? SNOOZE_DELAY : asked;
    delay = delay.compareTo(LONGEST_SNOOZE) > 0 ? LONGEST_SNOOZE : delay;
    return failed(found, Verdict.SNOOZE, delay, null, false, false);
  }

  /**
   * A new token first. Whether it is the token's fault the database knows: another may have ended
   * it meanwhile. A refused refresh token means a login; a vendor that answers so to a login too
   * must not be asked for ever.
   */
  public Outcome reauthorise(Finding found) {
    boolean again = found.task().kind() == Task.Kind.TOKEN && found.task().retries() > 0;
    Duration delay = again ? LOGIN_DELAY : Duration.ZERO;
    return failed(found, Verdict.REAUTHORISE, delay, null, false, again);
  }

  /** The account stops. */
  public Outcome halt(Finding found) {
    return failed(found, Verdict.HALT, Duration.ZERO, null, false, false);
  }

  /** A later read has to show whether the change took place. */
  public Outcome doubt(Finding found) {
    boolean refused = found.fault() != null && refused(found.fault());
    return failed(found, Verdict.UNKNOWN, found.vendor().readAfterWrite(), null, refused, false);
  }

  /** Whether the vendor said no in words; a reply that could not be read says nothing. */
  private static boolean refused(Fault why) {
    boolean inWords =
        FaultCode.ALLOCATE_FAILED.equals(why.code()) || FaultCode.UNCLASSIFIED.equals(why.code());
    return inWords
        || (why.disposition() == Disposition.PARK && !Consequence.DOUBTFUL.contains(why.code()));
  }

  private static Failed failed(
      Finding found,
      Verdict verdict,
      Duration delay,
      Letter letter,
      boolean refused,
      boolean refusedLogin) {
    return new Failed(
        found.task(),
        found.transit(),
        found.shown(),
        verdict,
        found.fault(),
        delay,
        letter,
        found.proven(),
        refused,
        refusedLogin);
  }

  /** What follows from a reply that is no refusal; null if that is for the fault routes to say. */
  public Outcome reading(Task task, Progress progress, Shown shown, Transit transit) {
    if (progress == null) {
      return new Outcome.Done(task, transit, shown, null);
    }
    if (progress instanceof Progress.Done done) {
      return new Outcome.Done(task, transit, shown, done.note());
    }
    boolean verified = task.step() == Step.VERIFY;
    if (!(progress instanceof Progress.Send) || (verified && !mayBeSentAgain(task))) {
      return null;
    }
    Duration delay = verified ? backoff.delay(task.retries()) : Duration.ZERO;
    return new Outcome.WayIsFree(task, transit, shown, delay);
  }

  /**
   * A verifying read shows the old state: proof that the write did not take place, if the read came
   * late enough. What was refused would bring the same answer again; and nothing is sent for ever.
   */
  private boolean mayBeSentAgain(Task task) {
    return task.conclusive() && !task.refused() && !attemptsAreUsedUp(task);
  }

  /**
   * A token that lives no longer than it is renewed ahead would be renewed at once and for ever.
   *
   * @param sealed the token, encrypted
   */
  public Outcome token(Task task, TokenRule rule, Token token, String sealed, Transit transit) {
    Duration ahead = rule.renewAhead();
    Duration lifetime = token.lifetime();
    Duration renewIn =
        lifetime.compareTo(ahead.multipliedBy(2)) > 0
            ? lifetime.minus(ahead)
            : lifetime.dividedBy(2);
    return new Outcome.TokenGot(task, transit, sealed, lifetime, renewIn, token.refreshLifetime());
  }

  /** What follows from a reply that is no refusal, and by which the action is not at its end. */
  public static Judgement unfinished(Task task, Progress progress) {
    if (progress instanceof Progress.Refused refused) {
      return new Judgement(Consequence.DEAD_LETTER, refused.fault(), true);
    } else if (progress instanceof Progress.Unknown unknown) {
      return new Judgement(Consequence.IN_DOUBT, unknown.why(), false);
    } else if (!task.conclusive()) {
      return new Judgement(Consequence.IN_DOUBT, null, false);
    }
    // It ends with the fault that its row shows.
    Fault last = Fault.of(Disposition.PARK, task.lastCode(), task.lastMessage()).build();
    return new Judgement(Consequence.DEAD_LETTER, last, true);
  }
}
