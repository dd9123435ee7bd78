package dev.muster.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.Settings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Token;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TokenCipherTest {
  private static final Token TOKEN =
      new Token("access-é-1", "refresh-1", Duration.ofHours(1), Duration.ofDays(1));
  private static final Account ACCOUNT = account("a1", Map.of("id", "i", "secret", "s"));

  private final TokenCipher cipher = new TokenCipher(Settings.of(Map.of()), Optional.empty());
  private final TokenCipher keyed =
      new TokenCipher(Settings.of(Map.of("muster.token-key", "correct horse")), Optional.empty());

  private static Account account(String name, Map<String, String> credentials) {
    return new Account(name, "v", "https://v.example", Map.of(), credentials);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void whatWasSealedIsOpenedByAnyReplicaWithTheSameCredentials() {
    Token opened =
        new TokenCipher(Settings.of(Map.of()), Optional.empty())
            .open(ACCOUNT, bytes(cipher.seal(ACCOUNT, TOKEN)));

    assertThat(opened.access()).isEqualTo(TOKEN.access());
    assertThat(opened.refresh()).isEqualTo(TOKEN.refresh());
  }

  @Test
  void aTokenWithoutARefreshTokenComesBackWithoutOne() {
    Token bare = new Token("access", null, Duration.ofHours(1), null);

    assertThat(cipher.open(ACCOUNT, bytes(cipher.seal(ACCOUNT, bare))).refresh()).isNull();
  }

  @Test
  void theSameTokenIsSealedDifferentlyEachTimeAndNeverReadable() {
    String first = cipher.seal(ACCOUNT, TOKEN);

    assertThat(first).isNotEqualTo(cipher.seal(ACCOUNT, TOKEN));
    assertThat(new String(bytes(first), StandardCharsets.ISO_8859_1))
        .doesNotContain("access", "refresh");
  }

  @Test
  void anotherKeyOpensNothing() {
    byte[] sealed = bytes(keyed.seal(ACCOUNT, TOKEN));

    assertThat(keyed.open(ACCOUNT, sealed)).isNotNull();
    assertThat(cipher.open(ACCOUNT, sealed)).isNull();
    assertThat(
            new TokenCipher(Settings.of(Map.of("muster.token-key", "other")), Optional.empty())
                .open(ACCOUNT, sealed))
        .isNull();
  }

  @Test
  void theInstallationsOwnKeyIsUsedWhereNoneIsConfigured() {
    TokenKey file = () -> new byte[] {1, 2, 3};
    TokenCipher own = new TokenCipher(Settings.of(Map.of()), Optional.of(file));
    TokenCipher both =
        new TokenCipher(
            Settings.of(Map.of("muster.token-key", "correct horse")), Optional.of(file));
    byte[] sealed = bytes(own.seal(ACCOUNT, TOKEN));

    assertThat(own.open(ACCOUNT, sealed)).isNotNull();
    assertThat(cipher.open(ACCOUNT, sealed)).isNull();
    assertThat(both.open(ACCOUNT, sealed)).isNull();
    assertThat(keyed.open(ACCOUNT, bytes(both.seal(ACCOUNT, TOKEN)))).isNotNull();
  }

  @Test
  void otherCredentialsOpenNothing() {
    Account changed = account("a1", Map.of("id", "i", "secret", "t"));

    assertThat(cipher.open(changed, bytes(cipher.seal(ACCOUNT, TOKEN)))).isNull();
  }

  @Test
  void aTokenThatIsMovedToAnotherAccountIsNotOpened() {
    Account other = account("a2", ACCOUNT.credentials());

    assertThat(cipher.open(other, bytes(cipher.seal(ACCOUNT, TOKEN)))).isNull();
    assertThat(keyed.open(other, bytes(keyed.seal(ACCOUNT, TOKEN)))).isNull();
  }

  @Test
  void aChangedByteIsNoticed() {
    byte[] sealed = bytes(cipher.seal(ACCOUNT, TOKEN));
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThat(cipher.open(ACCOUNT, changed)).as("byte " + i).isNull();
    }
  }

  @Test
  void theDigestChangesWithAnyCredentialAndWithNothingElse() {
    String digest = cipher.digest(ACCOUNT);

    assertThat(digest).matches("[0-9a-f]{64}").isEqualTo(keyed.digest(ACCOUNT));
    assertThat(cipher.digest(account("a2", Map.of("secret", "s", "id", "i")))).isEqualTo(digest);
    assertThat(
            Stream.of(
                    Map.of("id", "j", "secret", "s"),
                    Map.of("id", "i", "secret", "t"),
                    Map.of("id", "i"),
                    Map.of("id", "i", "secret", "s", "more", "m"),
                    Map.of("id", "i;6:secret:1:s"))
                .map(credentials -> cipher.digest(account("a1", credentials))))
        .doesNotContain(digest)
        .doesNotHaveDuplicates();
  }
}
