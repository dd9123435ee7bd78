package dev.muster.console;

import static dev.muster.console.RowList.Order.down;
import static dev.muster.console.RowList.Order.up;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.View;

/** Requests: all, one, and taking them back. */
@ConsolePage
public class RequestsPage {
  private static final String PATH = "/requests";
  private static final String CANCEL = PATH + "/cancel";

  private static final RowList<Line> LIST =
      new RowList<>(
          Line.class,
          "id, account, action, key, status, attempts, error_code, left(error_message, 301) as error_message,"
              + " requested_by, requested_at, next_at, finished_at",
          "report.request",
          filters(),
          List.of(down("newest first", "id bigint"), up("oldest first", "id bigint")));

  private static final String ONE =
      """
      select id, account, action, key, params::text, priority, not_before, status, attempts, error_code,
             error_message, http_status, vendor_request_id, result::text, requested_by, requested_at, started_at,
             finished_at, replay_of, step, next_at,
             (select min(l.id) from report.dead_letter l where l.request_id = r.id and l.kind = 'request') as letter
        from report.request r
       where id = %s
      """;

  private static final String TIMELINE =
      """
      select at, from_status, to_status, step, attempts, error_code, message, made_by, part, application
        from report.audit
       where request_id = %s and subject = 'request'
       order by at, id
       limit 200
      """;

  private final PageViews pages;

  RequestsPage(PageViews pages) {
    this.pages = pages;
  }

  /** A request in the list. */
  public record Line(
      long id,
      String account,
      String action,
      String key,
      String status,
      String attempts,
      String errorCode,
      String errorMessage,
      String requestedBy,
      String requestedAt,
      String nextAt,
      String finishedAt) {}

  /** A request. */
  public record Request(
      long id,
      String account,
      String action,
      String key,
      String params,
      String priority,
      String notBefore,
      String status,
      String attempts,
      String errorCode,
      String errorMessage,
      String httpStatus,
      String vendorRequestId,
      String result,
      String requestedBy,
      String requestedAt,
      String startedAt,
      String finishedAt,
      String replayOf,
      String step,
      String nextAt,
      String letter) {}

  /** A transition of a request. */
  public record Event(
      String at,
      String fromStatus,
      String toStatus,
      String step,
      String attempts,
      String errorCode,
      String message,
      String madeBy,
      String part,
      String application) {}

  /** What the page of one request shows; explained is null for whom may not ask. */
  public record Whole(Request request, String explained, List<Event> timeline) {
    /** The statement behind the button. */
    public String cancel() {
      return RequestsPage.cancel(request.id()) + ";";
    }
  }

  @GetMapping(PATH)
  View all(@RequestAttribute Person person, @RequestParam Map<String, String> asked) {
    return pages.show("requests", "Requests", LIST.page(person, asked));
  }

  @GetMapping("/request")
  View one(
      @RequestAttribute Person person,
      @RequestAttribute Set<String> rights,
      @RequestParam long id) {
    Request request = person.one(Request.class, Sql.of(ONE, id));
    String explained =
        rights.contains("explain")
            ? person.one(String.class, Sql.of("select muster.explain(%s)", id))
            : null;
    return pages.show(
        "request",
        "Request " + id,
        new Whole(request, explained, person.list(Event.class, Sql.of(TIMELINE, id))));
  }

  @PostMapping("/request/cancel")
  View cancel(@RequestAttribute Person person, @RequestParam long id) {
    person.act(cancel(id));
    return pages.go("/request" + Url.query("id", String.valueOf(id)));
  }

  @GetMapping(CANCEL)
  View preview(@RequestAttribute Person person, @RequestParam Map<String, String> asked) {
    Map<String, String> meant = LIST.meant(asked);
    return pages.show(
        "bulk",
        "Cancel requests",
        new Bulk(
            "Cancel them",
            CANCEL,
            meant,
            Cost.of(
                person, "select account, 0 as calls from report.request where " + pending(meant)),
            false,
            false,
            cancelAll(meant),
            PATH + Url.query(meant)));
  }

  @PostMapping(CANCEL)
  View cancelAll(@RequestAttribute Person person, @RequestParam Map<String, String> asked) {
    Map<String, String> meant = LIST.meant(asked);
    person.act(cancelAll(meant));
    return pages.go(PATH + Url.query(meant));
  }

  private static String cancel(long id) {
    return Sql.of("select muster.cancel(%s)", id);
  }

  private static String cancelAll(Map<String, String> asked) {
    return "select * from muster.cancel_all(array(select id from report.request where %s))"
        .formatted(pending(asked));
  }

  private static String pending(Map<String, String> asked) {
    return "status = 'pending' and " + LIST.where(asked);
  }

  private static Map<String, String> filters() {
    Map<String, String> filters = new LinkedHashMap<>();
    filters.put("id", "id = %1$s");
    // The planner knows an index of these three.
    filters.put(
        "status",
        "status = any (case %1$s when 'open' then '{pending,running,unknown}' else array[%1$s] end)");
    filters.put("account", "account = %1$s");
    filters.put("action", "action = %1$s");
    filters.put("key", "key like %2$s");
    filters.put("by", "requested_by = %1$s");
    filters.put("code", "error_code = %1$s");
    filters.put("since", "requested_at >= %1$s::timestamptz");
    filters.put("until", "requested_at < %1$s::timestamptz");
    return filters;
  }
}
