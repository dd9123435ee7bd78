package dev.muster.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A reply, ready to be sent.
 *
 * @param outcome what the arrival log says of it: "ok", a business code, "throttled"
 */
record Answer(
    int status, String contentType, byte[] body, Map<String, String> headers, String outcome) {
  static final String JSON = "application/json;charset=UTF-8";
  static final String OK = "ok";
  static final String THROTTLED = "throttled";

  static Answer json(int status, byte[] body, String outcome) {
    return new Answer(status, JSON, body, Map.of(), outcome);
  }

  static Answer ok(byte[] body) {
    return json(200, body, OK);
  }

  /** A success around bytes that are JSON already. */
  static Answer wrap(String before, byte[] json, String after) {
    byte[] head = before.getBytes(StandardCharsets.UTF_8);
    byte[] tail = after.getBytes(StandardCharsets.UTF_8);
    byte[] whole = new byte[head.length + json.length + tail.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(json, 0, whole, head.length, json.length);
    System.arraycopy(tail, 0, whole, head.length + json.length, tail.length);
    return ok(whole);
  }

  Answer withBody(byte[] other) {
    return new Answer(status, contentType, other, headers, outcome);
  }

  Answer withOutcome(String other) {
    return new Answer(status, contentType, body, headers, other);
  }
}
