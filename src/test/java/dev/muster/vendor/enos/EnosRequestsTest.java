package dev.muster.vendor.enos;

import static dev.muster.vendor.enos.EnosCases.ENOS;
import static dev.muster.vendor.enos.EnosCases.NOW;
import static dev.muster.vendor.enos.EnosCases.account;
import static dev.muster.vendor.enos.EnosCases.call;
import static dev.muster.vendor.enos.EnosCases.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.vendor.Call;
import dev.muster.vendor.Request;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnosRequestsTest {

  @Test
  void asksForADevice() {
    Request request = ENOS.request(call(account("o1"), Enos.GET_DEVICE, "S1", null));

    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.path()).isEqualTo("/the/path");
    assertThat(request.query()).isEqualTo("action=get&orgId=o1&sn=S1");
    assertThat(request.body()).isNull();
    assertThat(request.contentType()).isNull();
    assertThat(request.headers())
        .containsOnlyKeys("apim-accesstoken", "apim-timestamp", "apim-signature")
        .containsEntry("apim-accesstoken", "xxxxaaaxxxx")
        .containsEntry("apim-timestamp", "1572574909697")
        .containsEntry(
            "apim-signature", "94abe316b87f97f6c8327091d9d1ff964628c8cee773d37f45f4a30dd09ed78d");
  }

  @Test
  void sendsTheQueryEncodedButSignsItDecoded() {
    Request request = ENOS.request(call(account("o 1&ö"), Enos.GET_DEVICE, "S/1+", null));

    assertThat(request.query()).isEqualTo("action=get&orgId=o%201%26%C3%B6&sn=S%2F1%2B");
    assertThat(request.headers())
        .containsEntry(
            "apim-signature", "9c6c8dd2a61e321e74649cf1d36d265abafd22d9474cea973b8a68cfce07c7e7");
  }

  @Test
  void asksForAProduct() {
    Request request = ENOS.request(call(account("o1"), Enos.GET_PRODUCT, "pk1", null));

    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.query()).isEqualTo("action=get&orgId=o1&productKey=pk1");
  }

  @Test
  void allocatesWithTheBytesThatItSigned() {
    Request request = allocate("{\"max_capacity\":1.0,\"scale\":1}");

    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.query()).isEqualTo("action=allocate&orgId=o1");
    assertThat(request.contentType()).isEqualTo("application/json");
    assertThat(request.body())
        .asString(UTF_8)
        .isEqualTo("{\"sn\":\"S1\",\"deviceData\":{\"max_capacity\":1.0,\"scale\":1}}");
    assertThat(request.headers())
        .containsEntry(
            "apim-signature", "b07715e3231c91b28f3eb21c1bd9d51c692561d4285fd1583d67a374dadce7a5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}"})
  void leavesDeviceDataOutWhereThereIsNone(String params) {
    assertThat(allocate(params).body()).asString(UTF_8).isEqualTo("{\"sn\":\"S1\"}");
  }

  @Test
  void leavesDeviceDataOutWhereThereAreNoParams() {
    assertThat(allocate(null).body()).asString(UTF_8).isEqualTo("{\"sn\":\"S1\"}");
  }

  @ParameterizedTest
  @CsvSource({"1.0", "1.00", "0.0000001", "100", "-3.50", "12345678901234567890.123456789", "true"})
  void sendsValuesAsTheyWereWritten(String value) {
    assertThat(allocate("{\"v\":" + value + "}").body())
        .asString(UTF_8)
        .isEqualTo("{\"sn\":\"S1\",\"deviceData\":{\"v\":" + value + "}}");
  }

  @Test
  void getsATokenFromTheCredentialsAlone() {
    Request request = new Enos().request(EnosCases.getToken());

    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.query()).isNull();
    assertThat(request.headers()).isEmpty();
    JsonNode body = json(new String(request.body(), UTF_8));
    assertThat(body.properties().stream().map(member -> member.getKey()))
        .containsExactly("appKey", "timestamp", "encryption");
    assertThat(body.get("appKey").asText()).isEqualTo("theAppKey");
    assertThat(body.get("timestamp").isIntegralNumber()).isTrue();
    assertThat(body.get("timestamp").asLong()).isEqualTo(NOW.toEpochMilli());
    assertThat(body.get("encryption").asText())
        .isEqualTo(EnosSignature.ofTokenCall("theAppKey", NOW.toEpochMilli(), "xxxappSecretxxx"));
  }

  @Test
  void neverUsesATimestampTwiceForTokenCallsNotEvenAtOnce() throws Exception {
    Enos enos = new Enos();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Long>> timestamps =
          IntStream.range(0, 2_000).mapToObj(i -> threads.submit(() -> timestamp(enos))).toList();

      List<Long> seen = timestamps.stream().map(EnosRequestsTest::result).toList();
      assertThat(seen).doesNotHaveDuplicates().hasSize(2_000).contains(NOW.toEpochMilli());
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void doesNotRepeatATimestampWhenTheClockStepsBack() {
    EnosTimestamps timestamps = new EnosTimestamps();

    assertThat(timestamps.next("a", NOW)).isEqualTo(NOW.toEpochMilli());
    assertThat(timestamps.next("a", NOW.minusSeconds(5))).isEqualTo(NOW.toEpochMilli() + 1);
    assertThat(timestamps.next("b", NOW)).isEqualTo(NOW.toEpochMilli());
    assertThat(timestamps.next("a", NOW.plusSeconds(5))).isEqualTo(NOW.toEpochMilli() + 5_000);
  }

  private static Request allocate(String params) {
    Call call = call(account("o1"), Enos.ALLOCATE_DEVICE, "S1", params);
    return ENOS.request(call);
  }

  private static long timestamp(Enos enos) {
    Request request = enos.request(EnosCases.getToken());
    return json(new String(request.body(), UTF_8)).get("timestamp").asLong();
  }

  private static long result(Future<Long> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
