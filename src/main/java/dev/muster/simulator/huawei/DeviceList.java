package dev.muster.simulator.huawei;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Incoming;
import dev.muster.simulator.Inventory;
import dev.muster.simulator.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** "Querying Batch Device Info": a page of the devices, by their registration. */
final class DeviceList {
  /** The member of a device that only this call shows; a test may put some of it there. */
  static final String INFO = "deviceInfo";

  private static final int MOST = 250;
  private static final int USUAL = 25;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Null if the page number or size is out of range. */
  static ObjectNode page(Inventory devices, Incoming in) {
    int page = number(in.parameter("pageNo"), 0);
    int size = number(in.parameter("pageSize"), USUAL);
    if (page < 0 || size < 1 || size > MOST) {
      return null;
    }
    List<Inventory.Entry> matching =
        devices.inOrder().filter(isIn(in)).collect(Collectors.toList());
    if (!in.parameter("sort").equals("ASC")) {
      Collections.reverse(matching);
    }
    ObjectNode reply = Json.object().put("totalCount", matching.size());
    reply.put("pageNo", page).put("pageSize", size);
    ArrayNode shown = reply.putArray("devices");
    matching.stream()
        .skip((long) page * size)
        .limit(size)
        .forEach(entry -> shown.add(listed(entry)));
    return reply;
  }

  private static int number(String text, int usual) {
    if (text.isEmpty()) {
      return usual;
    }
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
  }

  private static Predicate<Inventory.Entry> isIn(Incoming in) {
    long from = second(in.parameter("startTime"), Long.MIN_VALUE);
    long until = second(in.parameter("endTime"), Long.MAX_VALUE);
    return entry -> {
      long created = Instant.ofEpochMilli(entry.createdMillis()).getEpochSecond();
      return created >= from && created <= until && passes(in, entry);
    };
  }

  private static long second(String time, long otherwise) {
    return time.isEmpty() ? otherwise : TIME.parse(time, Instant::from).getEpochSecond();
  }

  private static boolean passes(Incoming in, Inventory.Entry entry) {
    List<String> asked =
        List.of("deviceType", "location", "name", "status").stream()
            .filter(name -> !in.parameter(name).isEmpty())
            .toList();
    boolean node =
        List.of("", "ENDPOINT").contains(in.parameter("nodeType"))
            && List.of("", entry.key()).contains(in.parameter("gatewayId"));
    if (asked.isEmpty()) {
      return node;
    }
    JsonNode info = listed(entry).get(INFO);
    return node
        && asked.stream().allMatch(name -> in.parameter(name).equals(info.path(name).asText()));
  }

  private static ObjectNode listed(Inventory.Entry entry) {
    ObjectNode device = Json.require(entry.json());
    String created = TIME.format(Instant.ofEpochMilli(entry.createdMillis()));
    ObjectNode listed = Json.object().put("deviceId", entry.key()).put("gatewayId", entry.key());
    listed.put("nodeType", "ENDPOINT").put("createTime", created).put("lastModifiedTime", created);
    ObjectNode info = listed.putObject(INFO);
    info.set("name", device.path("name"));
    info.put("manufacturerId", "demo").put("manufacturerName", "Demo").putNull("mac");
    info.put("deviceType", "Meter").put("model", "M-1").put("protocolType", "CoAP");
    info.put("status", device.path("activated").asBoolean() ? "ONLINE" : "INACTIVE");
    info.put("statusDetail", "NONE").put("mute", "FALSE").putNull("location");
    info.put("serialNumber", "S-" + entry.key()).putNull("batteryLevel");
    if (device.get(INFO) instanceof ObjectNode given) {
      info.setAll(given);
    }
    listed.putArray("services");
    return listed;
  }

  private DeviceList() {}
}
