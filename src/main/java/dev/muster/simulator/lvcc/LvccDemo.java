package dev.muster.simulator.lvcc;

import dev.muster.simulator.Demonstration;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Simulator;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The token, user and devices of the demonstration, the same at every start; plainly made up. */
public final class LvccDemo {
  /** Partner token; unlike a real one it does not expire after 24 h. */
  public static final String TOKEN = "demo-lvcc-token-not-real";

  /** A user, who gets tokens that do expire. */
  public static final String USER = "demo-lvcc-user";

  /** The user's password. */
  public static final String PASSWORD = "demo-lvcc-password-not-real";

  private static final int DEVICE_COUNT = 60;
  private static final String UNKNOWN = LvccSamples.simId(9999);
  private static final String MALFORMED = LvccSamples.simId(DEVICE_COUNT + 1);
  private static final String FAILED = LvccSamples.simId(DEVICE_COUNT + 2);

  /** Keys that are answered well. */
  public static final List<String> DEVICES =
      Demonstration.numbered(DEVICE_COUNT, LvccSamples::simId);

  /** Keys that go wrong: unknown, malformed, failed. */
  public static final List<String> TROUBLED = List.of(UNKNOWN, MALFORMED, FAILED);

  static final Demonstration SHOWN =
      new Demonstration(
          Map.of(),
          Map.of("token", TOKEN),
          Map.of("device", Demonstration.join(DEVICES, TROUBLED)),
          List.of());

  static void fill(LvccSimulator lvcc, Simulator simulator) {
    lvcc.addToken(TOKEN, Duration.ofDays(36_500));
    lvcc.addUser(USER, PASSWORD);
    for (int i = 1; i <= DEVICE_COUNT; i++) {
      lvcc.devices().put(LvccSamples.simId(i), LvccSamples.data(i));
      lvcc.qrCode(LvccSamples.qrCode(i), LvccSamples.simId(i));
    }
    lvcc.devices().put(MALFORMED, LvccSamples.data(DEVICE_COUNT + 1));
    lvcc.devices().put(FAILED, LvccSamples.failed("设备离线,查询失败"));
    Disturbance malformed = Disturbance.any(Disturbance.Kind.MALFORMED);
    simulator.disturb(malformed.vendor(LvccSimulator.NAME).key(MALFORMED));
  }

  private LvccDemo() {}
}
