package dev.muster.simulator.huawei;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Json;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Makes Huawei devices, always the same for the same number. */
final class HuaweiSamples {
  static String deviceId(int number) {
    byte[] seed = ("demo-huawei-" + number).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(seed).toString();
  }

  static ObjectNode device(int number) {
    boolean activated = number % 3 != 0;
    ObjectNode device = Json.object().put("deviceId", deviceId(number));
    if (number % 5 == 0) {
      device.put("activated", Boolean.toString(activated));
    } else {
      device.put("activated", activated);
    }
    if (number % 10 == 0) {
      device.putNull("name");
    } else {
      device.put("name", number % 4 == 0 ? "水表 " + number : "Meter " + number);
    }
    return device;
  }

  private HuaweiSamples() {}
}
