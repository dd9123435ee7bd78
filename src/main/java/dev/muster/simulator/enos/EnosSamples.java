package dev.muster.simulator.enos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/**
 * Makes EnOS devices and products after the documents' samples, always the same for the same
 * number.
 */
final class EnosSamples {
  /** "V2.5 Get DPS Device": a device that was reset and not allocated again. */
  static final byte[] DEVICE = sample("get-dps-device.json");

  /** "V2.5 Allocate DPS Device": a device just allocated. */
  private static final byte[] ALLOCATED = sample("allocate-dps-device.json");

  /** "V2.1 Get Product". */
  private static final byte[] PRODUCT = sample("get-product.json");

  /** Every sixth device has not been allocated yet. */
  static final int FREE_EVERY = 6;

  private static final long FIRST_CREATED_MS = 1_690_775_762_727L;
  private static final long HOUR_MS = 3_600_000;
  private static final List<String> STATUSES =
      List.of("init", "allocated", "connected", "finished", "finished", "discarded");

  /** No document knows this one. */
  private static final String UNKNOWN_STATUS = "suspended";

  static String sn(int number) {
    return String.format(Locale.ROOT, "SN-%05d", number);
  }

  static boolean free(int number) {
    return number % FREE_EVERY == 0;
  }

  static ObjectNode device(int number, int products) {
    ObjectNode device = Json.data(free(number) ? DEVICE : ALLOCATED);
    String sn = sn(number);
    long created = FIRST_CREATED_MS + number * HOUR_MS;
    device.put("sn", sn).put("groupId", "group-" + (1 + number % 3));
    device.put("productKey", productKey(1 + number % products)).put("batchOrder", number / 10);
    device.put("createTime", created).put("updateTime", created);
    device.put("desc", number % 9 == 0 ? "11" : "Inverter " + number);
    device.put("manufacturerOrgId", EnosDemo.ORG_ID);
    if (number % 10 == 0) {
      device.remove("manufacturerOrgId");
    }
    state(device, number, created);
    data(device.withObject("/deviceData"), number, sn);
    return device;
  }

  private static void state(ObjectNode device, int number, long created) {
    boolean free = free(number);
    String status = status(number);
    ObjectNode times = device.withObject("/status").put("currentStatus", status);
    if (free) {
      device.put("reprovisioning", number % 12 == 0);
      return;
    }
    device.put("orgId", EnosDemo.ORG_ID);
    times.put("allocatedTime", created + HOUR_MS);
    boolean seen = status.equals("connected") || status.equals("finished");
    if (seen) {
      times.put("connectedTime", created + 2 * HOUR_MS);
    }
    if (status.equals("finished")) {
      times.put("finishedTime", created + 3 * HOUR_MS);
    }
    if (status.equals("discarded")) {
      times.put("discardedTime", created + 4 * HOUR_MS);
    }
    device.put("connectStatus", seen ? "connected" : number % 6 == 1 ? "init" : "failed");
  }

  private static String status(int number) {
    return number % 30 == 5 ? UNKNOWN_STATUS : STATUSES.get(number % FREE_EVERY);
  }

  private static void data(ObjectNode data, int number, String sn) {
    data.put("deviceSn", "D" + sn).put("timezone", number % 2 == 0 ? "Asia/Shanghai" : "+14:00");
    data.put("assetId", "asset-" + number).put("capacity", new BigDecimal("12.50"));
    data.put("privateModel", number % 4 == 0);
    data.putNull("accessCapacity");
    data.putArray("optSN").add(sn + "-a").add(sn + "-b");
    data.put("tokenInUse", "planted-token-in-use-" + number);
    data.put("tokenReplacing", "planted-token-replacing-" + number);
    data.put("regcode", "planted-regcode-" + number);
    ObjectNode name = data.putObject("deviceName");
    if (number % 7 != 0) {
      name.put("defaultValue", "Inverter " + number);
      name.putObject("i18nValue").put("en_US", "Inverter " + number).put("zh_CN", "逆变器 " + number);
    }
  }

  static String productKey(int number) {
    return "pk-" + number;
  }

  static ObjectNode product(int number) {
    ObjectNode product = Json.data(PRODUCT);
    product.put("orgId", EnosDemo.ORG_ID).put("productKey", productKey(number));
    product.withObject("/productName").put("defaultValue", "Product " + number);
    product.put("productSecret", "planted-product-secret-" + number);
    product.put("productType", number % 3 == 0 ? "Gateway" : "Device");
    product.put("dataFormat", number % 2 == 0 ? "Json" : "Custom");
    if (number % 2 == 0) {
      // The table of "V2.1 Get Product" spells it so, its sample dynamicActivateEnabled.
      product.remove("dynamicActivateEnabled");
      product.put("dynamicActiveEnabled", true);
    }
    if (number % 3 == 0) {
      product.put("biDirectionalAuth", true).put("defaultValidDay", 365).put("maxValidDay", 730);
    }
    switch (number % 4) {
      case 1 -> product.put("protocolGatewayIds", "gw-" + number);
      case 2 -> product.putArray("protocolGatewayIds").add("gw-1").add("gw-2");
      case 3 -> product.putNull("protocolGatewayIds");
      default -> product.putObject("protocolGatewayIds");
    }
    return product;
  }

  private static byte[] sample(String file) {
    return Json.sample(EnosSamples.class, file);
  }

  private EnosSamples() {}
}
