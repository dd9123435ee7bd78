package dev.muster.simulator.lvcc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Makes LvCC devices after the document's sample, always the same for the same number. */
final class LvccSamples {
  /** "deviceStatus"; a comma is missing in the document, so this is no JSON. */
  static final byte[] MISSING_COMMA =
      Json.sample(LvccSamples.class, "device-status-missing-comma.json");

  /** The same with the comma put in. */
  static final byte[] STATUS =
      new String(MISSING_COMMA, StandardCharsets.UTF_8)
          .replaceFirst("}\\s+\"device\"", "}, \"device\"")
          .getBytes(StandardCharsets.UTF_8);

  private static final long FIRST_IN_TIME_MS = 1_540_458_201_000L;
  private static final long DAY_MS = 86_400_000;

  /** Device types with their number of sockets; 0 and 999 stand in no table. */
  private static final int[][] TYPES = {
    {0, 10}, {9, 2}, {1, 10}, {5, 1}, {27, 12}, {12, 20}, {999, 4}, {122, 1}, {22, 10}, {11, 1}
  };

  /** 0 to 5 are documented, 9 is not. */
  private static final int[] STATUSES = {1, 1, 1, 0, 2, 3, 4, 5, 9};

  /** 24 hex digits, as the sample's. */
  static String simId(int number) {
    return String.format(Locale.ROOT, "432442363530484D%08X", 0x0668_0000 + number);
  }

  static String qrCode(int number) {
    return String.format(Locale.ROOT, "Q%07d", number);
  }

  static ObjectNode data(int number) {
    ObjectNode data = Json.data(STATUS);
    int[] type = TYPES[number % TYPES.length];
    ObjectNode inner = data.withObject("/device/data");
    device(inner.withObject("/device"), number, type);
    ports(inner.putArray("ports"), number, type[1]);
    price(data, number);
    if (number % 8 == 0) {
      data.putNull("priceDetail");
    }
    if (number % 16 == 1) {
      data.remove("priceDetail");
    }
    return data;
  }

  /**
   * Three tariffs; the last is billed by the kilowatt-hour and shows what the sample leaves out.
   */
  private static void price(ObjectNode data, int number) {
    int tariff = number % 3;
    int fen = 100 + 50 * tariff;
    ObjectNode price = data.withObject("/price");
    price.put("id", 26 + tariff).put("name", tariff + "号标准").put("price", fen).put("time", 12);
    ObjectNode detail = data.withObject("/priceDetail").put("id", 285 + tariff);
    if (tariff == 2) {
      detail.put("type", 2).put("electricPrice", 55).put("electricServiceFee", 12.5);
      ObjectNode custom = detail.putArray("priceStandardCustomizeList").addObject();
      custom.put("id", 1).put("startTime", FIRST_IN_TIME_MS);
      custom.put("endTime", FIRST_IN_TIME_MS + DAY_MS);
      custom.put("price", fen).put("priceUnit", "fen").put("priceView", 2.0);
    }
  }

  private static void device(ObjectNode device, int number, int[] type) {
    int status = STATUSES[number % STATUSES.length];
    device.put("id", 105_000 + number).put("simId", simId(number));
    device.put("name", "充电桩 " + number).put("deviceType", type[0]).put("portNumber", type[1]);
    device.put("status", status).put("online", status == 1 && number % 5 != 0 ? 1 : 0);
    device.put("payWay", 1 + number % 7).put("place", number % 4).put("simProvide", 1 + number % 3);
    device.put("inTime", FIRST_IN_TIME_MS + number * DAY_MS);
    device.put("updateTime", FIRST_IN_TIME_MS + number * DAY_MS + 3000);
    if (number % 6 == 0) {
      // The document's table types it boolean, its sample shows a number.
      device.put("chargePriceId", number % 12 == 0);
    }
  }

  /** One more than there are sockets: the first says nothing, whatever stands there. */
  private static void ports(ArrayNode ports, int number, int sockets) {
    ports.add(new int[] {0, 7, -1, 99}[number % 4]);
    for (int socket = 1; socket <= sockets; socket++) {
      int turn = number * 7 + socket * 3;
      ports.add(turn % 23 == 0 ? 5 : turn % 11 == 0 ? -1 : turn % 3 == 0 ? 1 : 0);
    }
    if (number % 20 == 3) {
      ports.remove(ports.size() - 1);
    }
  }

  /** The outer call succeeds, the device's own envelope says it failed. */
  static ObjectNode failed(String text) {
    ObjectNode data = Json.object();
    ObjectNode device = data.putObject("device");
    device.putObject("data").put("errorMsg", text);
    device.put("success", false);
    return data;
  }

  private LvccSamples() {}
}
