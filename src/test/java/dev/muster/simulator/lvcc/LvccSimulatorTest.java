package dev.muster.simulator.lvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Arrival;
import dev.muster.simulator.Json;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.SimulatorClient;
import dev.muster.simulator.SimulatorClient.Reply;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LvccSimulatorTest {
  private static final String SIM_ID = LvccDemo.DEVICES.get(0);
  private static final String OTHER = LvccDemo.DEVICES.get(1);
  private static final String TOKEN = LvccDemo.TOKEN;

  private final Simulator simulator = Simulator.start(0);
  private final SimulatorClient client = new SimulatorClient(simulator);

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void showsADeviceWithOnePortMoreThanItHasSockets() throws IOException {
    Reply reply = client.lvcc(SIM_ID);
    assertThat(reply.json().get("success").booleanValue()).isTrue();
    assertThat(reply.json().has("code")).isFalse();
    assertThat(reply.at("/data/device/data/device/simId")).isEqualTo(SIM_ID);
    assertThat(reply.json().at("/data/device/data/ports"))
        .hasSize(reply.json().at("/data/device/data/device/portNumber").asInt() + 1);
  }

  @Test
  void deviceIdWinsOverQrCodeAndOneOfThemIsNeeded() throws IOException {
    Map<String, String> both =
        Map.of("token", TOKEN, "deviceId", SIM_ID, "qcode", LvccSamples.qrCode(2));
    assertThat(client.lvcc(both).at("/data/device/data/device/simId")).isEqualTo(SIM_ID);
    Map<String, String> code = Map.of("token", TOKEN, "qcode", LvccSamples.qrCode(2));
    assertThat(client.lvcc(code).at("/data/device/data/device/simId")).isEqualTo(OTHER);
    assertThat(client.lvcc(Map.of("token", TOKEN)).at("/code")).isEqualTo("-1");
  }

  @Test
  void unknownTokenAndExpiredTokenAreCode10001AsText() throws IOException {
    Reply wrong = client.lvcc(Map.of("token", "wrong", "deviceId", SIM_ID));
    assertThat(wrong.json().get("code").isTextual()).isTrue();
    assertThat(wrong.at("/code")).isEqualTo("10001");
    simulator.vendor(LvccSimulator.class).expireTokens();
    assertThat(client.lvcc(SIM_ID).at("/code")).isEqualTo("10001");
  }

  @Test
  void tokenTravelsInTheHeaderBySwitch() throws IOException {
    client.control("POST", "/settings/lvcc", "{\"tokenIn\":\"header\"}");
    assertThat(client.lvcc(SIM_ID).at("/code")).isEqualTo("10001");
    Reply reply =
        client.send(
            client
                .request("lvcc", "/deviceStatus")
                .header("token", TOKEN)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("deviceId=" + SIM_ID)));
    assertThat(reply.json().get("success").booleanValue()).isTrue();
  }

  @Test
  void givesATokenForAPasswordUnderTheNamesAndForTheTimeThatItIsTold() throws IOException {
    client.control(
        "POST",
        "/settings/lvcc",
        "{\"tokenPath\":\"/login\",\"userField\":\"u\",\"passwordField\":\"p\",\"tokenField\":\"t\"}");
    Map<String, String> right = Map.of("u", LvccDemo.USER, "p", LvccDemo.PASSWORD);
    String token = client.form("lvcc", "/login", right).at("/data/t");
    Map<String, String> form = Map.of("token", token, "deviceId", SIM_ID);
    assertThat(client.lvcc(form).at("/success")).isEqualTo("true");
    assertThat(client.form("lvcc", "/login", right).at("/data/t")).isNotEqualTo(token);
    assertThat(client.lvcc(form).at("/success")).as("the older token lives on").isEqualTo("true");

    simulator.vendor(LvccSimulator.class).expireTokens();
    assertThat(client.lvcc(form).at("/code")).isEqualTo("10001");

    client.control("POST", "/settings/lvcc", "{\"tokenLifeMillis\":0}");
    String dead = client.form("lvcc", "/login", right).at("/data/t");
    assertThat(client.lvcc(Map.of("token", dead, "deviceId", SIM_ID)).at("/code"))
        .isEqualTo("10001");
  }

  @Test
  void givesNoTokenForAWrongPassword() throws IOException {
    Reply wrong =
        client.form("lvcc", "/getToken", Map.of("userName", LvccDemo.USER, "password", "x"));
    assertThat(wrong.at("/code")).isEqualTo("-1");
    assertThat(wrong.at("/error")).isEqualTo("用户名或密码错误");
    client.control("POST", "/accounts/lvcc", "{\"user\":\"other\",\"password\":\"x\"}");
    Reply right = client.form("lvcc", "/getToken", Map.of("userName", "other", "password", "x"));
    assertThat(right.at("/success")).isEqualTo("true");
    assertThat(simulator.arrivals(a -> a.call().equals(LvccSimulator.TOKEN)))
        .extracting(Arrival::account)
        .containsExactly(LvccDemo.USER, "other");
  }

  @Test
  void takesNothingButAFormByPost() throws IOException {
    assertThat(client.send(client.request("lvcc", "/deviceStatus")).status()).isEqualTo(405);
    assertThat(client.post("lvcc", "/deviceStatus", "application/json", "{}").at("/success"))
        .isEqualTo("false");
  }

  @Test
  void theThreeKindsOfTroubleOfTheDemonstration() throws IOException {
    var troubled = LvccDemo.TROUBLED;
    assertThat(client.lvcc(troubled.get(0)).at("/code")).isEqualTo("-1");
    assertThat(client.lvcc(troubled.get(1)).text())
        .isEqualTo(new String(LvccSamples.MISSING_COMMA, StandardCharsets.UTF_8));
    Reply failed = client.lvcc(troubled.get(2));
    assertThat(failed.json().at("/success").booleanValue()).isTrue();
    assertThat(failed.json().at("/data/device/success").booleanValue()).isFalse();
  }

  @Test
  void admitsNoMoreThanTheLimitInAWindowAndRefusesInTheShapeConfigured() throws IOException {
    client.control(
        "POST",
        "/settings/lvcc",
        "{\"limit\":{\"requests\":2,\"windowMillis\":1000},\"throttleStatus\":429,"
            + "\"throttleText\":\"slow down\"}");
    client.lvcc(SIM_ID);
    client.lvcc(OTHER);
    Reply third = client.lvcc(SIM_ID);
    assertThat(third.status()).isEqualTo(429);
    assertThat(third.at("/error")).isEqualTo("slow down");
    await().until(() -> client.lvcc(SIM_ID).status() == 200);
  }

  @Test
  void theSampleOfTheDocumentLacksItsCommaAndTheMendedOneDoesNot() {
    assertThat(Json.read(LvccSamples.MISSING_COMMA)).isEmpty();
    assertThat(Json.read(LvccSamples.STATUS)).isPresent();
  }
}
