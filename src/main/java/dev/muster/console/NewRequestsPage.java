package dev.muster.console;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.View;

/**
 * Asks for work, by one row or by 10,000: what is wrong with which line is told before any is sent.
 */
@ConsolePage
public class NewRequestsPage {
  private static final String PATH = "/requests/new";

  /** In place of an action: keep a copy from now on. */
  private static final String ENROL = "enrol";

  private static final String TITLE = "New requests";

  private static final String ACCOUNTS =
      "select account, array_to_string(actions, ', ') as actions from report.account where configured order by account";

  private static final String ASKED =
      """
      select key, max(id) as id from report.request
       where account = %s and action = %s and finished_at is null and key = any (%s)
       group by key
      """;

  private final PageViews pages;

  NewRequestsPage(PageViews pages) {
    this.pages = pages;
  }

  /** An account, and what may be asked of it. */
  public record Account(String account, String actions) {}

  /** What stands in the form's fields. */
  public record Wanted(
      String account,
      String action,
      String keys,
      String params,
      String priority,
      String notBefore) {
    static Wanted of(Map<String, String> asked) {
      return new Wanted(
          asked.getOrDefault("account", ""),
          asked.getOrDefault("action", "refresh"),
          asked.getOrDefault("keys", asked.getOrDefault("key", "")),
          asked.getOrDefault("params", "").strip(),
          asked.getOrDefault("priority", "").strip(),
          asked.getOrDefault("not_before", "").strip());
    }

    /** Whether it asks to keep copies, and so inserts targets. */
    boolean enrols() {
      return action.equals(ENROL);
    }

    String insert(List<Sheet.Line> lines) {
      if (enrols()) {
        return "insert into muster.poll_target (account, resource, key) values\n"
            + lines.stream()
                .map(line -> Sql.of("(%s, 'device', %s)", account, line.key()))
                .collect(Collectors.joining(",\n"))
            + "\non conflict do nothing returning id";
      }
      return "insert into muster.work_request (account, action, key, params, priority, not_before) values\n"
          + lines.stream().map(this::row).collect(Collectors.joining(",\n"))
          + "\nreturning id";
    }

    private String row(Sheet.Line line) {
      String own = line.params() == null && !params.isEmpty() ? params : line.params();
      return Sql.of(
          "(%s, %s, %s, %s, %s, %s)",
          account,
          action,
          line.key(),
          own,
          priority.isEmpty() ? Integer.valueOf(0) : priority,
          notBefore.isEmpty() ? null : notBefore);
    }
  }

  /** A line that will not be sent. */
  public record Trouble(int line, String key, String why) {}

  /** The form. */
  public record Form(Wanted wanted, List<Account> accounts) {
    /** All that some account can be asked for. */
    public List<String> actions() {
      return Stream.concat(
              accounts.stream().flatMap(account -> Stream.of(account.actions().split(", "))),
              Stream.of(ENROL))
          .distinct()
          .toList();
    }
  }

  /**
   * What would be sent.
   *
   * @param wanted all that was pasted
   * @param keys the good lines of it
   */
  public record Preview(
      Wanted wanted, String keys, int good, List<Trouble> troubles, List<Cost> costs, String sql) {}

  @GetMapping(PATH)
  View form(@RequestAttribute Person person, @RequestParam Map<String, String> asked) {
    return pages.show(
        "new-requests", TITLE, new Form(Wanted.of(asked), person.list(Account.class, ACCOUNTS)));
  }

  @PostMapping(PATH)
  View send(@RequestAttribute Person person, @RequestParam Map<String, String> asked) {
    if (asked.containsKey("again")) {
      return form(person, asked);
    }
    Wanted wanted = Wanted.of(asked);
    Sheet sheet = Sheet.read(wanted.keys());
    if (asked.containsKey("confirmed")) {
      person.act(wanted.insert(sheet.lines()));
      return pages.go(
          wanted.enrols()
              ? PATH + Url.query("account", wanted.account(), "action", ENROL)
              : "/requests" + Url.query("account", wanted.account(), "by", person.name()));
    }
    List<Sheet.Line> judged = judged(person, wanted, sheet.lines());
    List<Sheet.Line> good = judged.stream().filter(line -> line.trouble() == null).toList();
    return pages.show(
        "preview-requests",
        TITLE,
        new Preview(
            wanted,
            sheet.only(good),
            good.size(),
            judged.stream()
                .filter(line -> line.trouble() != null)
                .sorted(Comparator.comparingInt(Sheet.Line::number))
                .map(line -> new Trouble(line.number(), line.key(), line.trouble()))
                .toList(),
            costs(person, wanted, good),
            good.isEmpty() ? "" : wanted.insert(good)));
  }

  /** The lines, and what the database would say of each. */
  private static List<Sheet.Line> judged(Person person, Wanted wanted, List<Sheet.Line> lines) {
    if (lines.isEmpty()) {
      return List.of(new Sheet.Line(1, "", "", null, "No key stands here."));
    }
    if (lines.size() > Sheet.MOST) {
      return List.of(
          lines
              .get(Sheet.MOST)
              .with("There are more than " + Display.number(Sheet.MOST) + " lines."));
    }
    Map<String, Long> asked = asked(person, wanted, lines);
    List<Sheet.Line> judged = new ArrayList<>();
    List<Sheet.Line> tried = new ArrayList<>();
    for (Sheet.Line line : lines) {
      Long before = asked.get(line.key());
      if (line.trouble() == null && before == null) {
        tried.add(line);
      } else {
        judged.add(
            line.trouble() == null
                ? line.with("Request " + before + " asks for it already.")
                : line);
      }
    }
    judged.addAll(person.tried(session -> tried(session, wanted, tried)));
    return judged;
  }

  private static Map<String, Long> asked(Person person, Wanted wanted, List<Sheet.Line> lines) {
    record Asked(String key, long id) {}
    String keys =
        lines.stream()
            .map(line -> Sql.literal(line.key()))
            .collect(Collectors.joining(", ", "array[", "]::text[]"));
    return person
        .list(
            (row, number) -> new Asked(row.getString(1), row.getLong(2)),
            ASKED.formatted(Sql.literal(wanted.account()), Sql.literal(wanted.action()), keys))
        .stream()
        .collect(Collectors.toMap(Asked::key, Asked::id));
  }

  /** Halves what the database refuses until it says which line it means. */
  private static List<Sheet.Line> tried(Connection session, Wanted wanted, List<Sheet.Line> lines)
      throws SQLException {
    if (lines.isEmpty()) {
      return List.of();
    }
    Savepoint before = session.setSavepoint();
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(wanted.insert(lines));
      return lines;
    } catch (SQLException e) {
      session.rollback(before);
      if (lines.size() == 1) {
        return List.of(lines.get(0).with(new Refused(e).words()));
      }
      List<Sheet.Line> both =
          new ArrayList<>(tried(session, wanted, lines.subList(0, lines.size() / 2)));
      both.addAll(tried(session, wanted, lines.subList(lines.size() / 2, lines.size())));
      return both;
    }
  }

  private static List<Cost> costs(Person person, Wanted wanted, List<Sheet.Line> good) {
    return good.isEmpty()
        ? List.of()
        : Cost.of(
            person,
            Sql.of(
                "select %1$s as account, "
                    + Cost.CALLS.formatted("%2$s")
                    + " as calls from generate_series(1, %3$s)",
                wanted.account(),
                wanted.enrols() ? "refresh" : wanted.action(),
                good.size()));
  }
}
