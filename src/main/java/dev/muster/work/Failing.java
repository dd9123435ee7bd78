package dev.muster.work;

import java.time.Duration;

/**
 * What a task's failures in a row say.
 *
 * @param lasted since the first of them, the time while its account was down apart; zero if there
 *     are none
 * @param othersWell whether a call for another key of the account went well since
 * @param reauthorised whether a new token was got for it already
 */
public record Failing(Duration lasted, boolean othersWell, boolean reauthorised) {
  /** It has not failed. */
  public static final Failing NOT = new Failing(Duration.ZERO, false, false);
}
