package dev.muster.vendor.huawei;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonCreator.Mode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.vendor.Fields;

/**
 * Huawei's reply as it came: flat, whether it shows a device, a token or an error. No accessor
 * throws, whatever the shape; what is absent is null.
 *
 * @param body the whole reply
 */
public record HuaweiReply(JsonNode body) {

  @JsonCreator(mode = Mode.DELEGATING)
  public HuaweiReply {
    body = body == null ? MissingNode.getInstance() : body;
  }

  /** A string or a number. */
  String errorCode() {
    return Fields.text(body, "error_code");
  }

  String errorText() {
    return Fields.text(body, "error_desc");
  }

  String deviceId() {
    return Fields.text(body, "deviceId");
  }

  String deviceName() {
    return Fields.text(body, "name");
  }

  /** Null if it is neither true nor false. */
  Boolean activated() {
    return Fields.bool(body, "activated");
  }

  /** The vendor's own word. */
  String activatedWord() {
    return Fields.text(body, "activated");
  }

  /** A page of a list; null if it is none. */
  JsonNode devices() {
    JsonNode devices = Fields.container(body, "devices");
    return devices != null && devices.isArray() ? devices : null;
  }

  /** How long the list is. */
  Integer totalCount() {
    return Fields.integer(body, "totalCount");
  }

  String accessToken() {
    return Fields.text(body, "accessToken");
  }

  String refreshToken() {
    return Fields.text(body, "refreshToken");
  }

  /** Seconds; a number, or a string that holds one. */
  Integer expiresIn() {
    return Fields.integer(body, "expiresIn");
  }

  /** Never goes into a log: it may hold a token. */
  @Override
  public String toString() {
    return "HuaweiReply";
  }
}
