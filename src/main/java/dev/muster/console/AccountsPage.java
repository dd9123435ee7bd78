package dev.muster.console;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.servlet.View;

/** Accounts and their quotas. */
@ConsolePage
public class AccountsPage {
  private static final String ACCOUNTS =
      """
      select account, vendor, state, configured, why, what_to_do, since, last_success, open_dead_letters as letters,
             token_expires_at, down_since, down_why
        from report.account
       where %s
       order by configured desc, account
       limit 500
      """;

  private static final String QUOTAS =
      """
      select quota, scope, max_calls, trim_scale(window_seconds) as window_seconds, used, greatest(max_calls - used, 0) as free, in_flight,
             next_free_at, round(utilisation_1h * 100, 1) as percent1h, calls_24h as calls24h, refused, paused_until, reserve,
             held_until, array_to_string(accounts, ', ') as accounts
        from report.quota
       where %s
       order by quota
       limit 500
      """;

  private final PageViews pages;

  AccountsPage(PageViews pages) {
    this.pages = pages;
  }

  /** A row of report.account. */
  public record Account(
      String account,
      String vendor,
      String state,
      boolean configured,
      String why,
      String whatToDo,
      String since,
      String lastSuccess,
      String letters,
      String tokenExpiresAt,
      String downSince,
      String downWhy) {}

  /** A row of report.quota: its window as it is now. */
  public record Quota(
      String quota,
      String scope,
      int maxCalls,
      String windowSeconds,
      int used,
      int free,
      int inFlight,
      String nextFreeAt,
      String percent1h,
      String calls24h,
      String refused,
      String pausedUntil,
      int reserve,
      String heldUntil,
      String accounts) {}

  /** What both pages show; one account on its own page. */
  public record Accounts(List<Account> accounts, List<Quota> quotas) {}

  @GetMapping("/accounts")
  View all(@RequestAttribute Person person) {
    return pages.show("accounts", "Accounts and quotas", read(person, "true", "true"));
  }

  static Accounts read(Person person, String accounts, String quotas) {
    return new Accounts(
        person.list(Account.class, ACCOUNTS.formatted(accounts)),
        person.list(Quota.class, QUOTAS.formatted(quotas)));
  }
}
