package dev.muster.start;

import dev.muster.demo.Demo;
import dev.muster.settings.LogFields;
import dev.muster.settings.LogText;
import dev.muster.settings.MusterSettings;
import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.work.AccountTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * The accounts to work for, the configuration's or the demonstration's, and their numbers. Spring
 * makes it before it opens the database: a wrong configuration changes nothing there.
 */
@Component(CheckedAccounts.NAME)
public class CheckedAccounts {
  public static final String NAME = "checkedAccounts";

  private final Map<String, AccountSettings> given;
  private final Accounts accounts;
  private final Map<String, AccountNumbers> numbers = new LinkedHashMap<>();
  private final AccountQuotas quotas = new AccountQuotas();

  /**
   * @throws ConfigurationProblem naming each wrong or missing key
   */
  CheckedAccounts(
      MusterSettings settings, Demo demo, AccountCheck check, VendorDefaultsSource defaults) {
    given = demo.running() ? demo.accounts() : settings.accounts();
    accounts = check.accounts(given);
    LogText.hide(
        accounts.all().stream()
            .flatMap(account -> account.credentials().values().stream())
            .toList());
    LogFields.vendors(
        accounts.all().stream().collect(Collectors.toMap(Account::name, Account::vendor)));
    for (Account account : accounts.all()) {
      AccountSettings own = given.get(account.name());
      numbers.put(
          account.name(),
          AccountNumbers.of(own, defaults.of(account.vendor()), settings.freshness()));
      quotas.add(
          account,
          accounts.vendor(account.name()),
          numbers.get(account.name()),
          own,
          settings.egress());
    }
    if (!quotas.problems().isEmpty()) {
      throw new ConfigurationProblem(quotas.problems());
    }
  }

  public Accounts accounts() {
    return accounts;
  }

  /** The account as it was configured. */
  AccountSettings given(Account account) {
    return given.get(account.name());
  }

  public AccountNumbers numbers(Account account) {
    return numbers.get(account.name());
  }

  /** Empty for no limit. */
  public List<AccountTable.Quota> quotas(Account account) {
    return quotas.of(account);
  }
}
