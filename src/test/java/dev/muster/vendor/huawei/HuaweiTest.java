package dev.muster.vendor.huawei;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.support.EveryVendor;
import dev.muster.support.Json;
import dev.muster.support.ShippedCodes;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Encoding;
import dev.muster.vendor.Listing;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Request;
import dev.muster.vendor.Token;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HuaweiTest {
  private static final Map<String, String> CREDENTIALS =
      Map.of("app-id", "app&1", "secret", "s+/=&\"1");
  private static final Token TOKEN =
      new Token("access-1", "refresh-1", Duration.ofHours(1), Duration.ofHours(24));
  private static final String PATH = "/iocm/app/reg/v1.1.0/deviceCredentials/{deviceId}";
  private final Huawei huawei = new Huawei();

  static Account account(Map<String, String> parameters) {
    return new Account("h1", "huawei", "https://v.example:8743", parameters, CREDENTIALS);
  }

  static Call call(String name, String key) {
    return call(account(Map.of()), name, key);
  }

  static Call call(Account account, String name, String key) {
    String path =
        switch (name) {
          case "login" -> "/iocm/app/sec/v1.1.0/login";
          case "refresh-token" -> "/iocm/app/sec/v1.1.0/refreshToken";
          default -> PATH;
        };
    boolean aboutADevice = name.equals(Huawei.ACTIVATION_STATUS);
    return new Call(
        account,
        name,
        path,
        aboutADevice ? key : null,
        null,
        TOKEN,
        null,
        ShippedCodes.of("huawei"));
  }

  private static String body(Request request) {
    return new String(request.body(), StandardCharsets.UTF_8);
  }

  @Test
  void logsInByAForm() {
    Request request = huawei.request(call("login", null));
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/iocm/app/sec/v1.1.0/login");
    assertThat(request.contentType()).isEqualTo("application/x-www-form-urlencoded");
    assertThat(request.headers()).isEmpty();
    assertThat(body(request)).isEqualTo("appId=app%261&secret=s%2B%2F%3D%26%221");
  }

  @Test
  void refreshesByJson() {
    Request request = huawei.request(call("refresh-token", null));
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.contentType()).isEqualTo("application/json");
    assertThat(Json.tree(body(request)))
        .isEqualTo(
            Json.tree(
                "{\"appId\":\"app&1\",\"secret\":\"s+/=&\\\"1\",\"refreshToken\":\"refresh-1\"}"));
  }

  @Test
  void asksForADeviceWithTheTokenAndTheAppKey() {
    Request request = huawei.request(call("activation-status", "d-1"));
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.path()).isEqualTo("/iocm/app/reg/v1.1.0/deviceCredentials/d-1");
    assertThat(request.query()).isNull();
    assertThat(request.body()).isNull();
    assertThat(request.headers())
        .containsOnly(Map.entry("app_key", "app&1"), Map.entry("Authorization", "Bearer access-1"));
  }

  @Test
  void asksForAnAuthorisedApplicationOnlyWhereThatIsConfigured() {
    Account account = account(Map.of("query-app-id", "other app"));
    assertThat(huawei.request(call(account, "activation-status", "d")).query())
        .isEqualTo("appId=other%20app");
  }

  @Test
  void listsWhatWasRegisteredUntilTheSweepsStartTheOldestFirst() {
    Account account = account(Map.of("list-filter", "nodeType=ENDPOINT&deviceType=Water Meter"));
    Call page =
        new Call(
            account,
            "list-devices",
            "/iocm/app/dm/v1.4.0/devices",
            "page 3",
            Json.tree(
                "{\"page\": 3, \"size\": 250, \"until\": 1645668000001, \"from\": 1449922332000}"),
            TOKEN,
            null,
            ShippedCodes.of("huawei"));
    Request request = huawei.request(page);
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.path()).isEqualTo("/iocm/app/dm/v1.4.0/devices");
    assertThat(request.query())
        .isEqualTo(
            "pageNo=3&pageSize=250&sort=ASC&startTime=20151212T121212Z&endTime=20220224T020001Z"
                + "&nodeType=ENDPOINT&deviceType=Water%20Meter");
    assertThat(huawei.problems(account)).isEmpty();
    assertThat(huawei.problems(account(Map.of("list-filter", "pageSize=1"))))
        .singleElement()
        .asString()
        .startsWith("parameters.list-filter is no filter: put pairs such as");
  }

  @Test
  void aPageShowsTheColumnsThatTheListOwns() throws Exception {
    Call page = call("list-devices", "page 0");
    HuaweiReply reply;
    try (InputStream recorded = HuaweiTest.class.getResourceAsStream("list-devices.json")) {
      reply = EveryVendor.mapper().readValue(recorded, HuaweiReply.class);
    }
    Listing list = huawei.read(page, new Reply(200, null, reply)).list();
    assertThat(list.entries()).isEqualTo(2);
    assertThat(list.total()).isEqualTo(2);
    Device device = list.devices().get(0);
    assertThat(device.key()).isEqualTo("d-1");
    assertThat(device.name()).isEqualTo("Meter 1");
    assertThat(device.model()).isEqualTo("NB-1");
    assertThat(device.serialNumber()).isEqualTo("SN-1");
    assertThat(device.connectivity()).isEqualTo(Connectivity.ONLINE);
    assertThat(device.activated()).isTrue();
    assertThat(device.vendorCreatedAt()).isEqualTo("2015-12-12T12:12:12Z");
    assertThat(list.devices().get(1).activated()).as("INACTIVE says nothing of it").isNull();
    assertThat(list.part().columns())
        .contains("name", "model", "serial_number", "connectivity")
        .doesNotContain("activated", "vendor_status");
  }

  @Test
  void encodesTheLongestAndOddestDeviceIdIntoOneSegment() {
    String key = "a/b?c#d%2F ..;=&{{x}}$中😀\\\"".repeat(16).substring(0, 256);
    String path = huawei.request(call("activation-status", key)).path();
    String segment = path.substring("/iocm/app/reg/v1.1.0/deviceCredentials/".length());
    assertThat(segment).matches("[A-Za-z0-9._~%-]+");
    assertThat(URLDecoder.decode(segment, StandardCharsets.UTF_8)).isEqualTo(key);
    assertThat(huawei.request(call("activation-status", "..")).path())
        .endsWith("/" + Encoding.segment(".."));
    assertThat(huawei.request(call("activation-status", "..")).path()).doesNotContain("..");
  }

  @Test
  void refusesACallThatItDoesNotKnow() {
    assertThatThrownBy(() -> huawei.request(call("delete-everything", "d")))
        .hasMessageContaining("delete-everything");
  }

  @Test
  void countsCallsByApplicationWithoutShowingItsId() {
    Account same =
        new Account(
            "h2", "huawei", "https://v.example", Map.of(), Map.of("appId", "app&1", "secret", "x"));
    Account other =
        new Account(
            "h3", "huawei", "https://v.example", Map.of(), Map.of("appId", "app2", "secret", "x"));
    String quota = huawei.quota(account(Map.of()), "e1");
    assertThat(quota).matches("huawei-[0-9a-f]{8}").isEqualTo(huawei.quota(same, "e2"));
    assertThat(quota).isNotEqualTo(huawei.quota(other, "e1"));
    assertThat(huawei.quotaScope()).isEqualTo("app");
    assertThat(huawei.tokenRule(null).paid()).isTrue();
    assertThat(huawei.tokenRule(null).loginCall()).isEqualTo("login");
    assertThat(huawei.tokenRule(null).refreshCall()).isEqualTo("refresh-token");
    assertThat(huawei.tokenRule(null).renewAhead()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(huawei.problems(account(Map.of()))).isEmpty();
    assertThat(
            huawei.problems(
                new Account("h", "huawei", "https://v.example", Map.of(), Map.of("secret", " "))))
        .hasSize(2)
        .anyMatch(problem -> problem.contains("credentials.app-id"))
        .anyMatch(problem -> problem.contains("credentials.secret"));
  }
}
