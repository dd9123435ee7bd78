package dev.muster.console;

import java.util.List;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.servlet.View;

/** The first page: what needs a person, and each account's weather. */
@ConsolePage
public class RollCallPage {
  private static final String ATTENTION =
      """
      select since, what, why, what_to_do, kind, account
        from report.attention
       order by kind not like 'account%', since nulls last, what
       limit 200
      """;

  private static final String ACCOUNTS =
      """
      with quota as materialized (
        select unnest(accounts) as account, max_calls - used as free, max_calls from report.quota),
      copies as (
        select account, sum(targets) as targets, sum(fresh) as fresh, max(age_max) as oldest
          from report.freshness group by account)
      select a.account, a.vendor, a.state, a.configured, a.down_since, a.down_why, a.why, a.last_success,
             a.open_dead_letters as letters,
             (select string_agg(greatest(q.free, 0) || ' of ' || q.max_calls, ', ') from quota q
               where q.account = a.account) as free,
             c.targets, c.fresh, date_trunc('second', c.oldest) as oldest
        from report.account a
        left join copies c using (account)
       order by a.configured desc, a.account
       limit 500
      """;

  private final PageViews pages;

  RollCallPage(PageViews pages) {
    this.pages = pages;
  }

  /** A row of report.attention. */
  public record Matter(
      String since, String what, String why, String whatToDo, String kind, String account) {
    /** The page that shows more of it, behind the base; null for none. */
    public String link() {
      return switch (kind) {
        case "dead_letters" -> "/letters" + Url.query("account", account);
        case "request_unknown" -> "/requests" + Url.query("account", account, "status", "unknown");
        case "capacity_short", "account_behind" -> "/freshness";
        case "quota_held" -> "/accounts";
        default -> account == null ? null : "/account" + Url.query("account", account);
      };
    }
  }

  /** An account at a glance. */
  public record Account(
      String account,
      String vendor,
      String state,
      boolean configured,
      String downSince,
      String downWhy,
      String why,
      String lastSuccess,
      String letters,
      String free,
      String targets,
      String fresh,
      String oldest) {
    /** Its weather in a word. */
    public String weather() {
      if (!configured) {
        return "left";
      }
      return downSince == null ? state : "down";
    }
  }

  /** What the page shows. */
  public record RollCall(List<Matter> matters, List<Account> accounts) {}

  @GetMapping({"", "/"})
  View show(@RequestAttribute Person person, @RequestAttribute Set<String> rights) {
    Shared shared = pages.shared();
    return pages.show(
        "roll-call",
        "Roll call",
        new RollCall(
            shared.list(person, rights, Matter.class, ATTENTION),
            shared.list(person, rights, Account.class, ACCOUNTS)));
  }
}
