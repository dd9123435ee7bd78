package dev.muster.vendor.lvcc;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonCreator.Mode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.vendor.Fields;

/**
 * LvCC's reply as it came. No accessor throws, whatever the shape: a node that is absent is a
 * missing node, a flag or text that is absent is null.
 *
 * @param body the whole reply
 */
public record LvccReply(JsonNode body) {

  @JsonCreator(mode = Mode.DELEGATING)
  public LvccReply {
    body = body == null ? MissingNode.getInstance() : body;
  }

  Boolean success() {
    return Fields.bool(body, "success");
  }

  /** A string in LvCC's samples; a number is taken too. */
  String code() {
    return Fields.text(body, "code");
  }

  String error() {
    return Fields.text(body, "error");
  }

  JsonNode data() {
    return body.path("data");
  }

  JsonNode price() {
    return data().path("price");
  }

  JsonNode priceDetail() {
    return data().path("priceDetail");
  }

  /** The inner envelope, with a success flag of its own. */
  JsonNode inner() {
    return data().path("device");
  }

  Boolean innerSuccess() {
    return Fields.bool(inner(), "success");
  }

  JsonNode innerData() {
    return inner().path("data");
  }

  String innerError() {
    return Fields.text(innerData(), "errorMsg");
  }

  JsonNode ports() {
    return innerData().path("ports");
  }

  /** The device itself. */
  JsonNode device() {
    return innerData().path("device");
  }

  /** Never goes into a log: it may hold a secret. */
  @Override
  public String toString() {
    return "LvccReply";
  }
}
