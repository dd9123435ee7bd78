package dev.muster.bench;

import java.math.BigDecimal;

/**
 * A call as nginx wrote it down.
 *
 * @param millis when it was answered, in milliseconds since 1970 by the clock of this machine
 * @param key the device that was asked for
 */
record StubArrival(long millis, String key) {

  /** A line as {@code $msec $arg_sn}. */
  static StubArrival parse(String line) {
    int blank = line.indexOf(' ');
    BigDecimal seconds = new BigDecimal(line.substring(0, blank));
    return new StubArrival(
        seconds.movePointRight(3).longValueExact(), line.substring(blank + 1).strip());
  }
}
