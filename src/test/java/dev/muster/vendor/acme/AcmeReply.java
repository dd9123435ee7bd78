package dev.muster.vendor.acme;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonCreator.Mode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.device.Lifecycle;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Redaction;
import java.util.List;
import java.util.Map;

/** Acme's reply as it came, a device or an error, and the device as the canonical record. */
public record AcmeReply(JsonNode body) {
  private static final Map<String, Lifecycle> LIFECYCLES =
      Map.of("running", Lifecycle.ACTIVE, "off", Lifecycle.DISABLED);

  @JsonCreator(mode = Mode.DELEGATING)
  public AcmeReply {
    body = body == null ? MissingNode.getInstance() : body;
  }

  String error() {
    return Fields.text(body, "error");
  }

  String text() {
    return Fields.text(body, "text");
  }

  JsonNode source() {
    return body.path("device");
  }

  String id() {
    return Fields.text(source(), "id");
  }

  Device device() {
    String state = Fields.text(source(), "state");
    return new Device(
        id(),
        null,
        Fields.text(source(), "label"),
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
        Redaction.without(source()),
        null,
        null,
        List.of());
  }

  /** Says nothing of what it holds. */
  @Override
  public String toString() {
    return "AcmeReply";
  }
}
