package dev.muster.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.support.Json;
import java.util.stream.IntStream;

/**
 * A page of Huawei's list as nginx has it: {@code @page@} stands for its number. Each device has
 * all fields that the vendor's SDK names, some 900 bytes.
 */
final class ListPage {
  /** The most that Huawei allows. */
  static final int SIZE = 250;

  /** SQL: the keys of a list of so many devices. Those of a page are far apart, as random ids. */
  static final String KEYS =
      "select 'd' || (n %% %1$d) || '-' || n / %1$d from generate_series(0, ? - 1) n"
          .formatted(SIZE);

  static String full(int devices) {
    ObjectNode page = page(devices);
    IntStream.range(0, SIZE).forEach(n -> device(page.withArray("devices"), n));
    return page.toString();
  }

  static String empty(int devices) {
    return page(devices).toString();
  }

  private static ObjectNode page(int devices) {
    ObjectNode page = Json.MAPPER.createObjectNode().put("totalCount", devices);
    page.put("pageNo", 0).put("pageSize", SIZE).putArray("devices");
    return page;
  }

  private static void device(ArrayNode devices, int number) {
    String key = "d" + number + "-@page@";
    ObjectNode device = devices.addObject().put("deviceId", key).put("gatewayId", key);
    device.put("nodeType", "ENDPOINT").put("createTime", "20251212T121212Z");
    device.put("lastModifiedTime", "20251212T121212Z");
    ObjectNode info = device.putObject("deviceInfo").put("name", "Meter @page@ " + number);
    info.put("manufacturerId", "demo").put("manufacturerName", "Demo").putNull("mac");
    info.put("location", "Shenzhen").put("deviceType", "WaterMeter").put("model", "M-1");
    info.put("swVersion", "1.0.7").put("fwVersion", "2.1").put("hwVersion", "B");
    info.put("protocolType", "CoAP").putNull("bridgeId").put("status", "ONLINE");
    info.put("statusDetail", "NONE").put("mute", "FALSE").put("supportedSecurity", "FALSE");
    info.put("isSecurity", "FALSE").put("signalStrength", "-87").putNull("sigVersion");
    info.put("serialNumber", "S-" + key).put("batteryLevel", "93");
    device.putArray("services");
  }

  private ListPage() {}
}
