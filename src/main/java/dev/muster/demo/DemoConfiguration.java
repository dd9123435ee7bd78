package dev.muster.demo;

import static java.util.stream.Collectors.toMap;

import dev.muster.database.EmbeddedDatabase;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.simulator.Demonstration;
import dev.muster.simulator.SimulatedVendor;
import dev.muster.simulator.SimulatedVendors;
import dev.muster.simulator.Simulator;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Stands in for the vendors when no account is configured: the simulator, in this process or
 * elsewhere, and three accounts there. Never otherwise. The simulator in this process plays for the
 * embedded database alone: another one may hold real devices and requests, which it would answer
 * for.
 */
@Configuration(proxyBeanMethods = false)
class DemoConfiguration {
  private static final Logger log = LoggerFactory.getLogger(DemoConfiguration.class);

  /** Targets of each resource; the simulator has a few hundred. */
  private static final long MOST_DISCOVERED = 100_000;

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
    if (!EmbeddedDatabase.isMeantBy(configuration) || !EmbeddedDatabase.isBrought()) {
      return Demo.none();
    }
    Simulator simulator = Simulator.start(0);
    String url = "http://127.0.0.1:" + simulator.port();
    log.info("no account is configured: the three of the built-in simulator are used, at {}", url);
    return new Demo(accounts(url), simulator);
  }

  private static Map<String, AccountSettings> accounts(String simulator) {
    return SimulatedVendors.all().values().stream()
        .collect(toMap(vendor -> vendor.name() + "1", vendor -> account(vendor, simulator)));
  }

  private static AccountSettings account(SimulatedVendor<?> vendor, String simulator) {
    Demonstration shown = vendor.demonstration();
    return new AccountSettings(
        vendor.name(),
        simulator + "/" + vendor.name(),
        shown.parameters(),
        shown.credentials(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        vendor.listsDevices(),
        MOST_DISCOVERED);
  }
}
