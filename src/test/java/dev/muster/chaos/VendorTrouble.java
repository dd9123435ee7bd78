package dev.muster.chaos;

import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Disturbance.Kind;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosSimulator;
import java.time.Duration;
import java.util.List;

/** What goes wrong at the vendor, at random. */
final class VendorTrouble {
  private static final String BROKEN = "{\"message\":\"An unexpected error occurred\"}";

  /** Share of the allocations that each trouble befalls. */
  private static final double WRITES = 0.04;

  /** Share of the reads. */
  private static final double READS = 0.03;

  /** Longer than the call's deadline, by less than that deadline again. */
  private static final Duration LATE = Duration.ofMillis(2300);

  private static final Duration VERY_LATE = Duration.ofMillis(3500);

  /** A gateway refuses so many calls in a rush. */
  private static final int RUSH = 3;

  /** Longest first: one latency befalls a call, the oldest that strikes. */
  private static final List<Disturbance> LATENCIES =
      List.of(
          // Acts when the caller has given up.
          write(Disturbance.latency(LATE, VERY_LATE)).chance(WRITES / 2),
          write(Disturbance.latency(Duration.ofMillis(20), Duration.ofMillis(300))),
          read(Disturbance.latency(Duration.ofMillis(5), Duration.ofMillis(60))));

  private static final List<Disturbance> FAULTS =
      List.of(
          write(Disturbance.any(Kind.DROP_BEFORE)).chance(WRITES),
          write(Disturbance.any(Kind.DROP_AFTER)).chance(WRITES),
          write(Disturbance.any(Kind.CUT_OFF)).chance(WRITES / 2),
          write(Disturbance.any(Kind.MALFORMED)).chance(WRITES / 2),
          write(Disturbance.lateReply(LATE)).chance(WRITES),
          write(Disturbance.reply(500, BROKEN)).chance(WRITES),
          write(Disturbance.reply(500, BROKEN).actingFirst()).chance(WRITES),
          write(Disturbance.htmlBadGateway().actingFirst()).chance(WRITES / 2),
          read(Disturbance.any(Kind.DROP_BEFORE)).chance(READS),
          read(Disturbance.any(Kind.CUT_OFF)).chance(READS),
          read(Disturbance.reply(500, BROKEN)).chance(READS));

  static void begin(Simulator simulator) {
    LATENCIES.forEach(simulator::disturb);
    FAULTS.forEach(simulator::disturb);
  }

  /** The next few allocations are refused, since there are too many calls. */
  static void rush(Simulator simulator) {
    simulator.disturb(write(Disturbance.tooManyRequests(Duration.ofSeconds(1))).times(RUSH));
  }

  private static Disturbance write(Disturbance any) {
    return any.call(EnosSimulator.ALLOCATE);
  }

  private static Disturbance read(Disturbance any) {
    return any.call(EnosSimulator.GET);
  }

  private VendorTrouble() {}
}
