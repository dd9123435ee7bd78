package dev.muster.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.simulator.enos.EnosDemo;
import dev.muster.simulator.huawei.HuaweiDemo;
import dev.muster.simulator.lvcc.LvccDemo;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
