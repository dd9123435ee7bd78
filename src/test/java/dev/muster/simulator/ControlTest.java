package dev.muster.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.simulator.enos.EnosDemo;
import dev.muster.simulator.huawei.HuaweiDemo;
import dev.muster.simulator.lvcc.LvccDemo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlTest {
  private final Simulator simulator = SimulatorProcess.start(SimulatorOptions.of("--port=0"));
  private final SimulatorClient client = new SimulatorClient(simulator);

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void aDeviceIsAddedChangedAndRemoved() throws IOException {
    String path = "/inventory/huawei/device/d-1";
    String token = client.huaweiToken();
    client.control("PUT", path, "{\"deviceId\":\"d-1\",\"activated\":false,\"name\":\"a\"}");
    assertThat(client.huawei(token, "d-1").at("/name")).isEqualTo("a");
    client.control("PATCH", path, "{\"name\":null}");
    assertThat(client.huawei(token, "d-1").json().get("name").isNull()).isTrue();
    client.control("DELETE", path, "");
    assertThat(client.huawei(token, "d-1").status()).isEqualTo(404);
  }

  @Test
  void aChangedProductIsReadAsItWasForAWhileBySwitch() throws IOException {
    String token = client.enosToken().at("/data/accessToken");
    client.control("POST", "/settings/enos", "{\"productStaleMillis\":60000}");
    client.control("PATCH", "/inventory/enos/product/pk-1", "{\"productDesc\":\"new\"}");
    assertThat(client.enosProduct(token, "pk-1").at("/data/productDesc")).isEmpty();
    client.control("POST", "/settings/enos", "{\"productStaleMillis\":0}");
    assertThat(client.enosProduct(token, "pk-1").at("/data/productDesc")).isEqualTo("new");
  }

  @Test
  void resetBringsTheDemonstrationBack() throws IOException {
    client.control("DELETE", "/inventory/enos/device/SN-00001", "");
    client.control("POST", "/disturbances", "{\"kind\":\"drop-before\"}");
    client.control("POST", "/reset", "");
    assertThat(client.control("GET", "", "").at("/enos/device")).isEqualTo("240");
    assertThat(client.huaweiLogin(HuaweiDemo.SECRET).status()).isEqualTo(200);
  }

  @Test
  void allocationsAreCountedForAnotherProcess() throws IOException {
    String free = EnosDemo.ALLOCATABLE.get(0);
    client.enosAllocate(client.enosToken().at("/data/accessToken"), "{\"sn\":\"" + free + "\"}");
    assertThat(client.control("GET", "/allocations/" + free, "").at("/effective")).isEqualTo("1");
    assertThat(client.control("GET", "/allocations", "").at("/" + free + "/posts")).isEqualTo("1");
  }

  @Test
  void aMistakeIsAnsweredWithASentence() throws IOException {
    var reply = client.control("GET", "/settings/acme", "");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text()).isEqualTo("no vendor 'acme'");
  }

  @Test
  void aPageOfAWebSiteCanControlNothing() throws IOException {
    var before = simulator.disturbances();
    var request = client.request(Control.PREFIX, "/disturbances");
    String flood = "{\"kind\":\"drop-before\"}";

    var asText = client.post(Control.PREFIX, "/disturbances", "text/plain", flood);
    var asNothing = client.send(request.POST(BodyPublishers.ofString(flood)));

    assertThat(asText.status()).isEqualTo(400);
    assertThat(asText.text()).contains("application/json");
    assertThat(asNothing.status()).isEqualTo(400);
    assertThat(underAnotherName()).startsWith("HTTP/1.1 400").contains("on this machine");
    assertThat(simulator.disturbances()).isEqualTo(before);
  }

  /** A name that leads to this machine since the page was loaded. */
  private String underAnotherName() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port())) {
      socket
          .getOutputStream()
          .write(
              "POST /control/reset HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\":\"nested\",\"size\":2000000000}",
        "{\"kind\":\"nested\",\"size\":-1}",
        "{\"kind\":\"enormous\",\"size\":9223372036854775807}",
        "{\"kind\":\"enormous\",\"size\":1e999}",
        "{\"kind\":\"latency\",\"delayMillis\":9223372036854775807}",
        "{\"kind\":\"latency\",\"delayMillis\":-5}",
        "{\"kind\":\"late-reply\",\"maxDelayMillis\":1e300}",
        "{\"kind\":\"reply\",\"status\":-1}",
        "{\"kind\":\"reply\",\"status\":100}",
        "{\"kind\":\"reply\",\"chance\":\"NaN\"}",
        "{\"kind\":\"reply\",\"times\":-1}",
        "[]",
        "{} {}",
        "null"
      })
  void anAbsurdDisturbanceIsAnsweredWithASentence(String absurd) throws IOException {
    var before = simulator.disturbances();
    var reply = client.control("POST", "/disturbances", absurd);

    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.text()).isNotBlank();
    assertThat(simulator.disturbances()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/arrivals?last=-1", "/worst-window?millis=0", "/arrivals?last=x"})
  void anAbsurdNumberIsAnsweredWithASentence(String path) throws IOException {
    assertThat(client.control("GET", path, "").status()).isEqualTo(400);
  }

  @Test
  void anAccountIsAdded() throws IOException {
    client.control("POST", "/accounts/lvcc", "{\"token\":\"t-2\"}");
    String simId = LvccDemo.DEVICES.get(0);
    assertThat(client.lvcc(Map.of("token", "t-2", "deviceId", simId)).at("/success"))
        .isEqualTo("true");
  }

  @Test
  void anEmptySimulatorKnowsNobody() throws IOException {
    try (Simulator empty = SimulatorProcess.start(SimulatorOptions.of("--port=0", "--empty"))) {
      assertThat(new SimulatorClient(empty).huaweiLogin(HuaweiDemo.SECRET).status()).isEqualTo(401);
    }
  }
}
