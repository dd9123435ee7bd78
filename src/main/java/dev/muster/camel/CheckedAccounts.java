package dev.muster.camel;

import dev.muster.demo.Demo;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.vendor.Accounts;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * The accounts to work for, the configuration's or the demonstration's. It comes before the
 * database is opened, so that a wrong configuration changes nothing there.
 */
@Component(CheckedAccounts.NAME)
class CheckedAccounts {
  static final String NAME = "checkedAccounts";

  private final Map<String, AccountSettings> given;
  private final Accounts accounts;

  /**
   * @throws ConfigurationProblem naming each wrong or missing key
   */
  CheckedAccounts(MusterSettings settings, Demo demo, AccountCheck check) {
    given = demo.running() ? demo.accounts() : settings.accounts();
    accounts = check.accounts(given);
  }

  /** What is configured of each, by name. */
  Map<String, AccountSettings> given() {
    return given;
  }

  Accounts accounts() {
    return accounts;
  }
}
