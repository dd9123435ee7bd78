package dev.muster.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.vendor.Account;
import dev.muster.vendor.Request;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvidenceTest {
  private static final int CHARS = 20;
  private static final Account ACCOUNT =
      new Account("a", "v", "https://v.example", Map.of(), Map.of("secret", "hush-hush"));

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String reply(String text) {
    return new Evidence(null, utf8(text)).reply(ACCOUNT, CHARS);
  }

  @Test
  void nothingSentAndNothingReceivedIsNull() {
    assertThat(Evidence.NONE.request(ACCOUNT, CHARS)).isNull();
    assertThat(Evidence.NONE.reply(ACCOUNT, CHARS)).isNull();
  }

  @Test
  void aRequestIsKeptWithoutItsHeadersAndWithoutSecretsAnywhere() {
    Request request =
        new Request(
            "POST",
            "/p/hush-hush",
            "a=1&token=abc",
            Map.of("X-Key", "hush-hush"),
            "text/plain",
            utf8("k=hush-hush"));

    assertThat(new Evidence(request, null).request(ACCOUNT, CHARS).toString())
        .isEqualTo(
            "{\"method\":\"POST\",\"path\":\"/p/[redacted]\",\"query\":\"a=1&token=[redacted]\","
                + "\"body\":\"k=[redacted]\"}");
  }

  @Test
  void aReplyThatFitsIsKeptWhole() {
    assertThat(reply("12345678901234567890")).isEqualTo("12345678901234567890");
    assertThat(reply("")).isEmpty();
  }

  @Test
  void aLongerReplyIsCutAndSaysHowLongItWas() {
    assertThat(reply("123456789012345678901")).isEqualTo("12345678901234567890… (21 bytes)");
    assertThat(reply("x".repeat(5_000_000))).isEqualTo("x".repeat(20) + "… (5000000 bytes)");
  }

  @Test
  void aSecretAtTheCutIsMaskedBeforeItIsCut() {
    assertThat(reply("0123456789012345 hush-hush and more")).doesNotContain("hush");
  }

  @Test
  void aCharacterIsNeverCutInTwo() {
    String cut = reply("1234567890123456789😀 and more");

    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(cut)).isTrue();
    assertThat(cut).startsWith("1234567890123456789");
  }

  @Test
  void bytesThatAreNoTextAreShownAsWellAsTheyCan() {
    assertThat(new Evidence(null, new byte[] {'a', (byte) 0xff, 'b'}).reply(ACCOUNT, CHARS))
        .isEqualTo("a\ufffdb");
  }
}
