package dev.muster.console;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.View;

/** How old the copies are, whether the quotas suffice, and what if. */
@ConsolePage
public class FreshnessPage {
  private static final String FRESHNESS =
      """
      select account, resource, targets, fresh, stale, overdue, date_trunc('second', age_p50) as age_p50,
             date_trunc('second', age_p95) as age_p95, date_trunc('second', age_p99) as age_p99,
             date_trunc('second', age_max) as age_max, refreshed_at
        from report.freshness order by account, resource limit 500
      """;

  private static final String CAPACITY =
      """
      select account, resource, targets, refresh_every, calls_needed_per_day, calls_allowed_per_day, feasible,
             best_refresh, facts_per_call
        from report.capacity order by account, resource limit 500
      """;

  private static final String AGES =
      """
      select coalesce('younger than ' || younger_than, case when never then 'never read' else 'a week or older' end)
               as age,
             sum(copies) as copies
        from report.copy_age
       group by never, younger_than
       order by never, younger_than nulls last
      """;

  private static final String PLAN =
      """
      select resource, targets, refresh_every, calls_needed_per_day, calls_allowed_per_day, feasible,
             best_refresh, date_trunc('second', age_p50) as age_p50,
             date_trunc('second', age_p95) as age_p95, date_trunc('second', age_max) as age_max, binds, ask_for,
             "window"
        from %s
      """;

  private static final String WHAT_IF =
      """
      select needed, allowed, needed <= allowed as feasible, round(needed / allowed * 100, 1) as percent,
             make_interval(secs => ceil(devices * calls * 86400 / allowed)::double precision) as best
        from (select devices, calls, ceil(devices * calls * 86400 / extract(epoch from every)) as needed,
                     floor(requests * 86400 / extract(epoch from within)) as allowed
                from (select %s::numeric as devices, %s::numeric as calls, %s::interval as every,
                             %s::numeric as requests, %s::interval as within) asked) numbers
      """;

  private final PageViews pages;

  FreshnessPage(PageViews pages) {
    this.pages = pages;
  }

  /** A row of report.freshness. */
  public record Copies(
      String account,
      String resource,
      String targets,
      String fresh,
      String stale,
      String overdue,
      String ageP50,
      String ageP95,
      String ageP99,
      String ageMax,
      String refreshedAt) {}

  /** A row of report.capacity. */
  public record Capacity(
      String account,
      String resource,
      String targets,
      String refreshEvery,
      String callsNeededPerDay,
      String callsAllowedPerDay,
      boolean feasible,
      String bestRefresh,
      String factsPerCall) {}

  /** A row of muster.plan. */
  public record Plan(
      String resource,
      String targets,
      String refreshEvery,
      String callsNeededPerDay,
      String callsAllowedPerDay,
      boolean feasible,
      String bestRefresh,
      String ageP50,
      String ageP95,
      String ageMax,
      String binds,
      String askFor,
      String window) {}

  /** A bar of the histogram. */
  public record Bar(String age, long copies) {}

  /** Whether a quota would suffice. */
  public record Answer(
      String needed, String allowed, boolean feasible, String percent, String best) {}

  /**
   * What the page shows; the answer is null if nothing was asked.
   *
   * @param planned the statement whose rows the plan is; null for none
   */
  public record Freshness(
      List<Copies> copies,
      List<Bar> ages,
      List<Capacity> capacity,
      Map<String, String> asked,
      Answer answer,
      List<Plan> plan,
      String planned) {
    /** The accounts that something can be asked of. */
    public List<String> accounts() {
      return capacity.stream().map(Capacity::account).distinct().toList();
    }

    /** The bar's length: the longest is 300. */
    public long length(Bar bar) {
      long most = ages.stream().mapToLong(Bar::copies).max().orElse(1);
      return Math.max(1, bar.copies() * 300 / Math.max(1, most));
    }

    /** A field of the question. */
    public String value(String name, String otherwise) {
      return asked.getOrDefault(name, otherwise);
    }
  }

  @GetMapping("/freshness")
  View show(
      @RequestAttribute Person person,
      @RequestAttribute Set<String> rights,
      @RequestParam Map<String, String> asked) {
    Shared shared = pages.shared();
    Answer answer =
        asked.containsKey("devices")
            ? person.one(
                Answer.class,
                Sql.of(
                    WHAT_IF,
                    asked.get("devices"),
                    asked.getOrDefault("calls", "1"),
                    asked.get("every"),
                    asked.get("requests"),
                    asked.get("window")))
            : null;
    String planned = asked.containsKey("account") ? plan(asked) : null;
    return pages.show(
        "freshness",
        "Freshness and capacity",
        new Freshness(
            shared.list(person, rights, Copies.class, FRESHNESS),
            shared.list(person, rights, Bar.class, AGES),
            shared.list(person, rights, Capacity.class, CAPACITY),
            asked,
            answer,
            planned == null ? List.of() : person.list(Plan.class, PLAN.formatted(planned)),
            planned));
  }

  private static String plan(Map<String, String> asked) {
    StringBuilder plan =
        new StringBuilder("muster.plan(").append(Sql.literal(asked.get("account")));
    for (String name : List.of("add", "refresh", "max_calls")) {
      String value = asked.getOrDefault(name, "").strip();
      if (!value.isEmpty()) {
        plan.append(", ").append(name).append(" => ").append(Sql.literal(value));
      }
    }
    return plan.append(')').toString();
  }
}
