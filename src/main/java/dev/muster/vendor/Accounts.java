package dev.muster.vendor;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The accounts that are configured, and the vendors they are at. */
public final class Accounts {
  private final Map<String, Account> accounts;
  private final Map<String, Vendor> vendors;

  /**
   * @param accounts by name
   * @param vendors by name; one for each account's vendor
   */
  public Accounts(Map<String, Account> accounts, Map<String, Vendor> vendors) {
    this.accounts = Map.copyOf(accounts);
    this.vendors = Map.copyOf(vendors);
  }

  public Account account(String name) {
    return accounts.get(name);
  }

  /** The vendor that an account is at. */
  public Vendor vendor(String account) {
    return vendors.get(accounts.get(account).vendor());
  }

  /** In the order of their names. */
  public List<Account> all() {
    return accounts.values().stream().sorted(Comparator.comparing(Account::name)).toList();
  }
}
