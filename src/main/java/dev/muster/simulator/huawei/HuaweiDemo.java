package dev.muster.simulator.huawei;

import dev.muster.simulator.Demonstration;
import java.util.List;
import java.util.Map;

/** The application and devices of the demonstration, the same at every start; plainly made up. */
public final class HuaweiDemo {
  /** Application. */
  public static final String APP_ID = "demo-app-id";

  /** Application secret. */
  public static final String SECRET = "demo-huawei-secret-not-real";

  private static final int DEVICE_COUNT = 100;
  private static final String DELETED_DEVICE = HuaweiSamples.deviceId(9999);

  /** Device ids that are answered well. */
  public static final List<String> DEVICES =
      Demonstration.numbered(DEVICE_COUNT, HuaweiSamples::deviceId);

  static final Demonstration SHOWN =
      new Demonstration(
          Map.of(),
          Map.of("app-id", APP_ID, "secret", SECRET),
          Map.of("device", Demonstration.join(DEVICES, List.of(DELETED_DEVICE))),
          List.of());

  static void fill(HuaweiSimulator huawei) {
    huawei.addApplication(APP_ID, SECRET);
    for (int i = 1; i <= DEVICE_COUNT; i++) {
      huawei.devices().put(HuaweiSamples.deviceId(i), HuaweiSamples.device(i));
    }
  }

  private HuaweiDemo() {}
}
