package dev.muster.once;

import java.time.Duration;
import java.util.Locale;

/**
 * How far it is.
 *
 * @param done targets and requests that came to an end
 * @param total those and what is still to do
 * @param perSecond how many came to an end a second of late
 * @param toGo how long the rest takes at this rate; null if that can't be told
 * @param fresh devices seen for the first time
 * @param changed devices that had changed
 * @param failed dead letters
 */
record Figures(
    long done, long total, double perSecond, Duration toGo, long fresh, long changed, long failed) {

  /** In a line of a log. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%d of %d done, %s, %s to go, %d changed, %d new, %d failed",
        done,
        total,
        rate(perSecond),
        toGo == null ? "unknown time" : clock(toGo),
        changed,
        fresh,
        failed);
  }

  /** What stands behind the bar, the most telling first: a narrow terminal shows no more. */
  String besideTheBar() {
    return String.format(
        Locale.ROOT, "%s, %d failed, %d changed, %d new", rate(perSecond), failed, changed, fresh);
  }

  static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10 ? "%.1f/s" : "%.0f/s", perSecond);
  }

  /** Hours, minutes and seconds, as in 1:02:03. */
  static String clock(Duration time) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }
}
