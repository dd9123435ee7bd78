package dev.muster.vendor.huawei;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.device.Lifecycle;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.support.Json;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Token;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuaweiReplyTest {
  private static final String DEVICE =
      "{\"deviceId\":\"d-1\",\"activated\":%s,\"name\":\"n\",\"extra\":{\"a\":1.50}}";

  private static Reading read(String call, String key, String body) {
    HuaweiReply reply = Json.read(body, HuaweiReply.class);
    return new Huawei().read(HuaweiTest.call(call, key), new Reply(200, null, reply));
  }

  private static Device device(String activated) {
    return read("activation-status", "d-1", DEVICE.formatted(activated)).device();
  }

  private static Fault fault(String call, String body) {
    return catchThrowableOfType(Fault.class, () -> read(call, "d-1", body));
  }

  @Test
  void readsTheDocumentsMaskedSampleAsUnknownAndLosesNothing() {
    String sample = Json.recorded(getClass(), "activation-status.json");
    Device device = read("activation-status", "*******", sample).device();
    assertThat(device.lifecycle()).isEqualTo(Lifecycle.UNKNOWN);
    assertThat(device.activated()).isNull();
    assertThat(device.vendorStatus()).isEqualTo("*******");
    assertThat(device.name()).isEqualTo("*******");
    assertThat(Json.leaves(Json.tree(sample)))
        .hasSize(3)
        .isEqualTo(Json.leaves(device.attributes()));
  }

  @ParameterizedTest
  @CsvSource({
    "true,true,ACTIVE,true",
    "'\"true\"',true,ACTIVE,true",
    "'\"True\"',true,ACTIVE,True",
    "false,false,REGISTERED,false",
    "'\"false\"',false,REGISTERED,false",
    "null,,UNKNOWN,",
    "1,,UNKNOWN,1",
    "'\"yes\"',,UNKNOWN,yes",
    "[],,UNKNOWN,"
  })
  void readsActivatedAsBooleanOrText(
      String sent, Boolean activated, Lifecycle lifecycle, String word) {
    Device device = device(sent);
    assertThat(device.activated()).isEqualTo(activated);
    assertThat(device.lifecycle()).isEqualTo(lifecycle);
    assertThat(device.vendorStatus()).isEqualTo(word);
    assertThat(device.attributes().get("activated")).isEqualTo(Json.tree(sent));
  }

  @Test
  void readsADevice() {
    Device device = device("true");
    assertThat(device.key()).isEqualTo("d-1");
    assertThat(device.name()).isEqualTo("n");
    assertThat(device.serialNumber()).isNull();
    assertThat(device.connectivity()).isEqualTo(Connectivity.UNKNOWN);
    assertThat(device.ports()).isEmpty();
    assertThat(device.attributes()).isEqualTo(Json.tree(DEVICE.formatted("true")));
  }

  @Test
  void readsADeviceWithoutANameOrAnId() {
    Device device =
        read("activation-status", "d-1", "{\"activated\":false,\"psk\":\"x\"}").device();
    assertThat(device.name()).isNull();
    assertThat(device.key()).isEqualTo("d-1");
    assertThat(device.attributes()).isEqualTo(Json.tree("{\"activated\":false}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"x\"",
        "1",
        "{\"name\":\"n\"}",
        "{\"deviceId\":null,\"activated\":null}",
        "{\"deviceId\":\"d-2\",\"activated\":true}"
      })
  void parksAReplyThatShowsNoneOrAnotherDevice(String body) {
    Fault fault = fault("activation-status", body);
    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault.code()).isEqualTo(FaultCode.INCOMPLETE);
  }

  @ParameterizedTest
  @CsvSource({
    "3600,3600",
    "'\"1800\"',1800",
    "'\"*******\"',3600",
    "null,3600",
    "0,3600",
    "-5,3600",
    "{},3600"
  })
  void readsATokensLifetimeHoweverItIsSent(String sent, long seconds) {
    String body =
        "{\"scope\":\"default\",\"tokenType\":\"Bearer \",\"expiresIn\":%s,\"accessToken\":\"a\",\"refreshToken\":\"r\"}"
            .formatted(sent);
    for (String call : List.of("login", "refresh-token")) {
      Token token = read(call, null, body).token();
      assertThat(token)
          .isEqualTo(new Token("a", "r", Duration.ofSeconds(seconds), Duration.ofHours(24)));
    }
  }

  @Test
  void readsTheDocumentsMaskedTokenSample() {
    Token token = read("login", null, Json.recorded(getClass(), "login.json")).token();
    assertThat(token)
        .isEqualTo(new Token("*******", "*******", Duration.ofSeconds(3600), Duration.ofHours(24)));
  }

  @Test
  void readsATokenWithoutARefreshToken() {
    assertThat(read("login", null, "{\"accessToken\":\"a\"}").token())
        .isEqualTo(new Token("a", null, Duration.ofSeconds(3600), null));
  }

  @Test
  void aReplyWithoutATokenIsNoToken() {
    assertThat(fault("login", "{\"expiresIn\":3600}").disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault("login", "{}").code()).isEqualTo(FaultCode.INCOMPLETE);
    assertThat(fault("refresh-token", "{}").disposition()).isEqualTo(Disposition.REAUTHORISE);
  }

  @Test
  void neverShowsATokenInItsText() {
    HuaweiReply reply = Json.read("{\"accessToken\":\"planted\"}", HuaweiReply.class);
    assertThat(reply.toString()).doesNotContain("planted");
    assertThat(read("login", null, "{\"accessToken\":\"planted\"}").toString())
        .doesNotContain("planted");
  }

  @Test
  void neverThrowsAnythingButAFaultWhateverIsOdd() {
    JsonNode device =
        Json.tree(
            "{\"deviceId\":\"d-1\",\"activated\":true,\"name\":\"n\",\"error_code\":null,\"error_desc\":\"\"}");
    JsonNode token =
        Json.tree(
            "{\"accessToken\":\"a\",\"expiresIn\":3600,\"refreshToken\":\"r\",\"tokenType\":\"Bearer \"}");
    JsonNode error = Json.tree("{\"error_code\":\"1010005\",\"error_desc\":\"x\"}");
    for (String call : List.of("activation-status", "login", "refresh-token")) {
      for (JsonNode good : List.of(device, token, error)) {
        for (JsonNode odd : Json.odd(good)) {
          try {
            assertThat(read(call, "d-1", odd.toString())).isNotNull();
          } catch (Fault fault) {
            assertThat(fault.getMessage()).isNotBlank();
          }
        }
      }
    }
  }
}
