package dev.muster.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.settings.MusterSettings;
import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.support.EveryVendor;
import dev.muster.support.Settings;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.mock.env.MockEnvironment;

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
    MockEnvironment environment = new MockEnvironment();
    properties.forEach(environment::setProperty);
    BindingProblems binding = new BindingProblems();
    MusterSettings settings = bind(environment, binding);
    new AccountCheck(
            EveryVendor.all(),
            new ServiceProblems(settings, environment),
            new DefaultSslBundleRegistry(),
            new Proxies(settings, environment),
            binding)
        .accounts(settings.accounts());
  }

  private static MusterSettings bind(Environment environment, BindingProblems problems) {
    return Binder.get(environment)
        .bindOrCreate(
            "muster", Bindable.of(MusterSettings.class), problems.apply(BindHandler.DEFAULT));
  }

  /** What Spring could not bind of this source. */
  private static List<String> problems(PropertySource<?> source) {
    MockEnvironment environment = new MockEnvironment().withProperty("two", "2");
    environment.getPropertySources().addFirst(source);
    BindingProblems problems = new BindingProblems();
    bind(environment, problems);
    return problems.all();
  }

  private static PropertySource<?> variable(String name, String value) {
    return new SystemEnvironmentPropertySource(
        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, value));
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
    "quota.reserve, -1",
    "quota.scope, ' '",
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
  void namesWhatAFurtherQuotaLacks() {
    account("one", EveryVendor.all().get(0));
    properties.put("muster.accounts.one.further-quotas.daily.window", "1d");
    properties.put("muster.accounts.one.further-quotas.daily.requests", "100");
    check();

    properties.put("muster.accounts.one.further-quotas.daily.requests", "0");
    properties.put("muster.accounts.one.further-quotas.hourly.requests", "5");
    properties.put("muster.accounts.one.further-quotas.weekly.window", "0s");
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .satisfies(
            problem ->
                assertThat(problem.getMessage().lines().map(line -> line.split(":")[1].trim()))
                    .containsExactly(
                        "further-quotas.daily.requests is below 1",
                        "further-quotas.hourly.window is missing",
                        "further-quotas.weekly.window must be above zero",
                        "further-quotas.weekly.requests is missing"));
  }

  @ParameterizedTest
  @CsvSource({
    "accounts.one.quotta.requests, accounts.one, further-quotas",
    "accounts.one.qouta, accounts.one, call-deadline",
    "accounts.one.quota.request, accounts.one.quota, requests",
    "accounts.one.further-quota.daily.requests, accounts.one, further-quotas",
    "accounts.one.further-quotas.daily.calls, accounts.one.further-quotas.daily, requests",
    "accounts.one.base.url, accounts.one, base-url",
    "workerz, '', workers",
    "http.timeout, http, connect-timeout",
    "htttp.timeout, '', http"
  })
  void refusesAKeyThatNothingReads(String key, String parent, String known) {
    account("one", EveryVendor.all().get(0));
    properties.put("muster." + key, "planted");
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageStartingWith(
            "muster.%s: there is no such key; known under muster%s%s: "
                .formatted(key, parent.isEmpty() ? "" : ".", parent))
        .withMessageMatching("(?s).*: .*: .*\\b" + known + "\\b.*")
        .withMessageNotContaining("planted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "accounts.one.baseUrl",
        "accounts.one.parameters.anything",
        "accounts.one.parameters.any.thing",
        "accounts.one.credentials.token_file",
        "accounts.one.quota",
        "accounts.one.further-quotas",
        "accounts.one.further-quotas.daily",
        "http.maxReplyBytes",
        "http"
      })
  void takesEveryWayToWriteAKey(String key) {
    assertThat(problems(new MapPropertySource("file", Map.of("muster." + key, "")))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "MUSTER_ACCOUNTS_ONE_BASEURL, true",
    "MUSTER_ACCOUNTS_ONE_BASE_URL, true",
    "MUSTER_ACCOUNTS_ONE_CREDENTIALS_APPSECRET, true",
    "MUSTER_ACCOUNTS_AND_TWO_VENDOR, false",
    "MUSTER_TEST_X, true",
    "MUSTER_HOME, true",
    "MUSTER_ACCOUNTS_ONE_QUOTTA_REQUESTS, false",
    "MUSTER_ACCOUNTS_ONE_QUOTA, false",
    "MUSTER_ACCOUNTS_ONE_FURTHER_QUOTAS_DAILY_REQUESTS, false",
    "MUSTER_ACCOUNTS_ONE_FURTHERQUOTAS_DAILY_CALLS, false"
  })
  void ofTheEnvironmentOnlyWhatNamesAnAccountIsOurs(String variable, boolean taken) {
    assertThat(problems(variable(variable, "planted")))
        .hasSize(taken ? 0 : 1)
        .noneMatch(problem -> problem.contains("planted"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MUSTER_ACCOUNTS_ONE_QUOTA_REQUESTS",
        "MUSTER_ACCOUNTS_ONE_FURTHERQUOTAS_DAILY_REQUESTS",
        "MUSTER_WORKERS"
      })
  void theEnvironmentGivesNumbersToo(String variable) {
    assertThat(problems(variable(variable, "5"))).isEmpty();
    assertThat(problems(variable(variable, "planted")))
        .singleElement()
        .asString()
        .endsWith(" can't be read: put a whole number");
  }

  @ParameterizedTest
  @CsvSource({
    "muster.accounts.one.quota.window, 60, false",
    "muster.accounts.one.quota.window, 60s, true",
    "muster.accounts.one.quota.window, PT1M, true",
    "muster.accounts.one.quota.window, planted, false",
    "muster.accounts.one.quota.requests, 60, true",
    "muster.accounts.one.further-quotas.daily.window, 1, false",
    "muster.accounts.one.call-deadline, 10, false",
    "muster.accounts.one.parameters.call-deadline, 10, true",
    "muster.accounts.one.credentials.quota-window, 10, true",
    "muster.recheckEvery, 1, false",
    "muster.retry.first-delay, ${two}, false",
    "muster.http.connect-timeout, 5000, false",
    "muster.http.stored-reply-chars, 5000, true"
  })
  void aTimeHasAUnit(String key, String value, boolean taken) {
    assertThat(problems(new MapPropertySource("file", Map.of(key, value))))
        .hasSize(taken ? 0 : 1)
        .noneMatch(problem -> problem.contains("planted"));
  }

  @Test
  void aTimeOfTheEnvironmentHasAUnitToo() {
    assertThat(problems(variable("MUSTER_ACCOUNTS_ONE_CALLDEADLINE", "10")))
        .containsExactly(
            "muster.accounts.one.call-deadline has no unit: put ms, s, m, h or d behind its number");
  }

  @ParameterizedTest
  @CsvSource({
    "credentials.app-key, 0123456, a number",
    "credentials.app-key, 1_000, a number",
    "credentials.app-key, 0x1F, a number",
    "credentials.app-key, 12:30:45, a number",
    "credentials.app-key, 1.50, a number",
    "credentials.app-key, 12e5, a number",
    "credentials.app-key, no, true or false",
    "parameters.org-id, 0123456, a number",
    "tls-name, on, true or false"
  })
  void aTextThatYamlTookForSomethingElseBelongsInQuotes(String key, String value, String kind)
      throws IOException {
    assertThat(problems(yaml("muster:\n  accounts.one:\n    " + key + ": " + value)))
        .singleElement()
        .asString()
        .isEqualTo(
            "muster.accounts.one."
                + key
                + " was read as "
                + kind
                + ", but is a text: put it in quotes");
    assertThat(problems(yaml("muster.accounts.one." + key + ": '" + value + "'"))).isEmpty();
    assertThat(problems(yaml("muster.accounts.one." + key + ": \"" + value + "\""))).isEmpty();
  }

  @Test
  void aNumberIsStillANumberAndATimeATime() throws IOException {
    assertThat(
            problems(
                yaml(
                    """
                    muster:
                      workers: 5
                      once: no
                      retry.jitter: 0.5
                      accounts.one: { quota: { requests: 1_000, window: 60s }, vendor: ~ }
                    """)))
        .isEmpty();
  }

  @Test
  void aCredentialThatYamlTookForNothingIsMissing() throws IOException {
    Vendor vendor =
        EveryVendor.all().stream()
            .filter(each -> !EveryVendor.requiredKeys(each).isEmpty())
            .findFirst()
            .orElseThrow();
    String key = EveryVendor.requiredKeys(vendor).iterator().next();
    account("one", vendor);
    properties.put("muster.accounts.one." + key, "");
    assertThat(yaml("a: ~").getProperty("a")).isEqualTo("");
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageStartingWith("muster.accounts.one: " + key + " is missing: put ");
  }

  @Test
  void anAccountOfAFileAndOfTheEnvironmentIsOne() throws IOException {
    MockEnvironment environment = new MockEnvironment();
    environment
        .getPropertySources()
        .addFirst(yaml("muster.accounts: { huawei-EU: { vendor: huawei, base-url: 'http://f' } }"));
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of(
                    "MUSTER_ACCOUNTS_HUAWEIEU_BASEURL", "http://e",
                    "MUSTER_ACCOUNTS_HUAWEIEU_CREDENTIALS_APPID", "id",
                    "MUSTER_ACCOUNTS_ALONE_VENDOR", "lvcc")));
    BindingProblems problems = new BindingProblems();

    Map<String, AccountSettings> accounts = bind(environment, problems).accounts();

    assertThat(problems.all()).isEmpty();
    assertThat(accounts).containsOnlyKeys("huawei-EU", "alone");
    assertThat(accounts.get("huawei-EU").vendor()).isEqualTo("huawei");
    assertThat(accounts.get("huawei-EU").baseUrl()).isEqualTo("http://e");
    assertThat(accounts.get("huawei-EU").credentials()).containsValue("id");
  }

  @Test
  void twoAccountsWhoseNamesLookAlikeToSpringAreRefused() throws IOException {
    assertThat(
            problems(
                yaml("muster.accounts: { a-b: { vendor: enos }, ab: { vendor: lvcc }, c: {} }")))
        .singleElement()
        .asString()
        .startsWith("muster.accounts.a-b and muster.accounts.ab are one account, because case,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"username", "password"})
  void refusesAUserOrPasswordOfTheDatabaseThatIsNoText(String key) throws IOException {
    MockEnvironment environment = new MockEnvironment();
    environment.getPropertySources().addFirst(yaml("spring.datasource." + key + ": 0123456"));
    assertThat(new ServiceProblems(Settings.of(Map.of()), environment).all())
        .singleElement()
        .asString()
        .startsWith(
            "spring.datasource." + key + " was read as a number or false: put it in quotes");
    environment.getPropertySources().addFirst(yaml("spring.datasource." + key + ": '0123456'"));
    assertThat(new ServiceProblems(Settings.of(Map.of()), environment).all()).isEmpty();
  }

  private static PropertySource<?> yaml(String text) throws IOException {
    return new YamlPropertySourceLoader()
        .load("yaml", new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)))
        .get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy", "http.proxy"})
  void refusesAProxyThatIsNoneWithoutShowingIt(String key) {
    account("one", EveryVendor.all().get(0));
    String prefix = key.equals("proxy") ? "muster.accounts.one." : "muster.";
    properties.put(prefix + key, "socks5://planted@proxy.example");
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageMatching(
            "muster.accounts.one: \\S*proxy is not the address of an HTTP proxy: .*, or none");
  }

  @ParameterizedTest
  @CsvSource({"requests, 59s", "history, 1s", "every, 999ms", "every, 25h"})
  void refusesAnAgeThatIsASlipOfTheUnit(String key, String value) {
    account("one", EveryVendor.all().get(0));
    properties.put("muster.retention." + key, value);
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageStartingWith("muster.retention." + key + " is ");
  }

  @Test
  void refusesAParameterThatTheVendorDoesNotRead() {
    for (Vendor vendor : EveryVendor.all()) {
      properties.clear();
      account("one", vendor);
      properties.put("muster.accounts.one.parameters.nobodys", "planted");
      properties.put("muster.accounts.one.credentials.nobodys", "planted");
      if (vendor.keys().isEmpty()) {
        check();
        continue;
      }
      assertThatExceptionOfType(ConfigurationProblem.class)
          .isThrownBy(this::check)
          .withMessageContaining("muster.accounts.one: credentials.nobodys is no key that ")
          .withMessageContaining("muster.accounts.one: parameters.nobodys is no key that ")
          .withMessageContaining(vendor.name() + " reads; known: " + vendor.keys().get(0))
          .withMessageNotContaining("planted");
    }
  }

  @Test
  void saysEverythingThatIsWrongWithAnAccountOfAnUnknownVendor() {
    properties.put("muster.accounts.one.vendor", "nobody");
    properties.put("muster.accounts.one.quota.window", "0s");
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageContaining("muster.accounts.one.vendor: there is no vendor nobody; known: ")
        .withMessageContaining("muster.accounts.one: base-url is missing")
        .withMessageContaining("muster.accounts.one: quota.window must be above zero");
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgresql://db/planted", "postgres://me:planted@db/muster"})
  void refusesAnAddressOfADatabaseThatIsNotJdbcs(String address) {
    account("one", EveryVendor.all().get(0));
    properties.put("spring.datasource.url", address);
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageStartingWith("spring.datasource.url does not begin with jdbc: put jdbc:")
        .withMessageNotContaining("planted");
    properties.put("spring.datasource.url", "jdbc:postgresql://db/muster");
    check();
  }

  @Test
  void namesAFolderThatIsNotThere(@TempDir Path folder) throws IOException {
    account("one", EveryVendor.all().get(0));
    properties.put("muster.routes", folder.resolve("routes").toString());
    properties.put("muster.sql", folder.toString());
    Files.createDirectory(folder.resolve("functions"));
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .satisfies(
            problem ->
                assertThat(problem.getMessage().lines())
                    .containsExactly(
                        "muster.routes: there is no folder " + folder.resolve("routes"),
                        "muster.sql: there is no folder " + folder.resolve("migrations"),
                        "muster.sql: there is no folder " + folder.resolve("views")));
  }

  @Test
  void refusesADatabaseWithoutAnAccount() {
    properties.put("muster.acounts.one.vendor", "nobody");
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageContaining("muster.accounts: no account is configured")
        .withMessageContaining("muster.simulator.url")
        .withMessageContaining("muster.acounts.one.vendor: there is no such key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://me:planted@db/muster",
        "jdbc:postgresql://me:planted@db:5432/muster",
        "jdbc:postgresql://planted@db/muster"
      })
  void refusesAnAddressOfADatabaseWithAUserInIt(String address) {
    account("one", EveryVendor.all().get(0));
    properties.put("spring.datasource.url", address);
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageStartingWith("spring.datasource.url is no address of PostgreSQL: put jdbc:")
        .withMessageNotContaining("planted");
  }

  @Test
  void refusesAKeyOfTokensThatCanBeGuessed() {
    account("one", EveryVendor.all().get(0));
    properties.put("muster.token-key", "correct horse");
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageStartingWith("muster.token-key has fewer than 16 characters")
        .withMessageNotContaining("horse");
    properties.put("muster.token-key", "0123456789abcdef");
    check();
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
        "http://x^y",
        "http://vendor.example:99999",
        "http://{{host}}",
        "http://user:planted@vendor.example",
        "https://vendor.example@planted.example",
        "https://vendor.example\\\\@planted.example"
      })
  void doesNotTakeAnyTextForAnAddress(String address) {
    account("one", EveryVendor.all().get(0));
    properties.put("muster.accounts.one.base-url", address);
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::check)
        .withMessageStartingWith("muster.accounts.one: base-url is ")
        .withMessageNotContaining("planted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://vendor.example",
        "HTTPS://VENDOR.Example",
        "http://10.0.0.1:8080/edge/",
        "https://a_b.example",
        "https://a_b.example:8443/edge"
      })
  void takesAddressesOfHttpAndHttps(String address) {
    account("one", EveryVendor.all().get(0));
    properties.put("muster.accounts.one.base-url", address);
    check();
  }
}
