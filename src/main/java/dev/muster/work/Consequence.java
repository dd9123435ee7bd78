package dev.muster.work;

import dev.muster.fault.Blame;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import java.util.Locale;
import java.util.Set;

/** What follows from a fault. Each has a route of its own, see {@code routes/faults.yaml}. */
public enum Consequence {
  /** A person has to look at it. */
  DEAD_LETTER,
  /** The same call is made again, after a growing delay. */
  TRY_AGAIN,
  /** The vendor asks for fewer calls: the whole quota pauses, and no attempt is counted. */
  SLOW_DOWN,
  /** The token is not accepted: a new one is got, once, and the call made again. */
  NEW_TOKEN,
  /** The account itself is wrong: it stops, and a person is told once. */
  HALT,
  /** A change was sent, and whether it took place is not known: it is read, never sent blindly. */
  IN_DOUBT,
  /** Nothing was sent: the task and its permit are given back. */
  GIVE_BACK;

  /** The vendor may have acted before it said this: after a write these settle nothing. */
  static final Set<String> DOUBTFUL =
      Set.of(
          FaultCode.UNCLASSIFIED,
          FaultCode.MALFORMED,
          FaultCode.UNREADABLE,
          FaultCode.TOO_LARGE,
          FaultCode.INCOMPLETE,
          FaultCode.DEFECT);

  /** Statuses of a call that a vendor does not have, or allows nobody. */
  private static final Set<Integer> NO_SUCH_CALL = Set.of(403, 404, 405, 501);

  /**
   * What follows from a fault.
   *
   * @param sent whether any of the call may have reached the vendor
   * @param attemptsAreUsedUp whether no further call is allowed
   */
  static Consequence of(Task task, Fault fault, boolean sent, boolean attemptsAreUsedUp) {
    if (task.kind() == Task.Kind.TOKEN) {
      return ofToken(fault, attemptsAreUsedUp);
    }
    if (task.kind() == Task.Kind.LIST && refusesLists(task, fault)) {
      return DEAD_LETTER;
    }
    if (task.writes() && sent && isDoubtful(fault)) {
      return IN_DOUBT;
    }
    return switch (fault.disposition()) {
      case RETRY -> TRY_AGAIN;
      case SNOOZE -> SLOW_DOWN;
      // A fresh token is refused too, and the vendor gives no code for it: it is no token's fault.
      case REAUTHORISE ->
          task.failing().reauthorised() && fault.blame() == Blame.ACCOUNT ? TRY_AGAIN : NEW_TOKEN;
      case HALT -> HALT;
      // It may be the account's fault as long as nothing shows that the vendor answers for others.
      case PARK ->
          fault.blame() == Blame.UNSURE && !task.failing().othersWell() ? TRY_AGAIN : DEAD_LETTER;
    };
  }

  /** Single reads show whether more than the list call is refused: they have the last word. */
  private static boolean refusesLists(Task task, Fault fault) {
    boolean again = fault.disposition() == Disposition.REAUTHORISE && task.failing().reauthorised();
    return again
        || fault.disposition() == Disposition.HALT
        || (fault.httpStatus() != null && NO_SUCH_CALL.contains(fault.httpStatus()));
  }

  /** Without a token no device can be read: one halt, not a letter for each of them. */
  private static Consequence ofToken(Fault fault, boolean attemptsAreUsedUp) {
    return switch (fault.disposition()) {
      case SNOOZE -> SLOW_DOWN;
      case REAUTHORISE -> NEW_TOKEN;
      // The database counts refused logins over all replicas, and halts the account at the third.
      case RETRY, HALT -> TRY_AGAIN;
      case PARK -> attemptsAreUsedUp && fault.blame() == Blame.KEY ? HALT : TRY_AGAIN;
    };
  }

  private static boolean isDoubtful(Fault fault) {
    boolean serverFault = fault.httpStatus() != null && fault.httpStatus() >= 500;
    return serverFault
        || DOUBTFUL.contains(fault.code())
        || fault.disposition() == Disposition.RETRY;
  }

  /** The name of its route, such as {@code dead-letter}. */
  public String route() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
