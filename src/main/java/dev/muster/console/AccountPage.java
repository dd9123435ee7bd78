package dev.muster.console;

import dev.muster.console.AccountsPage.Account;
import dev.muster.console.AccountsPage.Accounts;
import dev.muster.console.AccountsPage.Quota;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.View;

/** One account: its quotas, the calls of a day, its last sweeps; pause and resume. */
@ConsolePage
public class AccountPage {
  private static final String PATH = "/account";

  private static final String HOURS =
      """
      select q.quota, h.hour, coalesce(u.calls, 0) as calls, round(q.max_calls * 3600 / q.window_seconds) as allowed
        from report.quota q
       cross join generate_series(date_trunc('hour', now()) - interval '23 hours', date_trunc('hour', now()),
                                  interval '1 hour') h (hour)
        left join report.quota_hour u on u.quota = q.quota and u.hour = h.hour
       where %s = any (q.accounts)
       order by q.quota, h.hour
      """;

  private static final String SWEEPS =
      """
      select resource, started_at, finished_at, state, pages, calls, devices, new as added, missing, position, why
        from report.sweep where account = %s
       order by started_at desc
       limit 5
      """;

  private static final String TURNS =
      """
      select at, from_status, to_status, message, made_by
        from report.audit
       where account = %s and key is null and subject = 'account'
       order by at desc, id desc
       limit 10
      """;

  private final PageViews pages;

  AccountPage(PageViews pages) {
    this.pages = pages;
  }

  /** An hour of a quota; allowed is what the quota allows in it. */
  public record Hour(String quota, String hour, long calls, long allowed) {}

  /** A row of report.sweep. */
  public record Sweep(
      String resource,
      String startedAt,
      String finishedAt,
      String state,
      String pages,
      String calls,
      String devices,
      String added,
      String missing,
      String position,
      String why) {}

  /** That it was paused, halted or started again. */
  public record Turn(
      String at, String fromStatus, String toStatus, String message, String madeBy) {}

  /** What the page shows. */
  public record Whole(
      Account account, List<Quota> quotas, List<Hour> hours, List<Sweep> sweeps, List<Turn> turns) {
    /** The hours of a quota. */
    public List<Hour> hours(Quota quota) {
      return hours.stream().filter(hour -> hour.quota().equals(quota.quota())).toList();
    }

    /** The bar's height: what the quota allows, or the longest, is 100. */
    public long height(Hour hour) {
      long most = hours.stream().mapToLong(Hour::calls).max().orElse(1);
      return hour.calls() * 100 / Math.max(1, Math.max(most, hour.allowed()));
    }

    /** The statement behind the button. */
    public String pause() {
      return Sql.of("select muster.pause(%s, 'why');", account.account());
    }

    /** The statement behind the other one. */
    public String resume() {
      return Sql.of("select muster.resume(%s);", account.account());
    }
  }

  @GetMapping(PATH)
  View one(@RequestAttribute Person person, @RequestParam String account) {
    String name = Sql.literal(account);
    Accounts found = AccountsPage.read(person, "account = " + name, name + " = any (accounts)");
    if (found.accounts().isEmpty()) {
      throw new NotThere();
    }
    return pages.show(
        "account",
        "Account " + account,
        new Whole(
            found.accounts().get(0),
            found.quotas(),
            person.list(Hour.class, Sql.of(HOURS, account)),
            person.list(Sweep.class, Sql.of(SWEEPS, account)),
            person.list(Turn.class, Sql.of(TURNS, account))));
  }

  @PostMapping("/accounts/pause")
  View pause(
      @RequestAttribute Person person, @RequestParam String account, @RequestParam String why) {
    person.act(
        why.isBlank()
            ? Sql.of("select muster.pause(%s)", account)
            : Sql.of("select muster.pause(%s, %s)", account, why));
    return pages.go(PATH + Url.query("account", account));
  }

  @PostMapping("/accounts/resume")
  View resume(@RequestAttribute Person person, @RequestParam String account) {
    person.act(Sql.of("select muster.resume(%s)", account));
    return pages.go(PATH + Url.query("account", account));
  }
}
