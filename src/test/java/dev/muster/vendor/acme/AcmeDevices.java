package dev.muster.vendor.acme;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.device.Lifecycle;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Redaction;
import java.util.List;
import java.util.Map;

/** Maps acme's device to the canonical record. */
final class AcmeDevices {
  private static final Map<String, Lifecycle> LIFECYCLES =
      Map.of("running", Lifecycle.ACTIVE, "off", Lifecycle.DISABLED);

  static Device device(AcmeReply reply) {
    JsonNode device = reply.device();
    String state = Fields.text(device, "state");
    return new Device(
        reply.id(),
        null,
        Fields.text(device, "label"),
        null,
        null,
        null,
        state == null ? Lifecycle.UNKNOWN : LIFECYCLES.getOrDefault(state, Lifecycle.UNKNOWN),
        state,
        Connectivity.UNKNOWN,
        null,
        null,
        null,
        null,
        null,
        Redaction.without(device),
        null,
        null,
        List.of());
  }

  private AcmeDevices() {}
}
