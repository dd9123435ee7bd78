package dev.muster.simulator;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A reply, ready to be sent.
 *
 * @param outcome what the arrival log says of it: "ok", a business code, "throttled"
 */
public record Answer(
    int status, String contentType, byte[] body, Map<String, String> headers, String outcome) {
  static final String JSON = "application/json;charset=UTF-8";
  static final String THROTTLED = "throttled";

  /** A JSON body. */
  public static Answer json(int status, byte[] body, String outcome) {
    return new Answer(status, JSON, body, Map.of(), outcome);
  }

  /** A success. */
  public static Answer ok(byte[] body) {
    return json(200, body, "ok");
  }

  /** A success around bytes that are JSON already. */
  public static Answer wrap(String before, byte[] json, String after) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(before.getBytes(StandardCharsets.UTF_8));
    whole.writeBytes(json);
    whole.writeBytes(after.getBytes(StandardCharsets.UTF_8));
    return ok(whole.toByteArray());
  }

  Answer withBody(byte[] other) {
    return new Answer(status, contentType, other, headers, outcome);
  }

  Answer withOutcome(String other) {
    return new Answer(status, contentType, body, headers, other);
  }

  /** Sends all of it. */
  void send(HttpExchange exchange) throws IOException {
    announce(exchange, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  /** Sends status and headers, with this length of the body; -1 for none. */
  void announce(HttpExchange exchange, long length) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", contentType);
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(status, length);
  }
}
