package dev.muster.console;

import java.util.List;

/**
 * What an act will cost at one account.
 *
 * @param calls of the vendor
 * @param minutes until its quotas have let them go, with those of the accounts that share them;
 *     null for no limit
 */
public record Cost(String account, long rows, long calls, String minutes) {
  /** One call reads. An action that changes something reads first. */
  static final String CALLS = "case %s when 'refresh' then 1 else 2 end";

  private static final String SQL =
      """
      with wanted as materialized (
        select account, count(*) as rows, sum(calls)::bigint as calls from (%s) each group by account),
      quota as materialized (
        select unnest(accounts) as account, quota, max_calls, window_seconds from report.quota),
      spent as (
        select w.account, w.rows, w.calls,
               sum(w.calls) over (partition by q.quota) * q.window_seconds / q.max_calls as seconds
          from wanted w left join quota q using (account))
      select account, rows, calls, round(ceil(max(seconds) / 6) / 10, 1) as minutes
        from spent group by account, rows, calls order by account
      """;

  /**
   * @param each a query of the columns account and calls
   */
  static List<Cost> of(Person person, String each) {
    return person.list(Cost.class, SQL.formatted(each));
  }
}
