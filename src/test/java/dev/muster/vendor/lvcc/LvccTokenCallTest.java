package dev.muster.vendor.lvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.support.Json;
import dev.muster.support.ShippedCodes;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Request;
import dev.muster.vendor.Token;
import dev.muster.vendor.TokenRule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LvccTokenCallTest {
  private static final Map<String, String> PARAMETERS =
      Map.of(
          "token-path", "/auth/token",
          "token-user-field", "userName",
          "token-password-field", "pass word",
          "token-pointer", "/data/token");
  private static final Map<String, String> CREDENTIALS =
      Map.of("user", "planted&user", "password", "planted=p/w中");

  private final Lvcc lvcc = new Lvcc();

  private static Account account(String... changes) {
    Map<String, String> parameters = new HashMap<>(PARAMETERS);
    Map<String, String> credentials = new HashMap<>(CREDENTIALS);
    for (int i = 0; i < changes.length; i += 2) {
      String key = changes[i].substring(changes[i].indexOf('.') + 1);
      (changes[i].startsWith("credentials.") ? credentials : parameters).put(key, changes[i + 1]);
    }
    return LvccTest.account(parameters, credentials);
  }

  private static Call login(Account account) {
    return new Call(
        account, "get-token", "/{token-path}", null, null, null, null, ShippedCodes.of("lvcc"));
  }

  private Token token(Account account, String body) {
    return lvcc.read(login(account), reply(200, body)).token();
  }

  private Fault fault(int status, String body) {
    return catchThrowableOfType(
        Fault.class, () -> lvcc.read(login(account()), reply(status, body)));
  }

  private static Reply reply(int status, String body) {
    return new Reply(status, null, body == null ? null : Json.read(body, LvccReply.class));
  }

  @Test
  void postsUserAndPasswordAsTheConfigurationNamesThem() {
    Request request = lvcc.request(login(account()));

    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/auth/token");
    assertThat(request.query()).isNull();
    assertThat(request.headers()).isEmpty();
    assertThat(request.contentType()).isEqualTo("application/x-www-form-urlencoded");
    assertThat(new String(request.body(), StandardCharsets.UTF_8))
        .isEqualTo("userName=planted%26user&pass%20word=planted%3Dp%2Fw%E4%B8%AD");
  }

  @Test
  void aFetchedTokenGoesWithTheOtherCalls() {
    Token token = new Token("fetched+1", null, null, null);
    Call call = LvccTest.call(account(), "S", token);

    assertThat(new String(lvcc.request(call).body(), StandardCharsets.UTF_8))
        .isEqualTo("token=fetched%2B1&deviceId=S");
    Call inHeader = LvccTest.call(account("parameters.token-in", "header"), "S", token);
    assertThat(lvcc.request(inHeader).headers()).containsExactly(Map.entry("token", "fetched+1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/data/token | {\"success\":true,\"data\":{\"token\":\" t-1 \"}}",
        "/data | {\"success\":true,\"data\":\"t-1\"}",
        "/a~1b/0 | {\"a/b\":[\"t-1\"]}"
      })
  void readsTheTokenWhereTheConfigurationSays(String pointer, String body) {
    Token token = token(account("parameters.token-pointer", pointer), body);

    assertThat(token.access()).isEqualTo("t-1");
    assertThat(token.refresh()).isNull();
    assertThat(token.lifetime()).isEqualTo(Duration.ofHours(24));
  }

  @Test
  void aTokenLivesAsLongAsTheConfigurationSays() {
    assertThat(
            token(account("parameters.token-life", "90m"), "{\"data\":{\"token\":5}}").lifetime())
        .isEqualTo(Duration.ofMinutes(90));
  }

  @Test
  void tokensAreRenewedAheadOfTheirEndAndPaidFromTheLimitOfTheAddress() {
    assertThat(lvcc.tokenRule(account()))
        .isEqualTo(new TokenRule("get-token", null, Duration.ofMinutes(30), true));
    assertThat(lvcc.tokenRule(LvccTest.account(Map.of(), Map.of("token", "t")))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {\"code\":\"-1\",\"error\":\"用户名或密码错误\",\"success\":false} | -1",
        "200 | {\"code\":\"10001\",\"error\":\"x\",\"success\":false} | 10001",
        "200 | {\"code\":\"77\",\"error\":\"x\",\"success\":false} | unclassified",
        "405 | {\"path\":\"/auth/token\"} | unclassified",
        "401 | {} | http_401",
        "200 | {\"success\":true,\"data\":{\"Token\":\"t\"}} | incomplete",
        "200 | {\"success\":true,\"data\":{\"token\":\" \"}} | incomplete",
        "200 | {\"success\":true,\"data\":{\"token\":{\"value\":\"t\"}}} | incomplete",
        "200 | {} | incomplete"
      })
  void whatDoesNotPassIsAboutTheAccountAndSaysWhatToLookAt(int status, String body, String code) {
    Fault fault = fault(status, body);

    assertThat(fault.disposition()).isEqualTo(Disposition.HALT);
    assertThat(fault.code()).isEqualTo(code);
    assertThat(fault.httpStatus()).isEqualTo(status);
    assertThat(fault.getMessage())
        .contains("credentials.user", "credentials.password")
        .doesNotContain("planted");
  }

  @Test
  void whatPassesIsTriedAgain() {
    String busy = "{\"code\":\"-1\",\"error\":\"请求过于频繁\",\"success\":false}";
    assertThat(fault(200, busy).disposition()).isEqualTo(Disposition.SNOOZE);
    assertThat(fault(503, "{}").disposition()).isEqualTo(Disposition.RETRY);
  }

  @Test
  void aRefusedTokenIsFetchedAnew() {
    Call call = LvccTest.call(account(), "S", new Token("fetched-1", null, null, null));
    String refusal = "{\"code\":\"10001\",\"error\":\"token失效\",\"success\":false}";
    Fault fault = catchThrowableOfType(Fault.class, () -> lvcc.read(call, reply(200, refusal)));

    assertThat(fault.disposition()).isEqualTo(Disposition.REAUTHORISE);
    assertThat(fault.code()).isEqualTo("10001");
    assertThat(fault.getMessage()).contains("a new one is fetched");
  }

  @Test
  void findsNoFaultWithACallThatIsDescribedInFull() {
    assertThat(lvcc.problems(account())).isEmpty();
    assertThat(lvcc.problems(account("parameters.token-life", "PT12H"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "credentials.user",
        "credentials.password",
        "parameters.token-user-field",
        "parameters.token-password-field",
        "parameters.token-pointer"
      })
  void namesWhatIsMissingOfTheCall(String key) {
    assertThat(lvcc.problems(account(key, "")))
        .singleElement()
        .asString()
        .startsWith(key + " is missing")
        .doesNotContain("planted");
  }

  @ParameterizedTest
  @CsvSource({
    "parameters.token-path, token",
    "parameters.token-path, /a b",
    "parameters.token-path, /",
    "parameters.token-path, /{{secret}}",
    "parameters.token-path, /t?x=1",
    "parameters.token-pointer, data.token",
    "parameters.token-life, a day",
    "parameters.token-life, 0s",
    "parameters.token-life, -1h"
  })
  void namesWhatCannotBe(String key, String value) {
    assertThat(lvcc.problems(account(key, value))).singleElement().asString().startsWith(key);
  }

  @Test
  void wantsOneSourceOfTokensOnly() {
    List<String> both = lvcc.problems(account("credentials.token", "planted-token"));
    assertThat(both).singleElement().asString().contains("token-path").doesNotContain("planted");

    assertThat(lvcc.problems(LvccTest.account(Map.of(), CREDENTIALS)))
        .singleElement()
        .asString()
        .startsWith("parameters.token-path is missing")
        .doesNotContain("planted");
  }
}
