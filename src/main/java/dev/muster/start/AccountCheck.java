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
  static final String NONE =
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
    List<String> problems = new ArrayList<>();
    Accounts accounts = look(configured, problems);
    if (configured.isEmpty() && !service.lacksDatabase()) {
      problems.add(NONE);
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationProblem(problems);
    }
    return accounts;
  }

  /**
   * @param problems takes a sentence for each wrong or missing key
   * @return the accounts that have no mistake of their own
   */
  Accounts look(Map<String, AccountSettings> configured, List<String> problems) {
    Map<String, Account> accounts = new TreeMap<>();
    Map<String, Account> sound = new TreeMap<>();
    problems.addAll(binding.all());
    problems.addAll(service.all());
    configured.forEach(
        (name, given) -> {
          Account account =
              new Account(
                  name,
                  given.vendor(),
                  given.baseUrl() == null ? null : given.baseUrl().replaceAll("/+$", ""),
                  given.parameters(),
                  given.credentials());
          List<String> own = problems(account, given);
          problems.addAll(own);
          if (vendor(given) != null) {
            accounts.put(name, account);
            if (own.isEmpty()) {
              sound.put(name, account);
            }
          }
        });
    problems.addAll(rivals(List.copyOf(accounts.values())));
    return new Accounts(sound, vendors);
  }

  private List<String> problems(Account account, AccountSettings given) {
    String where = "muster.accounts." + account.name();
    List<String> problems = new ArrayList<>();
    if (!ACCOUNT_NAME.matcher(account.name()).matches()) {
      problems.add(where + ": a name is made of letters, digits, - and _, 63 at most");
    }
    List<String> own = new ArrayList<>(AccountProblems.of(account.baseUrl(), given, tls, proxies));
    Vendor vendor = vendor(given);
    if (vendor == null) {
      problems.add(where + ".vendor: " + unknownVendor(given.vendor()));
    } else {
      own.addAll(vendor.problems(account));
      own.addAll(unknownKeys(vendor, account));
      if (given.discover() && vendor.lists().isEmpty()) {
        own.add(
            "discover: %s has no call that lists devices: take it out".formatted(vendor.name()));
      }
    }
    own.forEach(problem -> problems.add(where + ": " + problem));
    return problems;
  }

  /** Null for one that there is not. */
  private Vendor vendor(AccountSettings given) {
    return given.vendor() == null ? null : vendors.get(given.vendor());
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
