package dev.muster.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.AccountSetup;
import dev.muster.support.EveryVendor;
import dev.muster.support.MusterDatabase;
import dev.muster.support.Settings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Vendor;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the database keeps of an account's credentials. */
@Tag("sql")
class CredentialsDigestTest {
  private static final Vendor VENDOR = EveryVendor.all().get(0);
  private static final Account ACCOUNT = EveryVendor.account(VENDOR);
  private static final Duration START = Duration.ofSeconds(30);

  private final MusterDatabase muster = MusterDatabase.migratedAndEmpty();
  private final JdbcTemplate jdbc = new JdbcTemplate(muster.dataSource());

  @AfterEach
  void close() {
    muster.close();
  }

  private CredentialsDigest digest(String tokenKey) {
    TokenCipher cipher =
        new TokenCipher(
            Settings.of(tokenKey == null ? Map.of() : Map.of("muster.token-key", tokenKey)),
            Optional.empty());
    CredentialsDigest digest = new CredentialsDigest(jdbc, cipher);
    digest.begin();
    return digest;
  }

  @Test
  void anInstallationHasDigestsOfItsOwn() {
    String here = digest(null).of(ACCOUNT);
    assertThat(digest(null).of(ACCOUNT)).as("of any replica").isEqualTo(here);
    assertThat(digest("a key of sixteen or more").of(ACCOUNT)).isNotEqualTo(here);

    try (MusterDatabase other = MusterDatabase.migratedAndEmpty()) {
      other.run("update muster.incarnation set id = gen_random_uuid()");
      CredentialsDigest there =
          new CredentialsDigest(
              new JdbcTemplate(other.dataSource()),
              new TokenCipher(Settings.of(Map.of()), Optional.empty()));
      there.begin();
      assertThat(there.of(ACCOUNT)).isNotEqualTo(here);
    }
  }

  @Test
  void aDigestOfAFormerVersionIsSaltedAndLooksLikeNoChange() {
    String former = new TokenCipher(Settings.of(Map.of()), Optional.empty()).digest(ACCOUNT);
    muster.configure(AccountSetup.account(ACCOUNT.name()).credentials(former));
    muster.run("update muster.account set state = 'halted', why = 'wrong secret'");

    muster.configure(AccountSetup.account(ACCOUNT.name()).credentials(digest(null).of(ACCOUNT)));

    assertThat(muster.value("select state from muster.account")).isEqualTo("halted");
    assertThat(muster.value("select encode(credentials_digest, 'hex') from muster.account"))
        .hasSize(66)
        .doesNotContain(former);
  }

  @Test
  void twoThousandAccountsAreDigestedInAFractionOfAStart() {
    CredentialsDigest digest = digest(null);
    long began = System.nanoTime();

    IntStream.range(0, 2_000).forEach(n -> digest.of(ACCOUNT));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(START.dividedBy(3));
  }
}
