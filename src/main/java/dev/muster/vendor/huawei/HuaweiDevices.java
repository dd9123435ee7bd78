package dev.muster.vendor.huawei;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.device.Lifecycle;
import dev.muster.device.Part;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Listing;
import dev.muster.vendor.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Maps Huawei's activation status, and its list of devices, to the canonical record. */
final class HuaweiDevices {
  /** What the activation call owns. */
  static final Part ACTIVATION = new Part(false, Set.of("activated", "vendor_status", "lifecycle"));

  /** What the list owns. */
  private static final Part LIST =
      new Part(
          true,
          Set.of(
              "name",
              "model",
              "serial_number",
              "type",
              "connectivity",
              "address",
              "vendor_created_at",
              "vendor_updated_at"));

  /** Of a device that has never connected. */
  private static final String INACTIVE = "INACTIVE";

  /**
   * @param key what was asked for
   */
  static Device device(String key, HuaweiReply reply) {
    return new Device(
        key,
        null,
        reply.deviceName(),
        null,
        null,
        null,
        lifecycle(reply.activated()),
        reply.activatedWord(),
        Connectivity.UNKNOWN,
        reply.activated(),
        null,
        null,
        null,
        null,
        Redaction.without(reply.body()),
        null,
        null,
        List.of());
  }

  static Listing page(HuaweiReply reply) {
    List<Device> devices = new ArrayList<>();
    for (JsonNode entry : reply.devices()) {
      if (Fields.text(entry, "deviceId") != null) {
        devices.add(listed(entry));
      }
    }
    Integer total = reply.totalCount();
    return new Listing(
        devices,
        List.of(),
        LIST,
        reply.devices().size(),
        total == null || total < 0 ? null : Long.valueOf(total));
  }

  private static Device listed(JsonNode entry) {
    JsonNode info = Fields.container(entry, "deviceInfo");
    String status = Fields.text(info, "status");
    boolean activated = status != null && !status.equals(INACTIVE);
    return new Device(
        Fields.text(entry, "deviceId"),
        Fields.text(info, "serialNumber"),
        Fields.text(info, "name"),
        null,
        Fields.text(info, "model"),
        Fields.text(info, "deviceType"),
        INACTIVE.equals(status) ? Lifecycle.REGISTERED : lifecycle(activated ? true : null),
        null,
        connectivity(status),
        activated ? true : null,
        null,
        Fields.text(info, "location"),
        null,
        null,
        Redaction.without(entry),
        Fields.epochMillis(entry, "createTime"),
        Fields.epochMillis(entry, "lastModifiedTime"),
        List.of());
  }

  /** ABNORMAL has been silent for 25 hours, by default; OFFLINE for 49. */
  private static Connectivity connectivity(String status) {
    return switch (String.valueOf(status)) {
      case "ONLINE" -> Connectivity.ONLINE;
      case "OFFLINE", "ABNORMAL" -> Connectivity.OFFLINE;
      default -> Connectivity.UNKNOWN;
    };
  }

  private static Lifecycle lifecycle(Boolean activated) {
    if (activated == null) {
      return Lifecycle.UNKNOWN;
    }
    return activated ? Lifecycle.ACTIVE : Lifecycle.REGISTERED;
  }

  private HuaweiDevices() {}
}
