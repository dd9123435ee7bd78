package dev.muster.camel;

import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.Vendor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/**
 * Turns the configuration's accounts into accounts, or says everything that is wrong with them at
 * once.
 */
@Component
class AccountCheck {
  private final Map<String, Vendor> vendors = new TreeMap<>();

  AccountCheck(List<Vendor> all) {
    all.forEach(vendor -> vendors.put(vendor.name(), vendor));
    if (vendors.size() != all.size()) {
      throw new IllegalStateException(
          "two vendors have the same name: " + all.stream().map(Vendor::name).sorted().toList());
    }
  }

  /**
   * @throws ConfigurationProblem naming each wrong or missing key
   */
  Accounts accounts(Map<String, AccountSettings> configured) {
    Map<String, Account> accounts = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    configured.forEach(
        (name, given) -> {
          String where = "muster.accounts." + name;
          Vendor vendor = vendors.get(given.vendor());
          if (vendor == null) {
            problems.add(
                where
                    + ".vendor: "
                    + (given.vendor() == null
                        ? "is missing"
                        : "there is no vendor " + given.vendor())
                    + "; known: "
                    + String.join(", ", vendors.keySet()));
            return;
          }
          String baseUrl = given.baseUrl() == null ? null : given.baseUrl().replaceAll("/+$", "");
          Account account =
              new Account(name, given.vendor(), baseUrl, given.parameters(), given.credentials());
          vendor.problems(account).forEach(problem -> problems.add(where + ": " + problem));
          accounts.put(name, account);
        });
    if (!problems.isEmpty()) {
      throw new ConfigurationProblem(problems);
    }
    return new Accounts(accounts, vendors);
  }
}
