package dev.muster.vendor.huawei;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.fault.Codes;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.support.Json;
import dev.muster.support.ShippedCodes;
import dev.muster.vendor.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuaweiRefusalsTest {
  private static final String ERROR = "{\"error_code\":\"%s\",\"error_desc\":\"%s\"}";

  static List<Codes.Row> table() {
    return ShippedCodes.of("huawei").rows();
  }

  private static Fault refusal(String call, int status, String body) {
    HuaweiReply reply = body == null ? null : Json.read(body, HuaweiReply.class);
    Reply http = new Reply(status, Duration.ofSeconds(4), reply);
    return catchThrowableOfType(
        Fault.class, () -> new Huawei().read(HuaweiTest.call(call, "d-1"), http));
  }

  private static Fault error(String call, int status, String code) {
    return refusal(call, status, ERROR.formatted(code, "in its words"));
  }

  @ParameterizedTest
  @CsvSource({
    "403,100203,HALT",
    "500,100203,HALT",
    "200,100203,HALT",
    "403,100217,HALT",
    "200,100217,HALT",
    "403,1010009,SNOOZE",
    "403,1010005,REAUTHORISE",
    "404,100403,PARK",
    "500,50252,RETRY",
    "500,100001,RETRY",
    "500,100220,HALT",
    "503,100501,SNOOZE",
    "400,100022,PARK",
    "400,50400,PARK",
    "400,100405,PARK",
    "400,100007,PARK",
    "400,123029,PARK",
    "400,120015,PARK",
    "400,100247,HALT",
    "400,102202,PARK",
    "401,100208,HALT",
    "200,103028,PARK",
    "200,100428,PARK",
    "200,105001,PARK"
  })
  void judgesEachCodeAtTheStatusItComesWith(int status, String code, Disposition disposition) {
    Fault fault = error("activation-status", status, code);
    assertThat(fault.disposition()).isEqualTo(disposition);
    assertThat(fault.code()).isEqualTo(code);
    assertThat(fault.vendorCode()).isEqualTo(code);
    assertThat(fault.httpStatus()).isEqualTo(status);
    assertThat(fault.retryAfter()).isEqualTo(Duration.ofSeconds(4));
    assertThat(fault.getMessage()).endsWith(": \"in its words\"");
    assertThat(fault.gone()).isEqualTo(code.equals("100403"));
  }

  @ParameterizedTest
  @MethodSource("table")
  void judgesEachCodeTheSameUnderAnyStatusAndAsANumber(Codes.Row row) {
    for (int status : new int[] {200, 400, 401, 403, 404, 429, 500, 503}) {
      assertThat(error("activation-status", status, row.code()).disposition())
          .isEqualTo(row.disposition());
      String number = "{\"error_code\":%s}".formatted(row.code());
      Fault fault = refusal("activation-status", status, number);
      assertThat(fault.disposition()).isEqualTo(row.disposition());
      assertThat(fault.getMessage()).isEqualTo(row.sentence());
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void aRefusedRefreshLeavesTheLogin(Codes.Row row) {
    Disposition disposition = error("refresh-token", 403, row.code()).disposition();
    boolean passes =
        row.disposition() == Disposition.RETRY || row.disposition() == Disposition.SNOOZE;
    assertThat(disposition).isEqualTo(passes ? row.disposition() : Disposition.REAUTHORISE);
  }

  @ParameterizedTest
  @MethodSource("table")
  void aRefusedLoginIsAboutTheAccountAndNeverAboutADevice(Codes.Row row) {
    Fault fault = error("login", 401, row.code());
    boolean passes =
        row.disposition() == Disposition.RETRY || row.disposition() == Disposition.SNOOZE;
    assertThat(fault.disposition()).isEqualTo(passes ? row.disposition() : Disposition.HALT);
    assertThat(fault.gone()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 500})
  void parksAnUnknownCodeAsUnclassified(int status) {
    Fault fault = error("activation-status", status, "424242");
    assertThat(fault.disposition()).isEqualTo(Disposition.PARK);
    assertThat(fault.code()).isEqualTo(FaultCode.UNCLASSIFIED);
    assertThat(fault.vendorCode()).isEqualTo("424242");
    assertThat(fault.getMessage())
        .isEqualTo("code 424242 at HTTP " + status + " stands in no table: \"in its words\"");
    assertThat(error("refresh-token", status, "424242").disposition())
        .isEqualTo(Disposition.REAUTHORISE);
  }

  @ParameterizedTest
  @CsvSource({
    "activation-status,401,REAUTHORISE",
    "activation-status,403,RETRY",
    "activation-status,404,RETRY",
    "activation-status,429,SNOOZE",
    "activation-status,502,RETRY",
    "login,401,HALT",
    "login,403,RETRY",
    "login,429,SNOOZE",
    "login,500,RETRY",
    "refresh-token,401,REAUTHORISE",
    "refresh-token,403,REAUTHORISE",
    "refresh-token,404,REAUTHORISE",
    "refresh-token,429,SNOOZE",
    "refresh-token,503,RETRY"
  })
  void asksTheStatusWhereTheBodySaysNothing(String call, int status, Disposition disposition) {
    for (String body : new String[] {null, "{}", "[]", "\"no\""}) {
      assertThat(refusal(call, status, body).disposition()).isEqualTo(disposition);
    }
  }

  @Test
  void repeatsNoSecretInItsMessage() {
    Fault fault =
        refusal(
            "login",
            401,
            ERROR.formatted("100208", "secret s+/=&\\\"1 of app&1; accessToken=planted"));
    assertThat(fault.getMessage())
        .doesNotContain("s+/=", "app&1", "planted")
        .contains("[redacted]");
  }
}
