package dev.muster.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.support.Json;
import dev.muster.vendor.Account;
import dev.muster.vendor.Encoding;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Secrets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A vendor that repeats our own secrets, in whatever spelling and place, tells nobody. */
class OwnSecretsTest {
  private static final String SECRET = "Kq7/pZ+x 密&\"w=Rt";
  private static final Secrets SECRETS = Secrets.of(List.of(SECRET, "short1", "another-secret"));

  static Stream<String> spellings() {
    byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        SECRET,
        SECRET.toUpperCase(Locale.ROOT),
        SECRET.toLowerCase(Locale.ROOT),
        Encoding.percent(SECRET),
        Encoding.percent(SECRET).toLowerCase(Locale.ROOT),
        Encoding.percent(SECRET).replace("pZ", "%70%5A"),
        Encoding.percent(SECRET).replace("%2B", "+"),
        SECRET.replace("\"", "\\\""),
        SECRET.replace("/", "\\/"),
        HexFormat.of().formatHex(bytes),
        HexFormat.of().withUpperCase().formatHex(bytes),
        Base64.getEncoder().encodeToString(bytes),
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
        Base64.getEncoder().encodeToString(("user:" + SECRET).getBytes(StandardCharsets.UTF_8)),
        Base64.getEncoder()
            .encodeToString(("users:" + SECRET + "!").getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void aSecretIsFoundWhereverItStands(String spelling) {
    for (int before = 0; before < 40; before++) {
      String text = "x".repeat(before) + ">" + spelling + "< and more";
      assertThat(SECRETS.mask(text)).contains(Redaction.MASK).doesNotContain(spelling);
      assertThat(SECRETS.mask(text)).startsWith("x".repeat(before) + ">").endsWith(" and more");
    }
    assertThat(SECRETS.mayBeIn(Json.MAPPER.createObjectNode().put("a", spelling).toString()))
        .isTrue();
  }

  @Test
  void lettersThatJsonNeedNotEscapeHideNothing() {
    Secrets secrets = Secrets.of(List.of("another-secret"));
    assertThat(secrets.mask("{\"msg\":\"\\u0061nother\\u002Dsecret\"}"))
        .isEqualTo("{\"msg\":\"[redacted]\"}");
    assertThat(secrets.mask("{\"msg\":\"\\u0061nother\"}"))
        .isEqualTo("{\"msg\":\"\\u0061nother\"}");
  }

  @Test
  void aUsersNameMayBeAnEverydayWord() {
    Account account =
        new Account(
            "a", "lvcc", "https://b", Map.of(), Map.of("user", "demo", "password", "hush-hush"));
    assertThat(Redaction.mask("demo 7 hush-hush", account)).isEqualTo("demo 7 [redacted]");
  }

  @Test
  void aShortOneIsMaskedAsAWordOnly() {
    assertThat(SECRETS.mask("is short1, not short12 or SHORT1"))
        .isEqualTo("is [redacted], not short12 or SHORT1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "Kq7", "a device of 42.5 kW", "Kq7/pZ+x 密"})
  void otherTextStaysAsItIs(String text) {
    assertThat(SECRETS.mayBeIn(text)).isFalse();
    assertThat(SECRETS.mask(text)).isSameAs(text);
    assertThat(Secrets.of(List.of()).mask(text)).isSameAs(text);
  }

  @Test
  void aRecordShowsItNeitherInAValueNorInANameNorAsANumber() {
    JsonNode record =
        Json.tree(
            "{\"remark\":\"it is ANOTHER-secret\",\"list\":[{\"another-secret\":1}],\"pin\":1234567890}");
    Secrets secrets = Secrets.of(List.of("another-secret", "1234567890"));

    assertThat(Redaction.without(record, secrets))
        .isEqualTo(
            Json.tree(
                "{\"remark\":\"it is [redacted]\",\"list\":[{\"[redacted]\":1}],\"pin\":\"[redacted]\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "密码",
        "密钥",
        "pass",
        "pwd",
        "ak",
        "sk",
        "auth",
        "userPass",
        "user_pass",
        "AK",
        "accountSk"
      })
  void theseNamesAreSecret(String name) {
    assertThat(Redaction.isSecret(name)).isTrue();
    assertThat(Redaction.mask(name + "=HIDDEN", null)).doesNotContain("HIDDEN");
    assertThat(Redaction.mask("{\"" + name + "\":\"HIDDEN\"}", null)).doesNotContain("HIDDEN");
    assertThat(Redaction.mask("wrong " + name + "： HIDDEN", null)).doesNotContain("HIDDEN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"task", "bypass", "author", "SKU", "break", "biDirectionalAuth", "passCount"})
  void theseAreNot(String name) {
    assertThat(Redaction.isSecret(name)).isFalse();
  }

  @Test
  void manySecretsAndLongTextTakeLittleTime() {
    Secrets many = Secrets.of(IntStream.range(0, 200).mapToObj(n -> "secret-number-" + n).toList());
    String text = "secret-number- ".repeat(20_000);
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> many.mask(text));
  }
}
