package dev.muster.vendor.enos;

import static dev.muster.vendor.enos.EnosCases.allocateDevice;
import static dev.muster.vendor.enos.EnosCases.getDevice;
import static dev.muster.vendor.enos.EnosCases.json;
import static dev.muster.vendor.enos.EnosCases.read;
import static dev.muster.vendor.enos.EnosCases.sample;
import static dev.muster.vendor.enos.EnosCases.sampleWith;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.device.Lifecycle;
import dev.muster.vendor.Reading;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnosDevicesTest {

  @Test
  void readsADeviceThatIsNotAllocatedYet() {
    Reading reading = read(getDevice(), 200, sample("get-device"));
    Device device = reading.device();

    assertThat(reading.requestId()).isEqualTo("49444f28-0cd2-4c41-978d-bf40bc18feb4");
    assertThat(device.key()).isEqualTo("yourSn");
    assertThat(device.serialNumber()).isEqualTo("yourSn");
    assertThat(device.name()).isNull();
    assertThat(device.productKey()).isEqualTo("yourProductKey");
    assertThat(device.model()).isNull();
    assertThat(device.type()).isNull();
    assertThat(device.lifecycle()).isEqualTo(Lifecycle.REGISTERED);
    assertThat(device.vendorStatus()).isEqualTo("init");
    assertThat(device.connectivity()).isEqualTo(Connectivity.UNKNOWN);
    assertThat(device.activated()).isFalse();
    assertThat(device.portCount()).isNull();
    assertThat(device.address()).isNull();
    assertThat(device.region()).isNull();
    assertThat(device.orgId()).isNull();
    assertThat(device.ports()).isEmpty();
    assertThat(device.vendorCreatedAt()).isEqualTo(Instant.ofEpochMilli(1666845767197L));
    assertThat(device.vendorUpdatedAt()).isEqualTo(Instant.ofEpochMilli(1666845773571L));
    assertThat(device.attributes().at("/reprovisioning").booleanValue()).isTrue();
    assertThat(device.attributes().at("/batchTag/defaultValue").textValue()).isEqualTo("11");
  }

  @Test
  void readsADeviceThatWasAllocated() {
    Device device = read(allocateDevice(), 200, sample("allocate-device")).device();

    assertThat(device.name()).isEqualTo("yourDevice");
    assertThat(device.model()).isEqualTo("yourDevice");
    assertThat(device.lifecycle()).isEqualTo(Lifecycle.ALLOCATED);
    assertThat(device.connectivity()).isEqualTo(Connectivity.UNKNOWN);
    assertThat(device.region()).as("the one at the top, not in deviceData").isEqualTo("regionId");
    assertThat(device.orgId()).as("the one at the top, not in deviceData").isEqualTo("yourOrgId");
    assertThat(device.attributes().at("/deviceData/orgId").textValue())
        .isEqualTo("o15735524440141");
  }

  @ParameterizedTest
  @CsvSource({
    "init,REGISTERED,false",
    "allocated,ALLOCATED,false",
    "connected,CONNECTED,false",
    "finished,ACTIVE,true",
    "discarded,RETIRED,false",
    "hibernating,UNKNOWN,false"
  })
  void putsTheLifecycleInMustersWords(String word, Lifecycle lifecycle, boolean activated) {
    String status = "{\"status\":{\"currentStatus\":\"" + word + "\"}}";
    Device device = deviceWith(status);

    assertThat(device.lifecycle()).isEqualTo(lifecycle);
    assertThat(device.vendorStatus()).isEqualTo(word);
    assertThat(device.activated()).isEqualTo(activated);
  }

  @ParameterizedTest
  @CsvSource({"connected,ONLINE", "failed,OFFLINE", "init,UNKNOWN", "sleeping,UNKNOWN"})
  void putsTheConnectivityInMustersWords(String word, Connectivity connectivity) {
    assertThat(deviceWith("{\"connectStatus\":\"" + word + "\"}").connectivity())
        .isEqualTo(connectivity);
  }

  @Test
  void readsAStatusThatIsAPlainWord() {
    Device device = deviceWith("{\"status\":\"finished\"}");

    assertThat(device.lifecycle()).isEqualTo(Lifecycle.ACTIVE);
    assertThat(device.vendorStatus()).isEqualTo("finished");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"status\":null}", "{\"status\":{}}", "{\"status\":[]}"})
  void doesNotGuessWhereThereIsNoStatus(String status) {
    Device device = deviceWith(status);

    assertThat(device.lifecycle()).isEqualTo(Lifecycle.UNKNOWN);
    assertThat(device.vendorStatus()).isNull();
    assertThat(device.activated()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"modelID\":\"a\",\"modelId\":\"b\",\"modelName\":\"c\"}|a",
        "{\"modelId\":\"b\",\"modelName\":\"c\"}|b",
        "{\"modelID\":null,\"modelName\":\"c\"}|c"
      })
  void takesTheFirstModelThatIsThere(String deviceData, String model) {
    assertThat(deviceWith("{\"deviceData\":" + deviceData + "}").model()).isEqualTo(model);
  }

  @Test
  void readsANameThatIsAPlainText() {
    ObjectNode body = (ObjectNode) json(sample("allocate-device"));
    ((ObjectNode) body.at("/data/deviceData")).put("deviceName", "充电桩 7");

    assertThat(read(allocateDevice(), body).device().name()).isEqualTo("充电桩 7");
  }

  @Test
  void keepsNumbersAsTheVendorSentThem() {
    Device device = deviceWith("{\"deviceData\":{\"capacity\":1.0,\"count\":1}}");

    assertThat(device.attributes().get("deviceData").toString())
        .isEqualTo("{\"capacity\":1.0,\"count\":1}");
  }

  private static Device deviceWith(String dataMembers) {
    return read(getDevice(), sampleWith("get-device", dataMembers)).device();
  }
}
