package dev.muster.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.support.EveryVendor;
import dev.muster.support.Settings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Vendor;
import dev.muster.work.AccountTable.Quota;
import dev.muster.work.QuotaSize;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccountQuotasTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Vendor VENDOR = EveryVendor.all().get(0);

  private final AccountQuotas quotas = new AccountQuotas();

  /** Of 60 calls a minute, unless the configuration says otherwise. */
  private Account account(String name, int requests, String... keysAndValues) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("muster.accounts.a.vendor", VENDOR.name());
    for (int n = 0; n < keysAndValues.length; n += 2) {
      properties.put("muster.accounts.a." + keysAndValues[n], keysAndValues[n + 1]);
    }
    AccountSettings given = Settings.of(properties).accounts().get("a");
    Account account = new Account(name, VENDOR.name(), null, Map.of(), Map.of());
    AccountNumbers numbers = new AccountNumbers(requests, MINUTE, MINUTE, MINUTE, null, List.of());
    quotas.add(account, VENDOR, numbers, given, "office");
    return account;
  }

  private static String[] daily(String key, String value) {
    return new String[] {
      "further-quotas.daily.requests",
      "500",
      "further-quotas.daily.window",
      "1d",
      "further-quotas.daily." + key,
      value
    };
  }

  @Test
  void aFurtherQuotaIsTheAccountsOwnUnlessItNamesAScope() {
    Account one = account("one", 60, daily("reserve", "3"));
    Account two = account("two", 0, daily("scope", "all of us"));
    QuotaSize size = new QuotaSize(500, Duration.ofDays(1));

    assertThat(quotas.of(one)).hasSize(2).contains(new Quota("one/daily", "account", size, 3));
    assertThat(quotas.of(two)).containsExactly(new Quota("all of us", "named", size, 0));
    assertThat(quotas.problems()).isEmpty();
  }

  @Test
  void aReserveLeavesSomethingForPulls() {
    account("one", 60, "quota.scope", "office", "quota.reserve", "59");
    assertThat(quotas.problems()).isEmpty();

    account("two", 60, "quota.scope", "site", "quota.reserve", "60");
    assertThat(quotas.problems())
        .containsExactly(
            "muster.accounts.two: quota site keeps 60 of 60 calls per 60 s in reserve, which leaves"
                + " none for pulls: put fewer");
  }

  @Test
  void accountsThatShareAQuotaAgreeOnItsSize() {
    account("one", 60, "quota.scope", "office");
    account("two", 60, "quota.scope", "office");
    assertThat(quotas.problems()).isEmpty();

    account("three", 30, "quota.scope", "office");
    assertThat(quotas.problems())
        .containsExactly(
            "muster.accounts.three: quota office is 30 calls per 60 s, and 60 calls per 60 s for"
                + " muster.accounts.one, which shares it: give both the same");
  }

  @Test
  void anAccountHasAQuotaOnce() {
    account("one", 60, daily("scope", VENDOR.quota(account("one", 0), "office")));

    assertThat(quotas.problems())
        .singleElement()
        .asString()
        .endsWith("is there twice: give each a scope of its own");
  }
}
