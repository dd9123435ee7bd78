package dev.muster.demo;

import dev.muster.database.EmbeddedDatabase;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.simulator.DemoCredentials;
import dev.muster.simulator.Simulator;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * What stands in for the vendors when no account is configured: the simulator, in this process or
 * elsewhere, and three accounts there. Never otherwise. The simulator in this process plays for the
 * embedded database alone: another one may hold real devices and requests, which it would answer
 * for.
 */
@Configuration(proxyBeanMethods = false)
class DemoConfiguration {
  private static final Logger log = LoggerFactory.getLogger(DemoConfiguration.class);

  /**
   * Closed with the application; a no-op where accounts are configured, the simulator runs
   * elsewhere or there is nothing for it to play.
   */
  @Bean(destroyMethod = "close")
  Demo demo(MusterSettings settings, Environment configuration) {
    if (!settings.accounts().isEmpty()) {
      return Demo.none();
    }
    if (settings.simulator().url() != null) {
      log.info(
          "no account is configured: the three of the simulator at {} are used",
          settings.simulator().url());
      return new Demo(accounts(settings.simulator().url().toString()), () -> {});
    }
    if (!EmbeddedDatabase.isMeantBy(configuration)) {
      return Demo.none();
    }
    Simulator simulator = Simulator.start(0);
    String url = "http://127.0.0.1:" + simulator.port();
    log.info("no account is configured: the three of the built-in simulator are used, at {}", url);
    return new Demo(accounts(url), simulator);
  }

  private static Map<String, AccountSettings> accounts(String simulator) {
    return Map.of(
        "enos1",
        account(
            Simulator.ENOS,
            simulator,
            Map.of("org-id", DemoCredentials.ENOS_ORG_ID),
            Map.of(
                "app-key",
                DemoCredentials.ENOS_APP_KEY,
                "app-secret",
                DemoCredentials.ENOS_APP_SECRET)),
        "lvcc1",
        account(Simulator.LVCC, simulator, Map.of(), Map.of("token", DemoCredentials.LVCC_TOKEN)),
        "huawei1",
        account(
            Simulator.HUAWEI,
            simulator,
            Map.of(),
            Map.of(
                "app-id", DemoCredentials.HUAWEI_APP_ID, "secret", DemoCredentials.HUAWEI_SECRET)));
  }

  private static AccountSettings account(
      String vendor,
      String simulator,
      Map<String, String> parameters,
      Map<String, String> credentials) {
    return new AccountSettings(
        vendor, simulator + "/" + vendor, parameters, credentials, null, null, null, null, null);
  }
}
