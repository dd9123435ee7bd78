package dev.muster.console;

import static dev.muster.console.RowList.Order.down;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.View;

/** Dead letters: in groups, all, one; replay and discard. */
@ConsolePage
public class LettersPage {
  private static final String PATH = "/letters";
  private static final String STATE = LetterAct.STATE;
  private static final String REPLAY = LetterAct.REPLAY;

  private static final RowList<Line> LIST =
      new RowList<>(
          Line.class,
          "id, account, operation, key, error_code, left(error_message, 301) as error_message, http_status,"
              + " attempts, last_failed_at, state",
          "report.dead_letter",
          filters(),
          List.of(
              down("newest first", "id bigint"),
              down("failed last first", "last_failed_at timestamptz", "id bigint")));

  private static final String GROUPS =
      """
      select account, operation, error_code, count(*) as letters, min(first_failed_at) as first_failed_at,
             max(last_failed_at) as last_failed_at, left(max(error_message), 301) as example
        from report.dead_letter
       where %s
       group by account, operation, error_code
       order by count(*) desc, account, operation, error_code
       limit 50
      """;

  private static final String ONE =
      """
      select id, account, operation, key, kind, error_code, vendor_code, error_message, http_status,
             vendor_request_id, jsonb_pretty(request) as request, response, attempts, first_failed_at,
             last_failed_at, state, state_since, state_by, note, request_id, account_configured
        from report.dead_letter
       where id = %s
      """;

  private static final String TRIES =
      """
      select at, request_id as id, from_status, to_status, message, made_by
        from report.audit
       where account = %s and key = %s and letter_id = %s
       order by at, audit.id
       limit 200
      """;

  private final PageViews pages;

  LettersPage(PageViews pages) {
    this.pages = pages;
  }

  /** Letters that failed alike. */
  public record Group(
      String account,
      String operation,
      String errorCode,
      long letters,
      String firstFailedAt,
      String lastFailedAt,
      String example) {}

  /** A letter in the list. */
  public record Line(
      long id,
      String account,
      String operation,
      String key,
      String errorCode,
      String errorMessage,
      String httpStatus,
      String attempts,
      String lastFailedAt,
      String state) {}

  /** A letter. */
  public record Letter(
      long id,
      String account,
      String operation,
      String key,
      String kind,
      String errorCode,
      String vendorCode,
      String errorMessage,
      String httpStatus,
      String vendorRequestId,
      String request,
      String response,
      String attempts,
      String firstFailedAt,
      String lastFailedAt,
      String state,
      String stateSince,
      String stateBy,
      String note,
      String requestId,
      boolean accountConfigured) {}

  /** What became of it: its own transitions, and the requests that replay it. */
  public record Event(
      String at, String id, String fromStatus, String toStatus, String message, String madeBy) {}

  /** What the page of all letters shows. */
  public record Letters(List<Group> groups, RowList.Page<Line> list, String filter) {
    /** Whether all of the filter can be acted on. */
    public boolean actable() {
      return LetterAct.refusal(list.asked()) == null;
    }
  }

  /** What the page of one letter shows. */
  public record Whole(Letter letter, List<Event> events) {
    /** The statement behind the button. */
    public String replay() {
      return LetterAct.one(REPLAY, letter.id(), null) + ";";
    }

    /** The statement behind the other one. */
    public String discard() {
      return LetterAct.one("discard", letter.id(), "note") + ";";
    }
  }

  @GetMapping(PATH)
  View all(@RequestAttribute Person person, @RequestParam Map<String, String> asked) {
    Map<String, String> meant = openUnlessAsked(asked);
    return pages.show(
        "letters",
        "Dead letters",
        new Letters(
            person.list(Group.class, GROUPS.formatted(LIST.where(meant))),
            LIST.page(person, meant),
            Url.query(LIST.meant(meant))));
  }

  @GetMapping("/letter")
  View one(@RequestAttribute Person person, @RequestParam long id) {
    Letter letter = person.one(Letter.class, Sql.of(ONE, id));
    return pages.show(
        "letter",
        "Dead letter " + id,
        new Whole(
            letter, person.list(Event.class, Sql.of(TRIES, letter.account(), letter.key(), id))));
  }

  @PostMapping("/letter/replay")
  View replay(@RequestAttribute Person person, @RequestParam long id) {
    return actOn(person, REPLAY, id, null);
  }

  @PostMapping("/letter/discard")
  View discard(@RequestAttribute Person person, @RequestParam long id, @RequestParam String note) {
    return actOn(person, "discard", id, note);
  }

  @GetMapping(PATH + "/act")
  View preview(
      @RequestAttribute Person person,
      @RequestParam("do") String verb,
      @RequestParam Map<String, String> asked) {
    Map<String, String> meant = openUnlessAsked(LIST.meant(asked));
    PageViews.Sentence refusal = LetterAct.refusal(meant);
    if (refusal != null) {
      return pages.say(HttpStatus.UNPROCESSABLE_ENTITY, refusal.sentence(), refusal.hint());
    }
    boolean replay = verb.equals(REPLAY);
    Map<String, String> fields = new LinkedHashMap<>(meant);
    fields.put("do", verb);
    String note = replay ? null : "note";
    return pages.show(
        "bulk",
        replay ? "Replay dead letters" : "Discard dead letters",
        new Bulk(
            replay ? "Replay them" : "Discard them",
            PATH + "/act",
            fields,
            Cost.of(person, LetterAct.touched(meant, LIST.where(meant), replay)),
            replay,
            !replay,
            LetterAct.all(verb, meant, LIST.where(meant), note),
            PATH + Url.query(meant)));
  }

  @PostMapping(PATH + "/act")
  View act(
      @RequestAttribute Person person,
      @RequestParam("do") String verb,
      @RequestParam(required = false) String note,
      @RequestParam Map<String, String> asked) {
    Map<String, String> meant = openUnlessAsked(LIST.meant(asked));
    PageViews.Sentence refusal = LetterAct.refusal(meant);
    if (refusal != null) {
      return pages.say(HttpStatus.UNPROCESSABLE_ENTITY, refusal.sentence(), refusal.hint());
    }
    person.act(LetterAct.all(verb, meant, LIST.where(meant), note));
    return pages.go(PATH + Url.query(meant));
  }

  private View actOn(Person person, String verb, long id, String note) {
    person.act(LetterAct.one(verb, id, note));
    return pages.go("/letter" + Url.query("id", String.valueOf(id)));
  }

  private static Map<String, String> openUnlessAsked(Map<String, String> asked) {
    Map<String, String> meant = new LinkedHashMap<>(asked);
    meant.putIfAbsent(STATE, "open");
    return meant;
  }

  private static Map<String, String> filters() {
    Map<String, String> filters = new LinkedHashMap<>();
    filters.put(STATE, "(state = %1$s or %1$s = 'any')");
    filters.put("account", "account = %1$s");
    filters.put("operation", "operation = %1$s");
    filters.put("code", "error_code = %1$s");
    filters.put("key", "key = %1$s");
    // ilike takes twice as long as lower and like.
    filters.put("words", "lower(error_message) like lower('%%' || %1$s || '%%')");
    filters.put("since", "last_failed_at >= %1$s::timestamptz");
    filters.put("until", "last_failed_at < %1$s::timestamptz");
    return filters;
  }
}
