package dev.muster.vendor.lvcc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.device.Lifecycle;
import dev.muster.device.Port;
import dev.muster.device.PortStatus;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Maps LvCC's device to the canonical record. */
final class LvccDevices {
  /** LvCC document 'Query the status of equipment sockets', field status. */
  private static final Map<String, Lifecycle> LIFECYCLES =
      Map.of(
          "0", Lifecycle.REGISTERED,
          "1", Lifecycle.ACTIVE,
          "2", Lifecycle.DISABLED,
          "3", Lifecycle.FAULTED,
          "4", Lifecycle.RETIRED,
          "5", Lifecycle.TEST);

  private static final Map<String, Connectivity> CONNECTIVITIES =
      Map.of("0", Connectivity.OFFLINE, "1", Connectivity.ONLINE);

  /** The same document, remark on ports. */
  private static final Map<String, PortStatus> PORT_STATUSES =
      Map.of(
          "0", PortStatus.AVAILABLE,
          "1", PortStatus.CHARGING,
          "-1", PortStatus.OUT_OF_ORDER);

  /** What names a device in a reply; the second and third stand in no document. */
  private static final List<String> IDS = List.of("simId", "imei", "deviceId");

  /** A simId and an IMEI. LvCC takes either, and answers with a simId. */
  private static final List<Pattern> FORMS =
      List.of(Pattern.compile("[0-9A-Fa-f]{24}"), Pattern.compile("\\d{15}"));

  /** Whether the reply shows another device: it has another id of the form that was asked by. */
  static boolean isAnother(String key, JsonNode device) {
    List<String> shown =
        IDS.stream().map(name -> Fields.text(device, name)).filter(Objects::nonNull).toList();
    return shown.stream().noneMatch(key::equalsIgnoreCase)
        && FORMS.stream()
            .filter(form -> form.matcher(key).matches())
            .anyMatch(form -> shown.stream().anyMatch(id -> form.matcher(id).matches()));
  }

  /**
   * @param key what was asked for
   * @param tariffKept whether the price standard is stored beside the device
   */
  static Device device(String key, LvccReply reply, boolean tariffKept) {
    JsonNode device = reply.device();
    String status = Fields.text(device, "status");
    return new Device(
        key,
        Fields.text(device, "simId"),
        Fields.text(device, "name"),
        null,
        null,
        Fields.text(device, "deviceType"),
        look(LIFECYCLES, status, Lifecycle.UNKNOWN),
        status,
        look(CONNECTIVITIES, Fields.text(device, "online"), Connectivity.UNKNOWN),
        null,
        Fields.integer(device, "portNumber"),
        Fields.text(device, "address"),
        region(device),
        null,
        attributes(reply, tariffKept),
        Fields.epochMillis(device, "inTime"),
        Fields.epochMillis(device, "updateTime"),
        ports(reply.ports()));
  }

  private static <T> T look(Map<String, T> table, String word, T otherwise) {
    return word == null ? otherwise : table.getOrDefault(word, otherwise);
  }

  /**
   * One column for three names, from the largest to the smallest; the numbers are in attributes.
   */
  private static String region(JsonNode device) {
    String region =
        Stream.of("provinceName", "cityName", "countyName")
            .map(name -> Fields.text(device, name))
            .filter(Objects::nonNull)
            .map(String::trim)
            .collect(Collectors.joining(" / "));
    return region.isEmpty() ? null : region;
  }

  /** Starts at 1: the element at 0 stands for no socket. */
  private static List<Port> ports(JsonNode ports) {
    List<Port> result = new ArrayList<>();
    for (int number = 1; ports.isArray() && number < ports.size(); number++) {
      String word = word(ports.get(number));
      result.add(new Port(number, look(PORT_STATUSES, word, PortStatus.UNKNOWN), word));
    }
    return List.copyOf(result);
  }

  private static String word(JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    JsonNode clean = Redaction.without(value);
    return clean.isTextual() ? clean.textValue() : clean.toString();
  }

  /**
   * The device object, and beside its members whatever stands around it that no table knows. The
   * outermost members are left out: they are about the call, and could change with each.
   */
  private static JsonNode attributes(LvccReply reply, boolean tariffKept) {
    ObjectNode all = reply.device().deepCopy();
    Set<String> inner = reply.ports().isArray() ? Set.of("device", "ports") : Set.of("device");
    add(all, reply.innerData(), inner, "data.device.data.");
    add(all, reply.inner(), Set.of("data", "success"), "data.device.");
    Set<String> outer = tariffKept ? Set.of("device", "price", "priceDetail") : Set.of("device");
    add(all, reply.data(), outer, "data.");
    return Redaction.without(all);
  }

  /** Members go under their own names, or under their paths where the name is taken. */
  private static void add(ObjectNode all, JsonNode from, Set<String> known, String path) {
    for (Map.Entry<String, JsonNode> member : from.properties()) {
      String name = member.getKey();
      if (!known.contains(name)) {
        all.set(all.has(name) ? path + name : name, member.getValue());
      }
    }
  }

  private LvccDevices() {}
}
