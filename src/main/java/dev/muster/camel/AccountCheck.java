package dev.muster.camel;

import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.Vendor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Turns the configuration's accounts into accounts, or says everything that is wrong with them at
 * once.
 */
@Component
class AccountCheck {
  /** It becomes part of route ids and addresses. */
  private static final Pattern ACCOUNT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

  private static final String BASE_URL = "base-url";
  private static final Pattern HTTP_ADDRESS = Pattern.compile("(?i)https?://[^\\s/?#]+[^\\s?#]*");

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
          if (!ACCOUNT_NAME.matcher(name).matches()) {
            problems.add(where + ": a name is made of letters, digits, - and _, 63 at most");
          }
          Vendor vendor = given.vendor() == null ? null : vendors.get(given.vendor());
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
          List<String> own = vendor.problems(account);
          if (own.stream().noneMatch(problem -> problem.startsWith(BASE_URL))) {
            addressProblem(baseUrl).ifPresent(problem -> problems.add(where + ": " + problem));
          }
          own.forEach(problem -> problems.add(where + ": " + problem));
          accounts.put(name, account);
        });
    if (!problems.isEmpty()) {
      throw new ConfigurationProblem(problems);
    }
    return new Accounts(accounts, vendors);
  }

  /** What is wrong with an address whatever the vendor; a vendor's own words go before these. */
  private static Optional<String> addressProblem(String baseUrl) {
    if (baseUrl == null || baseUrl.isBlank()) {
      return Optional.of(BASE_URL + " is missing: put the address of the vendor's API there");
    }
    return HTTP_ADDRESS.matcher(baseUrl).matches()
        ? Optional.empty()
        : Optional.of(
            BASE_URL
                + " is not an http or https address: put scheme, host, port and an optional path");
  }
}
