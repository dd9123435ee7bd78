package dev.muster.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.enos.EnosDemo;
import dev.muster.simulator.enos.SignatureCheck;
import dev.muster.simulator.huawei.HuaweiDemo;
import dev.muster.simulator.lvcc.LvccDemo;
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
public final class SimulatorClient {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final AtomicLong LAST_TIMESTAMP = new AtomicLong(System.currentTimeMillis());

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Simulator simulator;

  public SimulatorClient(Simulator simulator) {
    this.simulator = simulator;
  }

  /** A reply with its body as text and as JSON. */
  public record Reply(int status, String text, HttpResponse<String> response) {
    public JsonNode json() {
      return Json.require(text.getBytes(StandardCharsets.UTF_8));
    }

    public String at(String pointer) {
      return json().at(pointer).asText();
    }
  }

  public Reply send(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> response =
          http.send(request.timeout(DEADLINE).build(), BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body(), response);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  public HttpRequest.Builder request(String vendor, String pathAndQuery) {
    return HttpRequest.newBuilder(URI.create(simulator.url(vendor) + pathAndQuery));
  }

  public Reply control(String method, String path, String body) throws IOException {
    return send(
        request(Control.PREFIX, path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
  }

  public Reply post(String vendor, String path, String contentType, String body)
      throws IOException {
    return send(
        request(vendor, path)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(body)));
  }

  public Reply form(String vendor, String path, Map<String, String> members) throws IOException {
    return post(vendor, path, "application/x-www-form-urlencoded", encoded(members));
  }

  private static String encoded(Map<String, String> members) {
    return members.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  // EnOS

  public Reply enosToken(String appKey, String timestamp, String encryption) throws IOException {
    ObjectNode body = Json.object().put("appKey", appKey).put("encryption", encryption);
    body.put("timestamp", Long.parseLong(timestamp));
    return post("enos", "/apim-token-service/v2.0/token/get", "application/json", body.toString());
  }

  public Reply enosToken() throws IOException {
    String now = Long.toString(LAST_TIMESTAMP.incrementAndGet());
    String key = EnosDemo.APP_KEY;
    return enosToken(key, now, SignatureCheck.encryption(key, now, EnosDemo.APP_SECRET));
  }

  public Reply enos(
      String method, String path, Map<String, String> query, String token, String body)
      throws IOException {
    return enos(method, path, query, token, body, EnosDemo.APP_SECRET);
  }

  public Reply enos(
      String method,
      String path,
      Map<String, String> query,
      String token,
      String body,
      String secret)
      throws IOException {
    String now = Long.toString(System.currentTimeMillis());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String signature = SignatureCheck.signature(token, new TreeMap<>(query), bytes, now, secret);
    return send(
        request("enos", path + "?" + encoded(query))
            .header("apim-accesstoken", token)
            .header("apim-timestamp", now)
            .header("apim-signature", signature)
            .method(method, BodyPublishers.ofByteArray(bytes)));
  }

  public Reply enosGet(String token, String sn) throws IOException {
    Map<String, String> query = Map.of("action", "get", "orgId", EnosDemo.ORG_ID, "sn", sn);
    return enos("GET", "/dps-service/v2.5/pvs/device", query, token, "");
  }

  public Reply enosAllocate(String token, String body) throws IOException {
    Map<String, String> query = Map.of("action", "allocate", "orgId", EnosDemo.ORG_ID);
    return enos("POST", "/dps-service/v2.5/pvs/device", query, token, body);
  }

  public Reply enosSearch(String token, String expression) throws IOException {
    Map<String, String> query = Map.of("action", "search", "orgId", EnosDemo.ORG_ID);
    ObjectNode body = Json.object().put("expression", expression);
    return enos("POST", "/dps-service/v2.5/pvs/device", query, token, body.toString());
  }

  public Reply enosProduct(String token, String productKey) throws IOException {
    Map<String, String> query =
        Map.of("action", "get", "orgId", EnosDemo.ORG_ID, "productKey", productKey);
    return enos("GET", "/connect-service/v2.1/products", query, token, "");
  }

  // LvCC

  public Reply lvcc(Map<String, String> members) throws IOException {
    return form("lvcc", "/deviceStatus", members);
  }

  public Reply lvcc(String deviceId) throws IOException {
    return lvcc(Map.of("token", LvccDemo.TOKEN, "deviceId", deviceId));
  }

  // Huawei

  public Reply huaweiLogin(String secret) throws IOException {
    return form(
        "huawei",
        "/iocm/app/sec/v1.1.0/login",
        Map.of("appId", HuaweiDemo.APP_ID, "secret", secret));
  }

  public String huaweiToken() throws IOException {
    return huaweiLogin(HuaweiDemo.SECRET).at("/accessToken");
  }

  public Reply huaweiList(String token, String query) throws IOException {
    return send(
        request("huawei", "/iocm/app/dm/v1.4.0/devices?" + query)
            .header("app_key", HuaweiDemo.APP_ID)
            .header("Authorization", "Bearer " + token));
  }

  public Reply huawei(String token, String deviceIdAndQuery) throws IOException {
    return send(
        request("huawei", "/iocm/app/reg/v1.1.0/deviceCredentials/" + deviceIdAndQuery)
            .header("app_key", HuaweiDemo.APP_ID)
            .header("Authorization", "Bearer " + token));
  }
}
