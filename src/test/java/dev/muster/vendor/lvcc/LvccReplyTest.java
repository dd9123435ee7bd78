package dev.muster.vendor.lvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.device.Lifecycle;
import dev.muster.device.Port;
import dev.muster.device.PortStatus;
import dev.muster.device.Tariff;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.support.Json;
import dev.muster.vendor.Account;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Reply;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LvccReplyTest {
  private static final String DEVICE = "/data/device/data/device";
  private static final String PORTS = "/data/device/data/ports";
  private final Lvcc lvcc = new Lvcc();
  private final Account account = LvccTest.account(Map.of(), Map.of("token", "planted-token"));
  private final JsonNode sample = Json.tree(Json.recorded(getClass(), "device-status.json"));

  private Reading read(JsonNode body) {
    return read("432442363530484D0667FF33", body);
  }

  private Reading read(String key, JsonNode body) {
    LvccReply reply = Json.read(body.toString(), LvccReply.class);
    return lvcc.read(LvccTest.call(account, key), new Reply(200, null, reply));
  }

  private Device with(String path, String value) {
    return read(Json.with(sample, path, Json.tree(value))).device();
  }

  @Test
  void theDocumentsSampleIsNoJsonAsPrinted() {
    String printed = Json.recorded(getClass(), "device-status-malformed.json");
    assertThatThrownBy(() -> Json.MAPPER.readTree(printed)).isInstanceOf(JsonParseException.class);
    assertThat(printed.replace("} \"device\"", "}, \"device\""))
        .isEqualTo(Json.recorded(getClass(), "device-status.json"));
  }

  @Test
  void refusesAReplyThatShowsAnotherDevice() {
    assertThatThrownBy(() -> read("432442363530484D0667FF34", sample))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("shows another device")
        .extracting("code")
        .isEqualTo(FaultCode.INCOMPLETE);
    JsonNode withImei = Json.with(sample, DEVICE + "/imei", Json.tree("\"863412345678901\""));
    assertThatThrownBy(() -> read("863412345678902", withImei)).isInstanceOf(Fault.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "432442363530484d0667ff33",
        "863412345678901",
        "qcode:432442363530484D0667FF34",
        "another-form"
      })
  void takesAReplyThatCanBeAboutWhatWasAskedFor(String key) {
    assertThat(read(key, sample).device().key()).isEqualTo(key);
  }

  @Test
  void readsTheDocumentsSampleDevice() {
    Device device = read(sample).device();
    assertThat(device.key()).isEqualTo("432442363530484D0667FF33");
    assertThat(device.serialNumber()).isEqualTo("432442363530484D0667FF33");
    assertThat(device.name()).isEqualTo("测试设备q(test device q)");
    assertThat(device.productKey()).isNull();
    assertThat(device.model()).isNull();
    assertThat(device.type()).isEqualTo("0");
    assertThat(device.lifecycle()).isEqualTo(Lifecycle.ACTIVE);
    assertThat(device.vendorStatus()).isEqualTo("1");
    assertThat(device.connectivity()).isEqualTo(Connectivity.ONLINE);
    assertThat(device.activated()).isNull();
    assertThat(device.portCount()).isEqualTo(10);
    assertThat(device.address()).startsWith("江西省, 赣州市, 章贡区");
    assertThat(device.region()).isEqualTo("江西省(jiangxi) / 赣州市(Ganzhou City)");
    assertThat(device.orgId()).isNull();
    assertThat(device.vendorCreatedAt()).isEqualTo(Instant.parse("2018-10-25T09:03:21Z"));
    assertThat(device.vendorUpdatedAt()).isEqualTo(Instant.parse("2018-10-25T09:03:24Z"));
    assertThat(device.ports()).hasSize(10).allMatch(port -> port.status() == PortStatus.AVAILABLE);
    assertThat(device.ports().get(0).number()).isEqualTo(1);
  }

  @Test
  void readsTheDocumentsSamplePriceStandardInYuan() {
    Tariff tariff = read(sample).tariff();
    assertThat(tariff.tariffId()).isEqualTo("26");
    assertThat(tariff.name()).isEqualTo("1元12分钟(12 mins for 1 USD)");
    assertThat(tariff.price()).isEqualTo(new BigDecimal("1.00"));
    assertThat(tariff.currency()).isEqualTo("CNY");
    assertThat(tariff.durationMinutes()).isEqualTo(12);
    assertThat(tariff.maxMinutes()).isEqualTo(800);
    assertThat(tariff.fullPrice()).isEqualTo(new BigDecimal("3.00"));
    assertThat(tariff.minimumBalance()).isEqualTo(new BigDecimal("1.23"));
  }

  @Test
  void keepsEachValueOfTheSampleSomewhere() {
    Reading reading = read(sample);
    JsonNode device = reading.device().attributes();
    JsonNode tariff = reading.tariff().attributes();
    Json.leaves(sample)
        .forEach(
            (path, value) -> {
              if (path.startsWith(PORTS + "/")) {
                int number = Integer.parseInt(path.substring(PORTS.length() + 1));
                // Index 0 is void by the document.
                assertThat(
                        number == 0
                            || reading
                                .device()
                                .ports()
                                .get(number - 1)
                                .vendorStatus()
                                .equals(value.asText()))
                    .as(path)
                    .isTrue();
              } else if (path.startsWith(DEVICE + "/")) {
                assertThat(device.at(path.substring(DEVICE.length()))).as(path).isEqualTo(value);
              } else if (path.equals("/data/device/data/errorMsg")) {
                assertThat(device.get("errorMsg")).as(path).isEqualTo(value);
              } else if (path.startsWith("/data/price")) {
                assertThat(tariff.at(path.substring("/data".length()))).as(path).isEqualTo(value);
              } else {
                // The two flags say that the call went well: that a device was stored says the
                // same.
                assertThat(path).isIn("/success", "/data/device/success");
              }
            });
  }

  @ParameterizedTest
  @CsvSource({
    "0,REGISTERED",
    "1,ACTIVE",
    "2,DISABLED",
    "3,FAULTED",
    "4,RETIRED",
    "5,TEST",
    "6,UNKNOWN",
    "'\"1\"',ACTIVE",
    "null,UNKNOWN",
    "{},UNKNOWN"
  })
  void mapsTheStatusAndKeepsWhatStandsInNoTable(String status, Lifecycle lifecycle) {
    Device device = with(DEVICE + "/status", status);
    assertThat(device.lifecycle()).isEqualTo(lifecycle);
    assertThat(device.attributes().get("status")).isEqualTo(Json.tree(status));
  }

  @ParameterizedTest
  @CsvSource({"0,OFFLINE", "1,ONLINE", "2,UNKNOWN", "null,UNKNOWN"})
  void mapsTheLink(String online, Connectivity connectivity) {
    assertThat(with(DEVICE + "/online", online).connectivity()).isEqualTo(connectivity);
  }

  @Test
  void keepsAPriceIdOfEitherDocumentedType() {
    assertThat(
            with(DEVICE + "/chargePriceId", "true")
                .attributes()
                .get("chargePriceId")
                .booleanValue())
        .isTrue();
    assertThat(with(DEVICE + "/deviceType", "999").type()).isEqualTo("999");
  }

  @Test
  void readsSocketsFromOneAndKeepsOddWords() {
    String ports = "[{\"junk\":1},0,1,-1,7,null,\"1\",{\"a\":1}]";
    assertThat(with(PORTS, ports).ports())
        .containsExactly(
            new Port(1, PortStatus.AVAILABLE, "0"),
            new Port(2, PortStatus.CHARGING, "1"),
            new Port(3, PortStatus.OUT_OF_ORDER, "-1"),
            new Port(4, PortStatus.UNKNOWN, "7"),
            new Port(5, PortStatus.UNKNOWN, null),
            new Port(6, PortStatus.CHARGING, "1"),
            new Port(7, PortStatus.UNKNOWN, "{\"a\":1}"));
    assertThat(with(PORTS, "[]").ports()).isEmpty();
    Device odd = with(PORTS, "\"0,0,1\"");
    assertThat(odd.ports()).isEmpty();
    assertThat(odd.attributes().get("ports").textValue()).isEqualTo("0,0,1");
  }

  @Test
  void keepsUnknownMembersAroundTheDevice() {
    JsonNode more = Json.with(sample, "/data/x", Json.tree("1"));
    more = Json.with(more, "/data/device/x", Json.tree("2"));
    more = Json.with(more, "/data/device/data/x", Json.tree("3"));
    more = Json.with(more, DEVICE + "/x", Json.tree("4"));
    JsonNode kept = read(more).device().attributes();
    assertThat(kept.get("x").intValue()).isEqualTo(4);
    assertThat(kept.get("data.device.data.x").intValue()).isEqualTo(3);
    assertThat(kept.get("data.device.x").intValue()).isEqualTo(2);
    assertThat(kept.get("data.x").intValue()).isEqualTo(1);
  }

  @Test
  void readsADeviceWithoutAPriceStandard() {
    JsonNode bare =
        Json.with(Json.with(sample, "/data/price", null), "/data/priceDetail", Json.tree("null"));
    assertThat(read(bare).tariff()).isNull();
    assertThat(read(bare).device().attributes().has("priceDetail")).isTrue();
  }

  @Test
  void takesTheDetailsIdWhereThePriceHasNone() {
    Tariff tariff = read(Json.with(sample, "/data/price", null)).tariff();
    assertThat(tariff.tariffId()).isEqualTo("285");
    assertThat(tariff.price()).isNull();
    assertThat(tariff.name()).startsWith("功率");
  }

  @Test
  void keepsAFractionOfAFen() {
    Tariff tariff = read(Json.with(sample, "/data/price/price", Json.tree("12.5"))).tariff();
    assertThat(tariff.price()).isEqualTo(new BigDecimal("0.125"));
  }

  @Test
  void takesADeviceUnderItsOtherId() {
    assertThat(read("qcode:Q1", sample).device().key()).isEqualTo("qcode:Q1");
    assertThat(read("861234567890123", sample).device().serialNumber())
        .isEqualTo("432442363530484D0667FF33");
  }

  @Test
  void leavesOutSecretsWhereverTheyStand() {
    JsonNode planted = Json.with(sample, DEVICE + "/regcode", Json.tree("\"planted-1\""));
    planted = Json.with(planted, "/data/priceDetail/apiKey", Json.tree("\"planted-2\""));
    planted =
        Json.with(planted, DEVICE + "/remark", Json.tree("\"{\\\"pwd\\\":\\\"planted-3\\\"}\""));
    planted = Json.with(planted, PORTS + "/1", Json.tree("{\"secret\":\"planted-4\"}"));
    assertThat(read(planted).toString()).doesNotContain("planted");
  }

  @Test
  void neverThrowsAnythingButAFaultWhateverIsOdd() {
    for (JsonNode odd : Json.odd(sample)) {
      try {
        Device device = read(odd).device();
        assertThat(device.lifecycle()).isNotNull();
        assertThat(device.ports()).doesNotContainNull();
      } catch (Fault fault) {
        assertThat(fault.getMessage()).isNotBlank();
      }
    }
  }
}
