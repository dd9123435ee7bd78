package dev.muster.work;

import java.time.Duration;

/** How long an account waits between two claims, unless it is woken. Of one thread at a time. */
final class Pause {
  /**
   * A net under the tick, which asks every second which accounts have something to do. With 2,000
   * idle accounts it costs seven claims a second.
   */
  static final Duration LONGEST = Duration.ofMinutes(5);

  /**
   * After a wake-up the claim is repeated after this long: of several transactions that insert at
   * once only one rings, and the others may commit a little later.
   */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(60);

  /** A moment that has passed already must not make the loop spin. */
  private static final Duration ONE_MILLI = Duration.ofMillis(1);

  /**
   * Without a quota nothing is to be paced: what becomes due within so long is claimed together.
   */
  private static final Duration GATHER = Duration.ofMillis(50);

  /** Rows were inserted, and no claim since was both late enough and empty. */
  private boolean lookAgain;

  private long lookAgainAt;

  /** Rows were inserted. */
  void rung() {
    lookAgain = true;
    lookLater();
  }

  private void lookLater() {
    lookAgainAt = System.nanoTime() + LOOK_AGAIN.toNanos();
  }

  /**
   * The wait after a claim.
   *
   * @param beganNanos {@link System#nanoTime} from before it
   * @param hungry whether it brought all that was asked for: there may be more
   */
  Duration after(Claim claim, long beganNanos, boolean hungry) {
    if (lookAgain && beganNanos - lookAgainAt >= 0) {
      lookAgain = !claim.tasks().isEmpty();
      lookLater();
    }
    // A thread that comes free wakes the account.
    boolean busy = hungry && !claim.unlimited();
    Duration wait = busy || claim.nextIn() == null ? LONGEST : claim.nextIn();
    if (lookAgain) {
      wait = shorter(wait, Duration.ofNanos(lookAgainAt - System.nanoTime()));
    }
    Duration least = claim.unlimited() && !lookAgain ? GATHER : ONE_MILLI;
    return shorter(LONGEST, wait.compareTo(least) < 0 ? least : wait);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
