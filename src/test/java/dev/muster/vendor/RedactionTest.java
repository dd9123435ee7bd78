package dev.muster.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.support.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final Account ACCOUNT =
      new Account(
          "a", "v", "https://v.example", Map.of(), Map.of("token", "s3cr+t/=&\"x", "short", "abc"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "productSecret",
        "tokenInUse",
        "tokenReplacing",
        "regcode",
        "accessToken",
        "refresh_token",
        "app_key",
        "appKey",
        "api-key",
        "privateKey",
        "sessionKey",
        "password",
        "userPasswd",
        "wifiPwd",
        "psk",
        "devicePsk",
        "device_psk",
        "wifipsk",
        "PSK",
        "Authorization",
        "Set-Cookie",
        "apim-signature",
        "apim-accesstoken",
        "encryption",
        "verifyCode",
        "verification_code",
        "clientCredentials",
        "X-Access-Key-Id",
        "SECRET",
        "signingKey",
        "access token"
      })
  void takesForASecretWhatIsNamedLikeOne(String name) {
    assertThat(Redaction.isSecret(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "productKey",
        "accessCapacity",
        "monkey",
        "keyboard",
        "accessKeyboard",
        "deviceKey",
        "key",
        "assetId",
        "upsKw",
        "stepSkip",
        "UPSKW",
        "secretaryName",
        "assigningUser",
        "designing",
        "name",
        "status",
        "passenger",
        "compass",
        "bypass",
        "author",
        "authorName",
        "design",
        "signal",
        "simId",
        "verified",
        "appId",
        "to.ken",
        ""
      })
  void letsOtherNamesLive(String name) {
    assertThat(Redaction.isSecret(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"token\":\"HIDDEN\"}",
        "{ \"productSecret\" : \"HIDDEN\" , \"a\":1}",
        "{\"token\":\n  \"HIDDEN\"}",
        "{\"token\":\"HIDDEN",
        "{\"token\":\"HID\\\"HIDDEN\"}",
        "{\"token\":\"x\\\\\\\"HIDDEN\",\"b\":2}",
        "{\"token\":HIDDEN}",
        "{\"tokens\":[\"HIDDEN\",{\"a\":\"HIDDEN]\"}],\"b\":2}",
        "{\"credentials\":{\"user\":\"}HIDDEN\",\"b\":[\"HIDDEN\"]}}",
        "{\"credentials\":{\"user\":\"HIDDEN",
        "{\"inner\":\"{\\\"token\\\":\\\"HIDDEN\\\",\\\"b\\\":1}\"}",
        "{\"inner\":\"{\\\"token\\\":\\\"a\\\\\\\"HIDDEN\\\",\\\"b\\\":1}\"}",
        "{\"inner\":\"{\\\"token\\\": {\\\"x\\\":\\\"HIDDEN\\\"}}\"}",
        "{\"inner\":\"{\\\"in\\\":\\\"{\\\\\\\"token\\\\\\\":\\\\\\\"HIDDEN\\\\\\\"}\\\"}\"}",
        "{\"inner\":\"{\\\"token\\\":\\\"HIDDEN",
        "token=HIDDEN&deviceId=1",
        "deviceId=1&token=HIDDEN%2BHIDDEN",
        "https://v.example/x?a=1&access_token=HIDDEN",
        "{accessToken=HIDDEN, b=2}",
        "Authorization: Bearer HIDDEN",
        "{\"Authorization\":\"Bearer HIDDEN\"}",
        "said Bearer HIDDEN to it",
        "Cookie: a=HIDDEN; b=HIDDEN",
        "app_key: HIDDEN",
        "invalid token: HIDDEN",
        "{'password': 'HIDDEN'}",
      })
  void masksWhatStandsBehindASecretsName(String text) {
    String masked = Redaction.mask(text, null);
    assertThat(masked).doesNotContain("HIDDEN").contains(Redaction.MASK);
    assertThat(Redaction.mask(masked, null)).as("masked again").isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"productKey\":\"pk1\",\"accessCapacity\":5}",
        "{\"error_desc\":\"App_key or access_token is invalid.\"}",
        "the token has expired",
        "{\"a\":\"token\",\"b\":\"c\"}",
        "[\"token\",\"b\"]",
        "monkey=1&keyboard=2",
        "查询无数据",
        ""
      })
  void leavesOtherTextAsItIs(String text) {
    assertThat(Redaction.mask(text, null)).isEqualTo(text);
  }

  @Test
  void keepsWhatStandsBehindASecret() {
    String text =
        "{\"token\":\"x\",\"inner\":\"{\\\"secret\\\":\\\"x\\\",\\\"b\\\":1}\",\"psk\":[1,2],\"c\":\"d\"}";
    JsonNode masked = Json.tree(Redaction.mask(text, null));
    assertThat(masked.get("c").textValue()).isEqualTo("d");
    assertThat(Json.tree(masked.get("inner").textValue()))
        .isEqualTo(Json.tree("{\"secret\":\"[redacted]\",\"b\":1}"));
  }

  @Test
  void knowsABackslashAtTheEndOfASecretFromAnEscapedQuote() {
    assertThat(Redaction.mask("{\"token\":\"x\\\\\",\"c\":\"d\"}", null))
        .isEqualTo("{\"token\":\"[redacted]\",\"c\":\"d\"}");
  }

  @Test
  void stopsAtTheEndOfTheStringThatHoldsCutOffJson() {
    String text = "{\"inner\":\"{\\\"token\\\":\\\"HIDDEN\",\"c\":\"d\"}";
    assertThat(Redaction.mask(text, null)).doesNotContain("HIDDEN").endsWith("\",\"c\":\"d\"}");
  }

  @Test
  void masksTheAccountsOwnCredentialsInEverySpelling() {
    String secret = "s3cr+t/=&\"x";
    assertThat(Redaction.mask("got " + secret + " and abc", ACCOUNT))
        .isEqualTo("got [redacted] and abc");
    assertThat(Redaction.mask("got " + Encoding.percent(secret), ACCOUNT))
        .isEqualTo("got [redacted]");
    assertThat(Redaction.mask("{\"got\":\"s3cr+t/=&\\\"x\"}", ACCOUNT))
        .isEqualTo("{\"got\":\"[redacted]\"}");
    assertThat(Redaction.mask(null, ACCOUNT)).isNull();
  }

  @Test
  void leavesOutSecretsAtEveryDepthAndMasksThemInsideOfText() {
    JsonNode given =
        Json.tree(
            "{\"productSecret\":\"x\",\"productKey\":\"p\",\"n\":1.50,\"list\":[{\"regcode\":1,\"a\":null}],"
                + "\"text\":\"{\\\"pwd\\\":\\\"x\\\"}\"}");
    assertThat(Redaction.without(given))
        .isEqualTo(
            Json.tree(
                "{\"productKey\":\"p\",\"n\":1.50,\"list\":[{\"a\":null}],\"text\":\"{\\\"pwd\\\":\\\"[redacted]\\\"}\"}"));
    assertThat(Redaction.without(given).get("n").asText()).isEqualTo("1.50");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e131071",
        "1E41",
        "-1e-41",
        "1e-131071",
        "11111111112222222222333333333344444444445"
      })
  void keepsANumberThatIsEndlessWhenWrittenOutAsText(String number) {
    JsonNode kept = Redaction.without(Json.tree("{\"a\":[" + number + "]}")).at("/a/0");

    assertThat(kept.isTextual()).isTrue();
    assertThat(kept.asText().length()).isLessThan(50);
    assertThat(new BigDecimal(kept.asText())).isEqualTo(new BigDecimal(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.0", "1e40", "1E-40", "-0.00", "1111111111222222222233333333334444444444"})
  void keepsAnyOtherNumberAsItIs(String number) {
    assertThat(Redaction.without(Json.tree("[" + number + "]")).get(0))
        .isEqualTo(Json.tree(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token-",
        "token.a",
        "\"token\":\"",
        "\"token\":{",
        "\\",
        "\"token\\\":\\\"",
        "a",
        "token=",
        "token:",
        "bearer ",
        "{\"a\":",
        "\"token\":[\"",
        "\"",
        " ",
        "sign",
        "%41"
      })
  void takesLittleTimeForLongTextOfAnyKind(String piece) {
    String text = piece.repeat(2_000_000 / piece.length());
    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> Redaction.mask(text, ACCOUNT));
    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> Redaction.isSecret(text));
  }

  @Test
  void capsAnExcerptAfterMaskingIt() {
    assertThat(Redaction.excerpt("a".repeat(400), ACCOUNT)).isEqualTo("a".repeat(300) + "…");
    String text = "a".repeat(290) + " token=HIDDEN" + "HIDDEN".repeat(20);
    assertThat(Redaction.excerpt(text, ACCOUNT)).doesNotContain("HID");
    assertThat(Redaction.excerpt("a".repeat(299) + "\uD83D\uDE00", ACCOUNT))
        .isEqualTo("a".repeat(299) + "…");
    assertThat(Redaction.excerpt("one\r\n\ttwo\uD83D\u0000", ACCOUNT)).isEqualTo("one two");
    assertThat(Redaction.message("it failed", " ", ACCOUNT)).isEqualTo("it failed");
    assertThat(Redaction.message("it failed", "busy", ACCOUNT)).isEqualTo("it failed: \"busy\"");
  }
}
