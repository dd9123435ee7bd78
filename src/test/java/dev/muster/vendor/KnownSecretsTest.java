package dev.muster.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KnownSecretsTest {
  private final Account account =
      new Account("a1", "acme", "http://127.0.0.1", Map.of(), Map.of("secret", "my-secret"));

  @Test
  void anIssuedTokenIsMaskedWhereAReplyRepeatsIt() {
    Token token = new Token("issued-1", "issued-2", Duration.ofHours(1), Duration.ofDays(1));

    String masked =
        Redaction.mask("no issued-1 nor issued-2", Redaction.knowing(account, token, null));

    assertThat(masked).isEqualTo("no [redacted] nor [redacted]");
  }

  @Test
  void whatWasSentUnderASecretsNameIsMaskedWhereAReplyRepeatsIt() {
    Request request =
        new Request(
            "POST",
            "/path",
            null,
            Map.of("x-token", "in-header", "x-name", "harmless"),
            "application/x-www-form-urlencoded",
            "token=in%2Fform&deviceId=harmless&bare".getBytes(StandardCharsets.UTF_8));

    String masked =
        Redaction.mask("in-header in/form harmless", Redaction.knowing(account, null, request));

    assertThat(masked).isEqualTo("[redacted] [redacted] harmless");
  }

  @Test
  void theAccountsOwnCredentialsStayKnown() {
    assertThat(Redaction.mask("my-secret", Redaction.knowing(account, null, null)))
        .isEqualTo("[redacted]");
  }
}
