package dev.muster.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** Calls the simulator as a well-behaved client of each vendor would. */
final class SimulatorClient {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final AtomicLong LAST_TIMESTAMP = new AtomicLong(System.currentTimeMillis());

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Simulator simulator;

  SimulatorClient(Simulator simulator) {
    this.simulator = simulator;
  }

  /** A reply with its body as text and as JSON. */
  record Reply(int status, String text, HttpResponse<String> response) {
    JsonNode json() {
      return Json.require(text.getBytes(StandardCharsets.UTF_8));
    }

    String at(String pointer) {
      return json().at(pointer).asText();
    }
  }

  Reply send(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> response =
          http.send(request.timeout(DEADLINE).build(), BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body(), response);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  HttpRequest.Builder request(String vendor, String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(simulator.url(vendor) + pathAndQuery));
  }

  Reply control(String method, String path, String body) throws IOException {
    return send(request(Control.PREFIX, path).method(method, BodyPublishers.ofString(body)));
  }

  Reply post(String vendor, String path, String contentType, String body) throws IOException {
    return send(
        request(vendor, path)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(body)));
  }

  Reply form(String vendor, String path, Map<String, String> members) throws IOException {
    return post(vendor, path, "application/x-www-form-urlencoded", encoded(members));
  }

  private static String encoded(Map<String, String> members) {
    return members.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  // EnOS

  Reply enosToken(String appKey, String timestamp, String encryption) throws IOException {
    ObjectNode body = Json.object().put("appKey", appKey).put("encryption", encryption);
    body.put("timestamp", Long.parseLong(timestamp));
    return post("enos", "/apim-token-service/v2.0/token/get", "application/json", body.toString());
  }

  Reply enosToken() throws IOException {
    String now = Long.toString(LAST_TIMESTAMP.incrementAndGet());
    String key = DemoCredentials.ENOS_APP_KEY;
    return enosToken(key, now, EnosSignature.encryption(key, now, DemoCredentials.ENOS_APP_SECRET));
  }

  Reply enos(String method, String path, Map<String, String> query, String token, String body)
      throws IOException {
    return enos(method, path, query, token, body, DemoCredentials.ENOS_APP_SECRET);
  }

  Reply enos(
      String method,
      String path,
      Map<String, String> query,
      String token,
      String body,
      String secret)
      throws IOException {
    String now = Long.toString(System.currentTimeMillis());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String signature = EnosSignature.signature(token, new TreeMap<>(query), bytes, now, secret);
    return send(
        request("enos", path + "?" + encoded(query))
            .header("apim-accesstoken", token)
            .header("apim-timestamp", now)
            .header("apim-signature", signature)
            .method(method, BodyPublishers.ofByteArray(bytes)));
  }

  Reply enosGet(String token, String sn) throws IOException {
    Map<String, String> query =
        Map.of("action", "get", "orgId", DemoCredentials.ENOS_ORG_ID, "sn", sn);
    return enos("GET", "/dps-service/v2.5/pvs/device", query, token, "");
  }

  Reply enosAllocate(String token, String body) throws IOException {
    Map<String, String> query = Map.of("action", "allocate", "orgId", DemoCredentials.ENOS_ORG_ID);
    return enos("POST", "/dps-service/v2.5/pvs/device", query, token, body);
  }

  Reply enosProduct(String token, String productKey) throws IOException {
    Map<String, String> query =
        Map.of("action", "get", "orgId", DemoCredentials.ENOS_ORG_ID, "productKey", productKey);
    return enos("GET", "/connect-service/v2.1/products", query, token, "");
  }

  // LvCC

  Reply lvcc(Map<String, String> members) throws IOException {
    return form("lvcc", "/deviceStatus", members);
  }

  Reply lvcc(String deviceId) throws IOException {
    return lvcc(Map.of("token", DemoCredentials.LVCC_TOKEN, "deviceId", deviceId));
  }

  // Huawei

  Reply huaweiLogin(String secret) throws IOException {
    return form(
        "huawei",
        "/iocm/app/sec/v1.1.0/login",
        Map.of("appId", DemoCredentials.HUAWEI_APP_ID, "secret", secret));
  }

  String huaweiToken() throws IOException {
    return huaweiLogin(DemoCredentials.HUAWEI_SECRET).at("/accessToken");
  }

  Reply huawei(String token, String deviceIdAndQuery) throws IOException {
    return send(
        request("huawei", "/iocm/app/reg/v1.1.0/deviceCredentials/" + deviceIdAndQuery)
            .header("app_key", DemoCredentials.HUAWEI_APP_ID)
            .header("Authorization", "Bearer " + token));
  }
}
