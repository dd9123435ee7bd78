package dev.muster.simulator.enos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Json;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.SimulatorClient;
import dev.muster.simulator.SimulatorClient.Reply;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnosSimulatorTest {
  private static final String FREE = EnosDemo.ALLOCATABLE.get(0);
  private static final String ALLOCATE_FREE = "{\"sn\":\"" + FREE + "\"}";

  private final Simulator simulator = Simulator.start(0);
  private final SimulatorClient client = new SimulatorClient(simulator);
  private String token;

  @BeforeEach
  void fetchToken() throws IOException {
    token = client.enosToken().at("/data/accessToken");
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void givesTheSameTokenWhileItIsValidAndCountsItsSecondsDown() throws IOException {
    Reply again = client.enosToken();
    assertThat(again.at("/data/accessToken")).isEqualTo(token);
    assertThat(again.json().at("/status").asInt()).isZero();
    assertThat(again.json().at("/data/expire").asInt()).isBetween(7100, 7199);
  }

  @Test
  void refusesAnEncryptionSentTwiceAWrongOneAndAnUnknownKey() throws IOException {
    String key = EnosDemo.APP_KEY;
    String good = SignatureCheck.encryption(key, "1", EnosDemo.APP_SECRET);
    assertThat(client.enosToken(key, "1", good).at("/status")).isEqualTo("0");
    assertThat(client.enosToken(key, "1", good).at("/status")).isEqualTo("1001");
    assertThat(client.enosToken("nobody", "1", good).at("/status")).isEqualTo("1002");
    assertThat(client.enosToken(key, "2", good).at("/status")).isEqualTo("1003");
  }

  @Test
  void refreshesATokenForTheSameCredentials() throws IOException {
    String key = EnosDemo.APP_KEY;
    String encryption = SignatureCheck.encryption(key, "7", EnosDemo.APP_SECRET);
    String body =
        Json.object()
            .put("appKey", key)
            .put("timestamp", 7)
            .put("encryption", encryption)
            .put("accessToken", token)
            .toString();
    Reply reply =
        client.post("enos", "/apim-token-service/v2.0/token/refresh", "application/json", body);
    assertThat(client.enosGet(reply.at("/data/accessToken"), "SN-00001").at("/code"))
        .isEqualTo("0");
  }

  @Test
  void refusesAWrongSignatureAsTheGatewayDoesWithoutACode() throws IOException {
    Map<String, String> query = Map.of("action", "get", "orgId", "o-demo", "sn", "SN-00001");
    Reply reply =
        client.enos("GET", "/dps-service/v2.5/pvs/device", query, token, "", "wrong-secret");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.json().has("code")).isFalse();
  }

  @Test
  void signsTheDecodedValueOfAParameter() throws IOException {
    assertThat(client.enosGet(token, "no such + & 描述").at("/code")).isEqualTo("35601");
  }

  @Test
  void saysThatATokenIsExpired() throws IOException {
    simulator.vendor(EnosSimulator.class).expireTokens();
    assertThat(client.enosGet(token, "SN-00001").at("/code")).isEqualTo("1203");
    String fresh = client.enosToken().at("/data/accessToken");
    assertThat(fresh).isNotEqualTo(token);
    assertThat(client.enosGet(fresh, "SN-00001").at("/code")).isEqualTo("0");
  }

  @Test
  void readsADeviceWithEveryFieldOfTheDocumentsSample() throws IOException {
    Reply reply = client.enosGet(token, FREE);
    assertThat(reply.json().get("data").fieldNames())
        .toIterable()
        .containsAll(() -> Json.data(EnosSamples.DEVICE).fieldNames());
    assertThat(reply.at("/data/allocateStatus")).isEqualTo("init");
  }

  @Test
  void refusesABlankSerialNumberAnotherOrganisationAndAnAccountWithoutTheRole() throws IOException {
    assertThat(client.enosGet(token, "").at("/code")).isEqualTo("35400");
    Map<String, String> elsewhere = Map.of("action", "get", "orgId", "o-2", "sn", "SN-00001");
    assertThat(client.enos("GET", "/dps-service/v2.5/pvs/device", elsewhere, token, "").at("/code"))
        .isEqualTo("35400");
    simulator
        .vendor(EnosSimulator.class)
        .add(new EnosAccount(EnosDemo.APP_KEY, EnosDemo.APP_SECRET, EnosDemo.ORG_ID, false));
    simulator.vendor(EnosSimulator.class).expireTokens();
    String roleless = client.enosToken().at("/data/accessToken");
    assertThat(client.enosGet(roleless, "SN-00001").at("/code")).isEqualTo("35603");
  }

  @Test
  void allocatesADeviceOnceAndKeepsItsUpdateTime() throws IOException {
    JsonNode before = client.enosGet(token, FREE).json().get("data");
    Reply reply =
        client.enosAllocate(
            token, "{\"sn\":\"" + FREE + "\",\"deviceData\":{\"max_capacity\":1.0,\"scale\":1}}");
    JsonNode after = client.enosGet(token, FREE).json().get("data");
    assertThat(reply.json().get("data")).isEqualTo(after);
    assertThat(after.at("/allocateStatus").asText()).isEqualTo("allocated");
    assertThat(after.at("/orgId").asText()).isEqualTo("o-demo");
    assertThat(after.at("/status/allocatedTime").asLong()).isPositive();
    assertThat(after.at("/connectStatus").asText()).isEqualTo("init");
    assertThat(after.get("updateTime")).isEqualTo(before.get("updateTime"));
    assertThat(reply.text()).contains("\"max_capacity\":1.0");
    assertThat(simulator.vendor(EnosSimulator.class).allocations(FREE))
        .isEqualTo(new AllocationCount(1, 1, 0));
  }

  @Test
  void secondAllocationIsRefusedOrAcceptedBySwitchAndIsCounted() throws IOException {
    client.enosAllocate(token, ALLOCATE_FREE);
    assertThat(client.enosAllocate(token, ALLOCATE_FREE).at("/code")).isEqualTo("35601");
    client.control("POST", "/settings/enos", "{\"secondAllocate\":\"accept\"}");
    assertThat(client.enosAllocate(token, ALLOCATE_FREE).at("/code")).isEqualTo("0");
    assertThat(simulator.vendor(EnosSimulator.class).allocations(FREE))
        .isEqualTo(new AllocationCount(3, 1, 2));
  }

  @Test
  void refusesToAllocateWhatIsUnknownOrHasNoGroup() throws IOException {
    String withoutGroup = EnosDemo.REFUSED.get(0);
    assertThat(client.enosAllocate(token, "{\"sn\":\"" + withoutGroup + "\"}").at("/code"))
        .isEqualTo("35404");
    assertThat(client.enosAllocate(token, "{\"sn\":\"nobody\"}").at("/code")).isEqualTo("35601");
    assertThat(client.enosAllocate(token, "{").status()).isEqualTo(400);
  }

  @Test
  void replyLostAfterTheAllocationLeavesTheDeviceAllocated() throws IOException {
    simulator.disturb(Disturbance.any(Disturbance.Kind.DROP_AFTER).call("allocate").times(1));
    assertThatThrownBy(() -> client.enosAllocate(token, ALLOCATE_FREE))
        .isInstanceOf(IOException.class);
    assertThat(client.enosGet(token, FREE).at("/data/allocateStatus")).isEqualTo("allocated");
  }

  @Test
  void connectionDroppedBeforeTheAllocationLeavesTheDeviceFree() throws IOException {
    simulator.disturb(Disturbance.any(Disturbance.Kind.DROP_BEFORE).call("allocate").times(1));
    assertThatThrownBy(() -> client.enosAllocate(token, ALLOCATE_FREE))
        .isInstanceOf(IOException.class);
    assertThat(client.enosGet(token, FREE).at("/data/allocateStatus")).isEqualTo("init");
    assertThat(simulator.vendor(EnosSimulator.class).allocations(FREE))
        .isEqualTo(AllocationCount.NONE);
  }

  @Test
  void codeZeroMayStillMeanNotAllocatedOrAllocatedElsewhere() throws IOException {
    simulator.disturb(Disturbance.allocateError("group is full").times(1));
    Reply failed = client.enosAllocate(token, ALLOCATE_FREE);
    assertThat(failed.at("/code")).isEqualTo("0");
    assertThat(failed.at("/data/allocateErrorMsg")).isEqualTo("group is full");
    assertThat(failed.at("/data/allocateStatus")).isEqualTo("init");
    simulator.disturb(Disturbance.allocateElsewhere("o-other").times(1));
    assertThat(client.enosAllocate(token, ALLOCATE_FREE).at("/data/orgId")).isEqualTo("o-other");
    client.control("POST", "/settings/enos", "{\"hidesAllocatedElsewhere\":true}");
    assertThat(client.enosGet(token, FREE).at("/code")).isEqualTo("35601");
  }

  @Test
  void readsAProductWithItsSecretAndSpellsTheFlagBothWays() throws IOException {
    assertThat(client.enosProduct(token, "pk-1").at("/data/productSecret")).isNotEmpty();
    assertThat(client.enosProduct(token, "pk-1").at("/data/dynamicActivateEnabled"))
        .isEqualTo("false");
    assertThat(client.enosProduct(token, "pk-2").at("/data/dynamicActiveEnabled"))
        .isEqualTo("true");
    assertThat(client.enosProduct(token, "pk-404").at("/code")).isEqualTo("11404");
  }

  @Test
  void businessCodesComeWithAnotherStatusBySwitch() throws IOException {
    client.control(
        "POST", "/settings/enos", "{\"errorStatus\":400,\"productNotFoundCode\":\"11611\"}");
    Reply reply = client.enosProduct(token, "pk-404");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.at("/code")).isEqualTo("11611");
  }

  @Test
  void admitsNoMoreThanTheLimitInAWindowAndTokensAreFree() throws IOException {
    client.control("POST", "/settings/enos", "{\"limit\":{\"requests\":3,\"windowMillis\":1000}}");
    for (int i = 0; i < 3; i++) {
      assertThat(client.enosGet(token, "SN-00001").status()).isEqualTo(200);
    }
    assertThat(client.enosGet(token, "SN-00001").status()).isEqualTo(429);
    assertThat(client.enosToken().status()).isEqualTo(200);
    await().until(() -> client.enosGet(token, "SN-00001").status() == 200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "0; 240; createTime >= 0",
        "0; 2; sn IN ('SN-00001', \"SN-00002\",'SN-99999')",
        "0; 80; productKey in( 'pk-1' , 'pk-2' ) AND createTime >= 0",
        "0; 8; status = 'suspended'",
        "0; 40; status IN ('discarded', 'suspended')",
        "0; 239; createTime != 1690779362727",
        "0; 2; createTime IN (1690779362727, '1690782962727', 5)",
        "0; 10; batchOrder != 0 and batchOrder < 2",
        "0; 2; sn LIKE '024'",
        "0; 10; sn like 'SN-0001%'",
        "0; 0; groupId = 'a and b' and createTime >= 0",
        "99400; ``; ``",
        "99400; ``; sn = 'SN-00001' or sn = 'SN-00002'",
        "99400; ``; sn = 'SN-00001' and",
        "99400; ``; sn IN 'SN-00001'",
        "99400; ``; sn != 'SN-00001'",
        "99400; ``; createTime >= 'yesterday'",
        "99400; ``; deviceData.timezone = '+14:00'"
      })
  void searchesByWhatTheDocumentAllows(String code, String found, String expression)
      throws IOException {
    Reply reply = client.enosSearch(token, expression);
    assertThat(reply.at("/code")).isEqualTo(code);
    assertThat(reply.at("/pagination/totalSize")).isEqualTo(found);
  }
}
