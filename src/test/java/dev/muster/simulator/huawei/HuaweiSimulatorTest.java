package dev.muster.simulator.huawei;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Json;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.SimulatorClient;
import dev.muster.simulator.SimulatorClient.Reply;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HuaweiSimulatorTest {
  private static final String DEVICE = HuaweiDemo.DEVICES.get(0);

  private final Simulator simulator = Simulator.start(0);
  private final SimulatorClient client = new SimulatorClient(simulator);

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void showsWhetherADeviceIsActivated() throws IOException {
    Reply reply = client.huawei(client.huaweiToken(), DEVICE);
    assertThat(reply.at("/deviceId")).isEqualTo(DEVICE);
    assertThat(reply.at("/activated")).isEqualTo("true");
  }

  @Test
  void secondLoginKillsTheFirstToken() throws IOException {
    String first = client.huaweiToken();
    String second = client.huaweiToken();
    Reply refused = client.huawei(first, DEVICE);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.at("/error_code")).isEqualTo("1010005");
    assertThat(client.huawei(second, DEVICE).status()).isEqualTo(200);
  }

  @Test
  void refreshNeedsTheSecretAndTheLastRefreshToken() throws IOException {
    Reply login = client.huaweiLogin(HuaweiDemo.SECRET);
    assertThat(login.at("/tokenType")).isEqualTo("Bearer ");
    assertThat(login.json().get("expiresIn").asInt()).isEqualTo(3600);
    String body =
        Json.object()
            .put("appId", HuaweiDemo.APP_ID)
            .put("secret", HuaweiDemo.SECRET)
            .put("refreshToken", login.at("/refreshToken"))
            .toString();
    Reply refreshed = refresh(body);
    assertThat(client.huawei(refreshed.at("/accessToken"), DEVICE).status()).isEqualTo(200);
    Reply again = refresh(body);
    assertThat(again.status()).isEqualTo(401);
    assertThat(again.at("/error_code")).isEqualTo("100208");
  }

  private Reply refresh(String body) throws IOException {
    return client.post("huawei", "/iocm/app/sec/v1.1.0/refreshToken", "application/json", body);
  }

  @Test
  void refusesAWrongSecretAnExpiredTokenAnUnknownDeviceAndForeignApplications() throws IOException {
    assertThat(client.huaweiLogin("wrong").status()).isEqualTo(401);
    String token = client.huaweiToken();
    assertThat(client.huawei(token, "nobody").at("/error_code")).isEqualTo("100403");
    assertThat(client.huawei(token, DEVICE + "?appId=nobody").at("/error_code"))
        .isEqualTo("100203");
    simulator.vendor(HuaweiSimulator.class).addApplication("other", "secret");
    assertThat(client.huawei(token, DEVICE + "?appId=other").at("/error_code")).isEqualTo("100217");
    simulator.vendor(HuaweiSimulator.class).expireTokens();
    assertThat(client.huawei(token, DEVICE).at("/error_code")).isEqualTo("1010005");
  }

  @Test
  void aDeviceConnectsAndADeletedOneIsNotFound() throws IOException {
    String waiting = HuaweiDemo.DEVICES.get(2);
    String token = client.huaweiToken();
    assertThat(client.huawei(token, waiting).at("/activated")).isEqualTo("false");
    simulator.vendor(HuaweiSimulator.class).connect(waiting);
    assertThat(client.huawei(token, waiting).at("/activated")).isEqualTo("true");
    client.control("DELETE", "/inventory/huawei/device/" + waiting, "");
    assertThat(client.huawei(token, waiting).status()).isEqualTo(404);
  }

  @Test
  void listsDevicesPageByPageInTheOrderOfTheirRegistration() throws IOException {
    String token = client.huaweiToken();
    Reply first = client.huaweiList(token, "pageNo=0&pageSize=60&sort=ASC");
    assertThat(first.json().get("totalCount").asInt()).isEqualTo(100);
    assertThat(first.json().get("devices")).hasSize(60);
    assertThat(first.at("/devices/0/deviceId")).isEqualTo(DEVICE);
    assertThat(first.at("/devices/0/deviceInfo/status")).isEqualTo("ONLINE");
    assertThat(first.at("/devices/2/deviceInfo/status")).isEqualTo("INACTIVE");
    assertThat(first.at("/devices/0/createTime")).matches("\\d{8}T\\d{6}Z");
    assertThat(client.huaweiList(token, "pageNo=1&pageSize=60&sort=ASC").json().get("devices"))
        .hasSize(40);
    assertThat(client.huaweiList(token, "pageNo=2&pageSize=60").json().get("devices")).isEmpty();
    assertThat(client.huaweiList(token, "pageNo=0").json().get("devices")).hasSize(25);
    assertThat(
            client.huaweiList(token, "pageNo=0&status=INACTIVE").json().get("totalCount").asInt())
        .isEqualTo(33);
    assertThat(client.huaweiList(token, "pageNo=0&endTime=20200101T000000Z").json().get("devices"))
        .isEmpty();
  }

  @Test
  void listsTheDevicesOfAGateway() throws IOException {
    String token = client.huaweiToken();
    Reply own = client.huaweiList(token, "gatewayId=" + DEVICE);
    assertThat(own.at("/totalCount")).isEqualTo("1");
    assertThat(own.json().get("devices")).hasSize(1);
    assertThat(own.at("/devices/0/deviceId")).isEqualTo(DEVICE);
    assertThat(own.at("/devices/0/gatewayId")).isEqualTo(DEVICE);
    assertThat(client.huaweiList(token, "pageNo=0&gatewayId=nobody").json().get("devices"))
        .isEmpty();
    assertThat(
            client
                .huaweiList(token, "gatewayId=" + DEVICE + "&status=INACTIVE")
                .json()
                .get("devices"))
        .isEmpty();
  }

  @Test
  void refusesAPageThatIsOutOfRange() throws IOException {
    String token = client.huaweiToken();
    for (String query :
        new String[] {"pageNo=0&pageSize=251", "pageNo=-1", "pageNo=0&pageSize=0"}) {
      Reply refused = client.huaweiList(token, query);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.at("/error_code")).isEqualTo("123029");
    }
    assertThat(client.huaweiList(token, "pageSize=10").at("/error_code")).isEqualTo("120015");
    assertThat(client.huaweiList("nobody's", "pageNo=0").status()).isEqualTo(403);
  }

  @Test
  void errorsComeWithStatus200BySwitch() throws IOException {
    client.control("POST", "/settings/huawei", "{\"errorsWithStatus200\":true}");
    Reply reply = client.huawei(client.huaweiToken(), "nobody");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.at("/error_code")).isEqualTo("100403");
  }

  @Test
  void loginsCountAgainstTheLimitOfTheApplication() throws IOException {
    client.control(
        "POST", "/settings/huawei", "{\"limit\":{\"requests\":3,\"windowMillis\":1000}}");
    client.huaweiToken();
    String token = client.huaweiToken();
    assertThat(client.huawei(token, DEVICE).status()).isEqualTo(200);
    Reply fourth = client.huawei(token, DEVICE);
    assertThat(fourth.status()).isEqualTo(403);
    assertThat(fourth.at("/error_code")).isEqualTo("1010009");
    await().until(() -> client.huawei(token, DEVICE).status() == 200);
  }
}
