package dev.muster.vendor.acme;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Acme's platform: every device exists whose id starts with A-; A-busy is refused once. */
final class AcmeStub implements AutoCloseable {
  static final String KEY = "acme-key-1";

  private final HttpServer server;
  private final Set<String> locked = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  /** The first lines of the requests that came, in their order. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  AcmeStub() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/v1/devices/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    String rest = exchange.getRequestURI().getPath().substring("/v1/devices/".length());
    boolean lock = exchange.getRequestMethod().equals("POST") && rest.endsWith("/lock");
    String id = lock ? rest.substring(0, rest.length() - "/lock".length()) : rest;
    if (!KEY.equals(exchange.getRequestHeaders().getFirst("X-Acme-Key"))) {
      send(exchange, 401, "{\"error\":\"E401\",\"text\":\"who are you\"}");
    } else if (!id.startsWith("A-")) {
      send(exchange, 404, "{\"error\":\"E404\",\"text\":\"nothing here\"}");
    } else if (id.equals("A-busy") && refused.add(id)) {
      send(exchange, 200, "{\"error\":\"E429\",\"text\":\"slow down\"}");
    } else {
      if (lock) {
        locked.add(id);
      }
      send(
          exchange,
          200,
          "{\"device\":{\"id\":\"%s\",\"label\":\"Pump house\",\"state\":\"running\",\"locked\":%s}}"
              .formatted(id, locked.contains(id)));
    }
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
