package dev.muster.soak;

import java.time.Instant;
import java.util.Date;

/** Prints what a JVM's clocks say, each in milliseconds, and the monotonic one in nanoseconds. */
final class WallClock {
  private WallClock() {}

  // Libraries still read it.
  @SuppressWarnings("JavaUtilDate")
  public static void main(String[] args) {
    System.out.println("instant " + Instant.now().toEpochMilli());
    System.out.println("date " + new Date().getTime());
    System.out.println("system " + System.currentTimeMillis());
    System.out.println("monotonic " + System.nanoTime());
  }
}
