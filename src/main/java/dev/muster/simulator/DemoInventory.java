package dev.muster.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What the vendors hold in the demonstration: the same devices at every start. A few keys are in
 * the work list and come to a bad end, so that the dead letters have something to show.
 */
public final class DemoInventory {
  private static final int ENOS_DEVICES = 240;
  private static final int ENOS_PRODUCTS = 6;
  private static final int LVCC_DEVICES = 60;
  private static final int HUAWEI_DEVICES = 100;

  /** Free, but its registration group is gone: allocating it is refused with 35404. */
  private static final int WITHOUT_GROUP = 234;

  private static final String UNKNOWN_SN = "SN-99999";
  private static final String UNKNOWN_PRODUCT = "pk-404";
  private static final String UNKNOWN_SIM_ID = LvccDevices.simId(9999);
  private static final String MALFORMED_SIM_ID = LvccDevices.simId(LVCC_DEVICES + 1);
  private static final String FAILED_SIM_ID = LvccDevices.simId(LVCC_DEVICES + 2);
  private static final String DELETED_DEVICE = HuaweiDevices.deviceId(9999);

  /** The good keys by vendor and resource. */
  private static final Map<String, List<String>> GOOD =
      Map.of(
          Simulator.ENOS + "/device", numbered(ENOS_DEVICES, EnosDevices::sn),
          Simulator.ENOS + "/product", numbered(ENOS_PRODUCTS, EnosDevices::productKey),
          Simulator.LVCC + "/device", numbered(LVCC_DEVICES, LvccDevices::simId),
          Simulator.HUAWEI + "/device", numbered(HUAWEI_DEVICES, HuaweiDevices::deviceId));

  private static final Map<String, List<String>> TROUBLED =
      Map.of(
          Simulator.ENOS + "/device", List.of(UNKNOWN_SN),
          Simulator.ENOS + "/product", List.of(UNKNOWN_PRODUCT),
          Simulator.LVCC + "/device", List.of(UNKNOWN_SIM_ID, MALFORMED_SIM_ID, FAILED_SIM_ID),
          Simulator.HUAWEI + "/device", List.of(DELETED_DEVICE));

  /**
   * The keys that are answered well.
   *
   * @param vendor one of the simulator's vendors
   * @param resource {@code device} or {@code product}
   * @return in a fixed order; empty for a resource the vendor does not have
   */
  public static List<String> keys(String vendor, String resource) {
    return GOOD.getOrDefault(vendor + "/" + resource, List.of());
  }

  /** Keys worth asking for because they go wrong: unknown, deleted, malformed, failed. */
  public static List<String> troubledKeys(String vendor, String resource) {
    return TROUBLED.getOrDefault(vendor + "/" + resource, List.of());
  }

  /** EnOS serial numbers that are free and can be allocated. */
  public static List<String> allocatable() {
    return IntStream.rangeClosed(1, ENOS_DEVICES)
        .filter(number -> EnosDevices.free(number) && number != WITHOUT_GROUP)
        .mapToObj(EnosDevices::sn)
        .toList();
  }

  /** EnOS serial numbers whose allocation is refused: 35404 for the first, 35601 for the second. */
  public static List<String> refusedAllocations() {
    return List.of(EnosDevices.sn(WITHOUT_GROUP), UNKNOWN_SN);
  }

  /** Fills a simulator with the demonstration's accounts and devices. */
  static void fill(Simulator simulator) {
    credentials(simulator);
    devices(simulator, ENOS_DEVICES, ENOS_PRODUCTS, LVCC_DEVICES, HUAWEI_DEVICES);
    simulator
        .enos()
        .devices()
        .change(EnosDevices.sn(WITHOUT_GROUP), device -> device.putNull("groupId"));
    simulator.lvcc().devices().put(MALFORMED_SIM_ID, LvccDevices.data(LVCC_DEVICES + 1));
    simulator.lvcc().devices().put(FAILED_SIM_ID, LvccDevices.failed("设备离线,查询失败"));
    simulator.disturb(
        Disturbance.any(Disturbance.Kind.MALFORMED).vendor(Simulator.LVCC).key(MALFORMED_SIM_ID));
  }

  /** Makes the demonstration's accounts known, and no device. */
  public static void credentials(Simulator simulator) {
    simulator
        .enos()
        .add(
            new EnosAccount(
                DemoCredentials.ENOS_APP_KEY,
                DemoCredentials.ENOS_APP_SECRET,
                DemoCredentials.ENOS_ORG_ID,
                true));
    simulator.lvcc().addToken(DemoCredentials.LVCC_TOKEN, Duration.ofDays(36_500));
    simulator.lvcc().addUser(DemoCredentials.LVCC_USER, DemoCredentials.LVCC_PASSWORD);
    simulator.huawei().addApplication(DemoCredentials.HUAWEI_APP_ID, DemoCredentials.HUAWEI_SECRET);
  }

  /**
   * Adds as many devices as asked for, numbered from 1; a benchmark may ask for a hundred thousand.
   *
   * @param products at least 1
   */
  public static void devices(
      Simulator simulator, int enosDevices, int products, int lvccDevices, int huaweiDevices) {
    for (int i = 1; i <= enosDevices; i++) {
      simulator.enos().devices().put(EnosDevices.sn(i), EnosDevices.device(i, products));
    }
    for (int i = 1; i <= products; i++) {
      simulator.enos().products().put(EnosDevices.productKey(i), EnosDevices.product(i));
    }
    for (int i = 1; i <= lvccDevices; i++) {
      simulator.lvcc().devices().put(LvccDevices.simId(i), LvccDevices.data(i));
      simulator.lvcc().qrCode(LvccDevices.qrCode(i), LvccDevices.simId(i));
    }
    for (int i = 1; i <= huaweiDevices; i++) {
      simulator.huawei().devices().put(HuaweiDevices.deviceId(i), HuaweiDevices.device(i));
    }
  }

  private static List<String> numbered(int count, IntFunction<String> name) {
    return IntStream.rangeClosed(1, count).mapToObj(name).toList();
  }

  private DemoInventory() {}
}
