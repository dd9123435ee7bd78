package dev.muster.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.settings.MusterSettings;
import dev.muster.support.EveryVendor;
import dev.muster.support.Settings;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

class AccountCheckTest {
  private final Map<String, String> properties = new LinkedHashMap<>();

  private void account(String name, Vendor vendor) {
    String prefix = "muster.accounts." + name + ".";
    properties.put(prefix + "vendor", vendor.name());
    properties.put(prefix + "base-url", "https://vendor.example");
    EveryVendor.requiredKeys(vendor)
        .forEach(key -> properties.put(prefix + key, EveryVendor.value(key)));
  }

  private void check() {
    MusterSettings settings = Settings.of(properties);
    new AccountCheck(EveryVendor.all(), settings, new DefaultSslBundleRegistry())
        .accounts(settings.accounts());
  }

  @Test
  void refusesTwoAccountsThatWouldEndEachOthersToken() {
    for (Vendor vendor : EveryVendor.all()) {
      properties.clear();
      account("one", vendor);
      account("two", vendor);
      TokenRule rule = vendor.tokenRule(EveryVendor.account(vendor));
      if (rule == null || rule.renewAhead().isZero()) {
        check();
        continue;
      }
      assertThatExceptionOfType(ConfigurationProblem.class)
          .isThrownBy(this::check)
          .withMessageContaining("muster.accounts.two: has the credentials of muster.accounts.one")
          .withMessageNotContaining("9f3a");
      properties.put("muster.accounts.two.base-url", "https://other.example");
      check();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "quota.requests, -1",
    "quota.window, 0s",
    "call-deadline, 0s",
    "refresh-every, 999ms",
    "tls-bundle, nowhere"
  })
  void namesANumberThatCannotBe(String key, String value) {
    account("one", EveryVendor.all().get(0));
    check();
    properties.put("muster.accounts.one." + key, value);
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageStartingWith("muster.accounts.one: " + key)
        .satisfies(problem -> assertThat(problem.getMessage().lines()).hasSize(1));
  }

  @Test
  void refusesToWorkWithoutWorkers() {
    properties.put("muster.workers", "0");
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageStartingWith("muster.workers is below 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "vendor.example",
        "ftp://vendor.example",
        "https://",
        "https://a b",
        "http://x?q=1",
        "http://{{host}}"
      })
  void doesNotTakeAnyTextForAnAddress(String address) {
    account("one", EveryVendor.all().get(0));
    properties.put("muster.accounts.one.base-url", address);
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageStartingWith("muster.accounts.one: base-url is ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://vendor.example", "http://10.0.0.1:8080/edge/", "https://a_b.example"})
  void takesAddressesOfHttpAndHttps(String address) {
    account("one", EveryVendor.all().get(0));
    properties.put("muster.accounts.one.base-url", address);
    check();
  }
}
