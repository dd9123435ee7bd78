package dev.muster.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.http.Destination;
import dev.muster.http.HttpProxy;
import dev.muster.http.Tls;
import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.support.Settings;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Which proxy wins. */
class ProxiesTest {
  private final Map<String, Object> variables = new TreeMap<>();
  private String own;
  private String common;

  @AfterEach
  void forget() {
    System.clearProperty("https.proxyHost");
    System.clearProperty("https.proxyPort");
    System.clearProperty("http.nonProxyHosts");
  }

  private HttpProxy of(String baseUrl) {
    AccountSettings account =
        new AccountSettings(
            null, baseUrl, null, null, null, null, null, null, null, null, own, null, null, false,
            0);
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .replace(
            StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
    Map<String, String> settings = common == null ? Map.of() : Map.of("muster.http.proxy", common);
    return new Proxies(Settings.of(settings), environment)
        .of(account, Destination.of(baseUrl, Tls.JVM, null));
  }

  @Test
  void theAccountsOwnWinsThenMustersThenTheEnvironmentsThenTheJvms() {
    assertThat(of("https://vendor.example")).isNull();
    System.setProperty("https.proxyHost", "jvm.example");
    System.setProperty("https.proxyPort", "4");
    assertThat(of("https://vendor.example")).hasToString("jvm.example:4");
    assertThat(of("https://a_b.example")).hasToString("jvm.example:4");
    assertThat(of("http://vendor.example")).isNull();
    variables.put("HTTPS_PROXY", "http://ann:secret@environment.example:3");
    assertThat(of("https://vendor.example")).hasToString("environment.example:3");
    common = "muster.example:2";
    assertThat(of("https://vendor.example")).hasToString("muster.example:2");
    own = "http://account.example:1";
    assertThat(of("https://vendor.example")).hasToString("account.example:1");
  }

  @Test
  void noneSwitchesOff() {
    variables.put("https_proxy", "environment.example:3");
    common = "none";
    assertThat(of("https://vendor.example")).isNull();
    own = "account.example:1";
    common = "muster.example:2";
    assertThat(of("https://vendor.example")).hasToString("account.example:1");
    own = "None";
    assertThat(of("https://vendor.example")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_PROXY, http://vendor.example, true",
    "http_proxy, HTTP://vendor.example, true",
    "https_proxy, https://vendor.example, true",
    "HTTPS_PROXY, http://vendor.example, false",
    "HTTP_PROXY, https://vendor.example, false"
  })
  void eachSchemeHasAVariableInEitherCase(String variable, String baseUrl, boolean used) {
    variables.put(variable, "environment.example:3");
    assertThat(of(baseUrl) != null).isEqualTo(used);
  }

  @ParameterizedTest
  @CsvSource({
    "*, https://vendor.example",
    "'a.example, vendor.example', https://Vendor.example",
    ".example, https://vendor.example",
    "*.example, https://vendor.example",
    "EXAMPLE, https://vendor.example",
    "vendor.example:8443, https://vendor.example:8443",
    "10.0.0.0/8, https://10.1.2.3"
  })
  void whatNoProxyNamesIsCalledDirectly(String entries, String baseUrl) {
    variables.put("https_proxy", "environment.example:3");
    assertThat(of(baseUrl)).isNotNull();
    variables.put("NO_PROXY", entries);
    System.setProperty("https.proxyHost", "jvm.example");
    assertThat(of(baseUrl)).isNull();
    common = "muster.example:2";
    assertThat(of(baseUrl)).as("it is about the environment's").isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",", "endor.example", "vendor.example:80", "10.0.0.0/8", "::1", "x/y", "."})
  void nothingElseIs(String entries) {
    variables.put("https_proxy", "environment.example:3");
    variables.put("no_proxy", entries);
    assertThat(of("https://vendor.example")).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:80", "127.0.0.1:80", "[::1]:80", "a.localhost"})
  void thisMachineIsReachedThroughTheAccountsOwnProxyAlone(String host) {
    variables.put("http_proxy", "environment.example:3");
    common = "muster.example:2";
    assertThat(of("http://" + host)).isNull();
    own = "account.example:1";
    assertThat(of("http://" + host)).isNotNull();
  }

  @Test
  void aVariableThatIsNoAddressIsNamedAndNotShown() {
    variables.put("https_proxy", "socks5://secret@environment.example:3");
    assertThatThrownBy(() -> of("https://vendor.example"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "HTTPS_PROXY is not the address of an HTTP proxy: put http://host:port there, or none");
  }

  @Test
  void aHostThatTheJvmExceptsIsCalledDirectly() {
    System.setProperty("https.proxyHost", "jvm.example");
    System.setProperty("http.nonProxyHosts", "*.example");
    assertThat(of("https://vendor.example")).isNull();
    assertThat(of("https://vendor.test")).hasToString("jvm.example:443");
  }
}
