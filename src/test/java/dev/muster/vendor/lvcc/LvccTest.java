package dev.muster.vendor.lvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.support.ShippedCodes;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Request;
import dev.muster.vendor.Token;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LvccTest {
  private final Lvcc lvcc = new Lvcc();
  @TempDir Path folder;

  static Account account(Map<String, String> parameters, Map<String, String> credentials) {
    return new Account("l1", "lvcc", "https://v.example/open/oem", parameters, credentials);
  }

  static Call call(Account account, String key) {
    return call(account, key, null);
  }

  static Call call(Account account, String key, Token token) {
    return new Call(
        account, "device-status", "/deviceStatus", key, null, token, null, ShippedCodes.of("lvcc"));
  }

  private static String body(Request request) {
    return new String(request.body(), StandardCharsets.UTF_8);
  }

  @Test
  void asksByAFormThatHoldsTheToken() {
    Request request =
        lvcc.request(call(account(Map.of(), Map.of("token", "a+b/c=&d")), "SIM 1&x=中"));
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/deviceStatus");
    assertThat(request.query()).isNull();
    assertThat(request.contentType()).isEqualTo("application/x-www-form-urlencoded");
    assertThat(request.headers()).isEmpty();
    assertThat(body(request)).isEqualTo("token=a%2Bb%2Fc%3D%26d&deviceId=SIM%201%26x%3D%E4%B8%AD");
  }

  @Test
  void sendsTheTokenAsAHeaderWhereThatIsConfigured() {
    Request request =
        lvcc.request(call(account(Map.of("token-in", "header"), Map.of("token", "a+b")), "S"));
    assertThat(request.headers()).containsExactly(Map.entry("token", "a+b"));
    assertThat(body(request)).isEqualTo("deviceId=S");
  }

  @Test
  void asksByQcodeWhereTheKeySaysSo() {
    Request request = lvcc.request(call(account(Map.of(), Map.of("token", "t")), "qcode:q 1"));
    assertThat(body(request)).isEqualTo("token=t&qcode=q%201");
  }

  @Test
  void readsTheTokenFromItsFileAnewForEachRequest() throws Exception {
    Path file = folder.resolve("token");
    Call call = call(account(Map.of(), Map.of("token-file", file.toString())), "S");
    assertThatExceptionOfType(Fault.class)
        .isThrownBy(() -> lvcc.request(call))
        .matches(fault -> fault.disposition() == Disposition.REAUTHORISE)
        .withMessageContaining("token-file")
        .withMessageNotContaining(folder.toString());
    Files.writeString(file, "first\n");
    assertThat(body(lvcc.request(call))).isEqualTo("token=first&deviceId=S");
    Files.writeString(file, "second\n");
    assertThat(body(lvcc.request(call))).isEqualTo("token=second&deviceId=S");
  }

  @Test
  void findsTheSecretFileThatTheTokenWasConfiguredBy() throws Exception {
    Account given = account(Map.of(), Map.of("token", "at the start"));
    assertThat(LvccToken.secretFile(given, folder)).isNull();
    Path file =
        Files.writeString(folder.resolve("muster.accounts.l1.credentials.token"), "renewed");
    assertThat(LvccToken.secretFile(given, folder)).isEqualTo(file);
    assertThat(LvccToken.secretFile(account(Map.of(), Map.of()), folder)).isNull();
  }

  @Test
  void saysWhatIsWrongWithAConfiguration() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "t");
    Path empty = Files.writeString(folder.resolve("empty"), " ");
    assertThat(lvcc.problems(account(Map.of(), Map.of("token", "t")))).isEmpty();
    assertThat(lvcc.problems(account(Map.of(), Map.of("tokenFile", file.toString())))).isEmpty();
    assertThat(lvcc.problems(account(Map.of(), Map.of())))
        .singleElement()
        .asString()
        .contains("credentials.token", "credentials.token-file");
    assertThat(
            lvcc.problems(
                account(Map.of(), Map.of("token", "hidden", "token-file", file.toString()))))
        .singleElement()
        .asString()
        .contains("both")
        .doesNotContain("hidden");
    assertThat(lvcc.problems(account(Map.of(), Map.of("token-file", empty.toString())))).hasSize(1);
    assertThat(lvcc.problems(account(Map.of(), Map.of("token-file", "no\u0000file")))).hasSize(1);
    assertThat(lvcc.problems(account(Map.of("token-in", "query"), Map.of("token", "t"))))
        .singleElement()
        .asString()
        .contains("parameters.token-in", "form", "header");
  }

  @Test
  void sharesItsQuotaAmongAllAccountsBehindOneAddress() {
    assertThat(lvcc.quota(account(Map.of(), Map.of("token", "a")), "office-1"))
        .isEqualTo("lvcc@office-1");
    assertThat(lvcc.quotaScope()).isEqualTo("egress");
    assertThat(lvcc.tokenRule(account(Map.of(), Map.of("token", "a")))).isNull();
    assertThat(lvcc.actions()).isEmpty();
    assertThat(lvcc.resources()).containsExactly(Map.entry("device", "device-status"));
  }
}
