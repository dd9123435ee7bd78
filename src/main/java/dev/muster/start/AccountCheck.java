package dev.muster.start;

import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.vendor.Account;
import dev.muster.vendor.Accounts;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.stereotype.Component;

/** Makes accounts of the configuration's, or lists everything that is wrong with them. */
@Component
class AccountCheck {
  private static final String NONE =
      "muster.accounts: no account is configured, and spring.datasource.url names a database: name an"
          + " account; or, for the demonstration, leave spring.datasource.url out, or put the address"
          + " of a simulator into muster.simulator.url";

  /** It becomes part of route ids and addresses. */
  private static final Pattern ACCOUNT_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

  private final Map<String, Vendor> vendors = new TreeMap<>();
  private final ServiceProblems service;
  private final SslBundles tls;
  private final Proxies proxies;
  private final BindingProblems binding;

  AccountCheck(
      List<Vendor> all,
      ServiceProblems service,
      SslBundles tls,
      Proxies proxies,
      BindingProblems binding) {
    this.service = service;
    this.proxies = proxies;
    this.tls = tls;
    this.binding = binding;
    all.forEach(vendor -> vendors.put(vendor.name(), vendor));
    if (vendors.size() != all.size()) {
      throw new IllegalStateException(
          "two vendors have the same name: " + all.stream().map(Vendor::name).sorted().toList());
    }
  }

  /**
   * @param configured the configuration's accounts, or the demonstration's in their place
   * @throws ConfigurationProblem naming each wrong or missing key
   */
  Accounts accounts(Map<String, AccountSettings> configured) {
    Map<String, Account> accounts = new TreeMap<>();
    List<String> problems = new ArrayList<>(binding.all());
    problems.addAll(service.all());
    if (configured.isEmpty() && !service.lacksDatabase()) {
      problems.add(NONE);
    }
    configured.forEach(
        (name, given) -> {
          String where = "muster.accounts." + name;
          if (!ACCOUNT_NAME.matcher(name).matches()) {
            problems.add(where + ": a name is made of letters, digits, - and _, 63 at most");
          }
          String baseUrl = given.baseUrl() == null ? null : given.baseUrl().replaceAll("/+$", "");
          Account account =
              new Account(name, given.vendor(), baseUrl, given.parameters(), given.credentials());
          List<String> own = new ArrayList<>(AccountProblems.of(baseUrl, given, tls, proxies));
          Vendor vendor = given.vendor() == null ? null : vendors.get(given.vendor());
          if (vendor == null) {
            problems.add(where + ".vendor: " + unknownVendor(given.vendor()));
          } else {
            own.addAll(vendor.problems(account));
            own.addAll(unknownKeys(vendor, account));
            accounts.put(name, account);
          }
          own.forEach(problem -> problems.add(where + ": " + problem));
        });
    problems.addAll(rivals(List.copyOf(accounts.values())));
    if (!problems.isEmpty()) {
      throw new ConfigurationProblem(problems);
    }
    return new Accounts(accounts, vendors);
  }

  private static List<String> unknownKeys(Vendor vendor, Account account) {
    return vendor.keys().isEmpty()
        ? List.of()
        : account.keysBeyond(vendor.keys()).stream()
            .map(
                key ->
                    "%s is no key that %s reads; known: %s"
                        .formatted(key, vendor.name(), String.join(", ", vendor.keys())))
            .toList();
  }

  private String unknownVendor(String name) {
    return (name == null ? "is missing" : "there is no vendor " + name)
        + "; known: "
        + String.join(", ", vendors.keySet());
  }

  /** Finds accounts that would log each other out: each login ends the other's token. */
  private List<String> rivals(List<Account> accounts) {
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < accounts.size(); i++) {
      for (Account other : accounts.subList(i + 1, accounts.size())) {
        if (rival(accounts.get(i), other)) {
          problems.add(
              "muster.accounts."
                  + other.name()
                  + ": has the credentials of muster.accounts."
                  + accounts.get(i).name()
                  + ", and each would end the other's token: keep one of the two");
        }
      }
    }
    return problems;
  }

  private boolean rival(Account one, Account other) {
    TokenRule rule = vendors.get(one.vendor()).tokenRule(one);
    // Without renewal ahead a second login brings the same token: two accounts can share it.
    return rule != null
        && !rule.renewAhead().isZero()
        && one.vendor().equals(other.vendor())
        && Objects.equals(one.baseUrl(), other.baseUrl())
        && !one.credentials().isEmpty()
        && one.credentials().equals(other.credentials());
  }
}
