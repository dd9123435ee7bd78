package dev.muster.vendor.enos;

import static dev.muster.fault.Disposition.HALT;
import static dev.muster.fault.Disposition.PARK;
import static dev.muster.fault.Disposition.RETRY;
import static dev.muster.fault.Disposition.SNOOZE;
import static dev.muster.vendor.enos.EnosCases.allocateDevice;
import static dev.muster.vendor.enos.EnosCases.call;
import static dev.muster.vendor.enos.EnosCases.getDevice;
import static dev.muster.vendor.enos.EnosCases.getProduct;
import static dev.muster.vendor.enos.EnosCases.getToken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.vendor.Call;
import dev.muster.vendor.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnosRefusalsTest {
  private static final int[] STATUSES = {200, 400, 401, 403, 404, 429, 500, 503};

  @ParameterizedTest
  @CsvSource({
    "get-token,1001,RETRY,false",
    "get-token,1002,HALT,false",
    "get-token,1003,HALT,false",
    "get-token,1004,HALT,false",
    "get-device,1004,PARK,false",
    "get-token,1005,RETRY,false",
    "get-token,1202,HALT,false",
    "get-product,1202,PARK,false",
    "get-device,1203,REAUTHORISE,false",
    "get-device,1204,REAUTHORISE,false",
    "get-device,400,PARK,false",
    "get-device,401,REAUTHORISE,false",
    "get-token,401,HALT,false",
    "get-device,403,HALT,false",
    "get-device,413,PARK,false",
    "get-device,429,SNOOZE,false",
    "get-device,497,REAUTHORISE,false",
    "get-device,498,HALT,false",
    "get-device,500,RETRY,false",
    "get-device,503,RETRY,false",
    "get-device,504,RETRY,false",
    "get-product,11404,PARK,true",
    "get-product,11611,PARK,true",
    "get-device,35400,PARK,false",
    "allocate-device,35404,PARK,false",
    "get-device,35601,PARK,true",
    "allocate-device,35601,PARK,true",
    "get-device,35603,HALT,false",
    "get-product,99400,PARK,false",
    "get-device,99403,HALT,false",
    "get-device,99404,PARK,true",
    "get-token,99404,PARK,false",
    "get-device,99500,RETRY,false"
  })
  void judgesADocumentedCodeUnderAnyHttpStatus(
      String call, String code, Disposition disposition, boolean gone) {
    for (int status : STATUSES) {
      for (String member : new String[] {"\"code\":", "\"status\":", "\"code\":null,\"stauts\":"}) {
        for (String written : new String[] {code, "\"" + code + "\""}) {
          String body = "{" + member + written + ",\"msg\":\"words\",\"requestId\":\"r1\"}";
          Fault fault = refused(callOf(call), status, body);

          assertThat(fault.disposition()).as("%s at %s", body, status).isEqualTo(disposition);
          assertThat(fault.gone()).isEqualTo(gone);
          assertThat(fault.code()).isEqualTo(code);
          assertThat(fault.vendorCode()).isEqualTo(code);
          assertThat(fault.requestId()).isEqualTo("r1");
          assertThat(fault.httpStatus()).isEqualTo(status);
          assertThat(fault.getMessage()).endsWith(": \"words\"");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OrgId/sn is required|PARK",
        "sn is required|PARK",
        "the device does not belong to the orgId|PARK",
        "orgId or productKey is invalid|PARK",
        "orgId does not exist|HALT",
        "OrgId is invalid|HALT",
        "org id is blank|HALT",
        "The organization does not exist|HALT",
        "invalid argument|PARK"
      })
  void haltsTheAccountOnlyIfItsOrgIdAloneIsToBlame(String words, Disposition disposition) {
    for (int code : new int[] {35400, 99400}) {
      String body = "{\"code\":" + code + ",\"msg\":\"" + words + "\",\"data\":null}";
      assertThat(refused(getDevice(), 200, body).disposition()).isEqualTo(disposition);
    }
  }

  @Test
  void takesA35601ToBeAboutTheCallItCameFor() {
    Fault fault = refused(getProduct(), 200, "{\"code\":35601,\"msg\":\"duplicated\"}");

    assertThat(fault.code()).isEqualTo(FaultCode.UNCLASSIFIED);
    assertThat(fault.gone()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 403, 404, 409})
  void parksACodeThatStandsInNoTable(int status) {
    Fault fault = refused(getDevice(), status, "{\"code\":77777,\"msg\":\"new\"}");

    assertThat(fault.disposition()).isEqualTo(PARK);
    assertThat(fault.code()).isEqualTo(FaultCode.UNCLASSIFIED);
    assertThat(fault.vendorCode()).isEqualTo("77777");
    assertThat(fault.getMessage())
        .isEqualTo("code 77777 at HTTP " + status + " stands in no table: \"new\"");
  }

  @ParameterizedTest
  @CsvSource({"401,REAUTHORISE", "429,SNOOZE", "500,RETRY", "502,RETRY", "503,RETRY"})
  void judgesByTheStatusWhereTheCodeStandsInNoTable(int status, Disposition disposition) {
    Fault fault = refused(getDevice(), status, "{\"code\":77777,\"msg\":\"new\"}");

    assertThat(fault.disposition()).isEqualTo(disposition);
    assertThat(fault.code()).isEqualTo("http_" + status);
    assertThat(fault.vendorCode()).isEqualTo("77777");
  }

  @ParameterizedTest
  @CsvSource({
    "400,Cannot process request body,PARK",
    "401,Invalid authentication credentials,REAUTHORISE",
    "403,Your IP address is not allowed,HALT",
    "413,Request size limit exceeded,PARK",
    "429,API rate limit exceeded,SNOOZE",
    "500,An unexpected error occurred,RETRY",
    "502,Bad gateway,RETRY",
    "503,Service unavailable,RETRY"
  })
  void judgesTheGatewaysOwnErrorsByTheirStatus(int status, String words, Disposition disposition) {
    Fault fault = refused(getDevice(), status, "{\"message\":\"" + words + "\"}");

    assertThat(fault.disposition()).isEqualTo(disposition);
    assertThat(fault.code()).isEqualTo("http_" + status);
    assertThat(fault.vendorCode()).isNull();
    assertThat(fault.getMessage()).endsWith(": \"" + words + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "400,PARK",
    "401,REAUTHORISE",
    "403,RETRY",
    "404,RETRY",
    "429,SNOOZE",
    "500,RETRY",
    "502,RETRY"
  })
  void judgesAReplyWithoutJsonByItsStatus(int status, Disposition disposition) {
    Fault fault = refused(getDevice(), new Reply(status, null, null));

    assertThat(fault.disposition()).isEqualTo(disposition);
    assertThat(fault.code()).isEqualTo("http_" + status);
  }

  @Test
  void tellsHowLongTheVendorAsksToWait() {
    Reply reply = new Reply(429, Duration.ofSeconds(7), EnosCases.content("{\"code\":429}"));

    assertThat(refused(getDevice(), reply).retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void haltsWhereTheLoginCallItselfIsNotAuthorised() {
    assertThat(refused(getToken(), 401, "{\"message\":\"no\"}").disposition()).isEqualTo(HALT);
    assertThat(refused(getToken(), 401, "{\"code\":77777}").disposition()).isEqualTo(HALT);
  }

  @Test
  void doesNotBelieveCode0BesideAnErrorStatus() {
    String body = EnosCases.sample("get-device");

    assertThat(refused(getDevice(), 500, body).disposition()).isEqualTo(RETRY);
    assertThat(refused(getDevice(), 429, body).disposition()).isEqualTo(SNOOZE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "[]", "1", "\"x\"", "{\"code\":{}}"})
  void parksAReplyThatHasNoCode(String body) {
    Fault fault = refused(getDevice(), 200, body);

    assertThat(fault.disposition()).isEqualTo(PARK);
    assertThat(fault.code()).isEqualTo(FaultCode.UNCLASSIFIED);
    assertThat(fault.getMessage())
        .isEqualTo("a reply without a code at HTTP 200 stands in no table");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"code\":0}",
        "{\"code\":0,\"data\":null}",
        "{\"code\":0,\"data\":[]}",
        "{\"code\":0,\"data\":{}}",
        "{\"code\":0,\"data\":{\"sn\":null}}"
      })
  void parksCode0ThatShowsNothing(String body) {
    Fault fault = refused(allocateDevice(), 200, body);

    assertThat(fault.disposition()).isEqualTo(PARK);
    assertThat(fault.code()).isEqualTo(FaultCode.INCOMPLETE);
  }

  @Test
  void parksAReplyAboutSomethingElse() {
    assertThat(refused(getDevice(), 200, "{\"code\":0,\"data\":{\"sn\":\"other\"}}"))
        .hasMessage("the reply shows another device")
        .returns(FaultCode.INCOMPLETE, Fault::code);
    assertThat(refused(getProduct(), 200, "{\"code\":0,\"data\":{\"productKey\":\"other\"}}"))
        .hasMessage("the reply shows another product");
  }

  @Test
  void repeatsNoSecretInItsMessage() {
    String words = "bad xxxappSecretxxx of theAppKey, token xxxxaaaxxxx, accessToken=abcdef";
    String message =
        refused(getDevice(), 200, "{\"code\":99400,\"msg\":\"" + words + "\"}").getMessage();

    assertThat(message).doesNotContain("xxxappSecretxxx", "theAppKey", "xxxxaaaxxxx", "abcdef");
  }

  @Test
  void keepsTheVendorsWordsShortAndOnOneLine() {
    String words = "a\\u0000b\\nc" + "x".repeat(5_000_000);
    Fault fault = refused(getDevice(), 200, "{\"code\":99500,\"msg\":\"" + words + "\"}");

    assertThat(fault.getMessage())
        .hasSizeLessThan(400)
        .contains("\"a b cxxx")
        .doesNotContain("\n", "\0");
  }

  private static Call callOf(String name) {
    return name.endsWith("-token") ? call(name, null) : call(name, "k");
  }

  private static Fault refused(Call call, int status, String body) {
    return refused(call, new Reply(status, null, EnosCases.content(body)));
  }

  private static Fault refused(Call call, Reply reply) {
    Fault fault = catchThrowableOfType(Fault.class, () -> EnosCases.ENOS.read(call, reply));
    assertThat(fault).isNotNull();
    return fault;
  }
}
