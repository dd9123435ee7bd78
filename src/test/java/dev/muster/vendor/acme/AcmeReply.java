package dev.muster.vendor.acme;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonCreator.Mode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.vendor.Fields;

/** Acme's reply as it came: a device, or an error. */
public record AcmeReply(JsonNode body) {

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

  JsonNode device() {
    return body.path("device");
  }

  String id() {
    return Fields.text(device(), "id");
  }

  /** Says nothing of what it holds. */
  @Override
  public String toString() {
    return "AcmeReply";
  }
}
