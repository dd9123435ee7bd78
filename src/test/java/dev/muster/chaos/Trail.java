package dev.muster.chaos;

import dev.muster.support.Site;
import java.util.List;

/** The record of the requests, as report.audit has it. */
final class Trail {
  /** The rows of one request are written one after the other, while it is locked. */
  private static final String GAPS =
      """
      select format('request %s is %s, and its record says: %s', w.id, w.status, string_agg(concat_ws(' to ', a.from_status, a.to_status), ', ' order by a.id)) as gap
        from muster.work_request w
        left join (select request_id, id, from_status, to_status, lag(to_status) over (partition by request_id order by id) as before
                     from report.audit where subject = 'request') a on a.request_id = w.id
       group by w.id, w.status
      having not coalesce(bool_and(a.from_status is not distinct from a.before), false)
          or (array_agg(a.to_status order by a.id desc))[1] <> w.status
       order by w.id
      """;

  private Trail() {}

  /**
   * Requests whose record is no unbroken line from their insert to their state, a sentence each.
   */
  static List<String> gaps(Site site) {
    return site.rows(GAPS).stream().map(row -> (String) row.get("gap")).toList();
  }
}
