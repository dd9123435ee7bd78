package dev.muster.vendor.lvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.support.Json;
import dev.muster.vendor.Account;
import dev.muster.vendor.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LvccRefusalsTest {
  private static final Account ACCOUNT =
      LvccTest.account(Map.of(), Map.of("token", "planted-token"));

  private static Fault refusal(Account account, int status, String body) {
    LvccReply reply = body == null ? null : Json.read(body, LvccReply.class);
    return catchThrowableOfType(
        Fault.class,
        () ->
            new Lvcc()
                .read(
                    LvccTest.call(account, "S"), new Reply(status, Duration.ofSeconds(3), reply)));
  }

  private static String failed(String code, String error) {
    return "{\"code\":%s,\"error\":\"%s\",\"success\":false}".formatted(code, error);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 401, 403, 404, 500})
  void judgesByTheBodysCodeUnderAnyStatus(int status) {
    Fault token = refusal(ACCOUNT, status, failed("\"10001\"", "token失效"));
    assertThat(token.disposition()).isEqualTo(Disposition.HALT);
    assertThat(token.code()).isEqualTo("10001");
    assertThat(token.vendorCode()).isEqualTo("10001");
    assertThat(token.httpStatus()).isEqualTo(status);
    assertThat(token.getMessage()).contains("token-file").endsWith(": \"token失效\"");

    Fault refused = refusal(ACCOUNT, status, failed("\"-1\"", "用户名或密码错误"));
    assertThat(refused.disposition()).isEqualTo(Disposition.PARK);
    assertThat(refused.code()).isEqualTo("-1");
    assertThat(refused.gone()).isFalse();
    assertThat(refused.getMessage()).isEqualTo("LvCC refused the request: \"用户名或密码错误\"");
  }

  @Test
  void takesACodeThatIsANumber() {
    assertThat(refusal(ACCOUNT, 200, failed("10001", "x")).disposition())
        .isEqualTo(Disposition.HALT);
    assertThat(refusal(ACCOUNT, 200, failed("-1", "x")).code()).isEqualTo("-1");
  }

  @Test
  void readsATokenFileAgainBeforeTheAccountHalts(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "planted-in-file");
    Account account = LvccTest.account(Map.of(), Map.of("token-file", file.toString()));
    Fault fault = refusal(account, 200, failed("\"10001\"", "planted-in-file is no token"));
    assertThat(fault.disposition()).isEqualTo(Disposition.REAUTHORISE);
    assertThat(fault.getMessage()).contains("token file is read again").doesNotContain("planted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"查询无数据", "设备不存在"})
  void knowsADeviceThatIsNotThere(String text) {
    Fault fault = refusal(ACCOUNT, 200, failed("\"-1\"", text));
    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault.gone()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"请求过于频繁", "超过频率", "接口限流", "Too Many Requests", "rate limit exceeded", "Throttled"})
  void slowsDownWhereTheTextSaysSo(String text) {
    Fault fault = refusal(ACCOUNT, 200, failed("\"-1\"", text));
    assertThat(fault.disposition()).isEqualTo(Disposition.SNOOZE);
    assertThat(fault.retryAfter()).isEqualTo(Duration.ofSeconds(3));
    assertThat(fault.code()).isEqualTo("-1");
  }

  @ParameterizedTest
  @CsvSource({"slow down please,SNOOZE", "try later,RETRY", "TRY LATER,RETRY", "too many,PARK"})
  void followsTheConfiguredTexts(String text, Disposition disposition) {
    Account account =
        LvccTest.account(
            Map.of("throttle-texts", "slow down, ,", "retry-texts", "busy, try later"),
            Map.of("token", "t"));
    assertThat(refusal(account, 200, failed("\"-1\"", text)).disposition()).isEqualTo(disposition);
    String inner =
        "{\"success\":true,\"data\":{\"device\":{\"success\":false,\"data\":{\"errorMsg\":\"%s\"}}}}"
            .formatted(text);
    assertThat(refusal(account, 200, inner).disposition()).isEqualTo(disposition);
  }

  @Test
  void slowsDownAtStatus429WhateverTheTextSays() {
    assertThat(refusal(ACCOUNT, 429, failed("\"-1\"", "x")).disposition())
        .isEqualTo(Disposition.SNOOZE);
  }

  @Test
  void takesAnInnerFailureForARefusal() {
    String sample = Json.recorded(LvccRefusalsTest.class, "device-status.json");
    var failed = Json.with(Json.tree(sample), "/data/device/success", Json.tree("false"));
    failed = Json.with(failed, "/data/device/data/errorMsg", Json.tree("\"设备离线\""));
    Fault fault = refusal(ACCOUNT, 200, failed.toString());
    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault.code()).isEqualTo("device_error");
    assertThat(fault.vendorCode()).isNull();
    assertThat(fault.getMessage()).isEqualTo("LvCC could not read the device: \"设备离线\"");
  }

  @Test
  void parksAnUnknownCodeAsUnclassified() {
    Fault fault = refusal(ACCOUNT, 200, failed("\"777\"", "what?"));
    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault.code()).isEqualTo(FaultCode.UNCLASSIFIED);
    assertThat(fault.vendorCode()).isEqualTo("777");
    assertThat(fault.getMessage()).isEqualTo("code 777 at HTTP 200 stands in no table: \"what?\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"x\"",
        "{\"success\":true}",
        "{\"success\":true,\"data\":{\"page\":{\"total\":0},\"list\":[]}}",
        "{\"success\":null,\"data\":{\"device\":{\"data\":{\"device\":{}}}}}",
        "{\"success\":false}"
      })
  void parksAReplyThatShowsNoDevice(String body) {
    Fault fault = refusal(ACCOUNT, 200, body);
    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault.code()).isEqualTo(FaultCode.INCOMPLETE);
  }

  @ParameterizedTest
  @CsvSource({"500,RETRY", "502,RETRY", "429,SNOOZE", "401,REAUTHORISE", "403,RETRY", "404,RETRY"})
  void asksTheStatusWhereTheBodySaysNothing(int status, Disposition disposition) {
    assertThat(refusal(ACCOUNT, status, null).disposition()).isEqualTo(disposition);
    assertThat(refusal(ACCOUNT, status, "{}").disposition()).isEqualTo(disposition);
  }

  @Test
  void quotesTheVendorWithoutSecretsAndBriefly() {
    Fault fault =
        refusal(ACCOUNT, 200, failed("\"-1\"", "planted-token token=planted " + "x".repeat(5000)));
    assertThat(fault.getMessage()).doesNotContain("planted").hasSizeLessThan(400);
  }
}
