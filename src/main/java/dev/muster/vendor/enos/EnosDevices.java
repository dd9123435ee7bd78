package dev.muster.vendor.enos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.device.Lifecycle;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Redaction;
import java.util.List;
import java.util.Locale;

/** Maps a {@code PvsDevice} to the canonical record. What is odd stays in the attributes only. */
final class EnosDevices {

  /**
   * @param key the sn asked for
   * @param data the reply's data object
   */
  static Device read(String key, JsonNode data) {
    JsonNode masterData = Fields.container(data, "deviceData");
    String status = currentStatus(data);
    return new Device(
        key,
        Fields.text(data, "sn"),
        name(masterData),
        Fields.text(data, "productKey"),
        model(masterData),
        null,
        lifecycle(status),
        status,
        connectivity(Fields.text(data, "connectStatus")),
        status == null ? null : lifecycle(status) == Lifecycle.ACTIVE,
        null,
        null,
        // Not those inside deviceData: they are master data, and differ in the vendor's own sample.
        Fields.text(data, "regionId"),
        Fields.text(data, "orgId"),
        Redaction.without(data),
        Fields.epochMillis(data, "createTime"),
        Fields.epochMillis(data, "updateTime"),
        List.of());
  }

  /** Localised names as documented, or one that is a plain text. */
  private static String name(JsonNode masterData) {
    JsonNode names = Fields.container(masterData, "deviceName");
    return names == null
        ? Fields.text(masterData, "deviceName")
        : Fields.text(names, "defaultValue");
  }

  /** An object in replies; in search expressions the same field is a plain word. */
  private static String currentStatus(JsonNode data) {
    JsonNode status = Fields.container(data, "status");
    return status == null ? Fields.text(data, "status") : Fields.text(status, "currentStatus");
  }

  /** The built-in master data name is modelId; the vendor's sample writes modelID. */
  private static String model(JsonNode masterData) {
    for (String name : List.of("modelID", "modelId", "modelName")) {
      String model = Fields.text(masterData, name);
      if (model != null) {
        return model;
      }
    }
    return null;
  }

  private static Lifecycle lifecycle(String currentStatus) {
    return switch (word(currentStatus)) {
      case "init" -> Lifecycle.REGISTERED;
      case "allocated" -> Lifecycle.ALLOCATED;
      case "connected" -> Lifecycle.CONNECTED;
      case "finished" -> Lifecycle.ACTIVE;
      case "discarded" -> Lifecycle.RETIRED;
      default -> Lifecycle.UNKNOWN;
    };
  }

  private static Connectivity connectivity(String connectStatus) {
    return switch (word(connectStatus)) {
      case "connected" -> Connectivity.ONLINE;
      case "failed" -> Connectivity.OFFLINE;
      default -> Connectivity.UNKNOWN;
    };
  }

  private static String word(String text) {
    return text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
  }

  private EnosDevices() {}
}
