package dev.muster.simulator.enos;

import dev.muster.simulator.Demonstration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The application and devices of the demonstration, the same at every start; plainly made up. */
public final class EnosDemo {
  /** Application key. */
  public static final String APP_KEY = "demo-app-key";

  /** Application secret. */
  public static final String APP_SECRET = "demo-app-secret-not-real";

  /** Organisation. */
  public static final String ORG_ID = "o-demo";

  private static final int DEVICE_COUNT = 240;
  private static final int PRODUCT_COUNT = 6;

  /** Free, but its registration group is gone: allocating it is refused with 35404. */
  private static final int WITHOUT_GROUP = 234;

  private static final String UNKNOWN_SN = "SN-99999";
  private static final String UNKNOWN_PRODUCT = "pk-404";

  /** How many devices the demonstration allocates. */
  private static final int ALLOCATIONS = 5;

  /** Serial numbers that are answered well. */
  public static final List<String> DEVICES = Demonstration.numbered(DEVICE_COUNT, EnosSamples::sn);

  /** Product keys that are answered well. */
  public static final List<String> PRODUCTS =
      Demonstration.numbered(PRODUCT_COUNT, EnosSamples::productKey);

  /** Serial numbers that are free and can be allocated. */
  public static final List<String> ALLOCATABLE =
      IntStream.rangeClosed(1, DEVICE_COUNT)
          .filter(number -> EnosSamples.free(number) && number != WITHOUT_GROUP)
          .mapToObj(EnosSamples::sn)
          .toList();

  /** Serial numbers whose allocation is refused: 35404 for the first, 35601 for the second. */
  public static final List<String> REFUSED = List.of(EnosSamples.sn(WITHOUT_GROUP), UNKNOWN_SN);

  static final Demonstration SHOWN =
      new Demonstration(
          Map.of("org-id", ORG_ID),
          Map.of("app-key", APP_KEY, "app-secret", APP_SECRET),
          Map.of(
              "device", Demonstration.join(DEVICES, List.of(UNKNOWN_SN)),
              "product", Demonstration.join(PRODUCTS, List.of(UNKNOWN_PRODUCT))),
          Demonstration.join(ALLOCATABLE.subList(0, ALLOCATIONS), REFUSED));

  static void fill(EnosSimulator enos) {
    enos.add(new EnosAccount(APP_KEY, APP_SECRET, ORG_ID, true));
    for (int i = 1; i <= DEVICE_COUNT; i++) {
      enos.devices().put(EnosSamples.sn(i), EnosSamples.device(i, PRODUCT_COUNT));
    }
    for (int i = 1; i <= PRODUCT_COUNT; i++) {
      enos.products().put(EnosSamples.productKey(i), EnosSamples.product(i));
    }
    enos.devices().change(EnosSamples.sn(WITHOUT_GROUP), device -> device.putNull("groupId"));
  }

  private EnosDemo() {}
}
