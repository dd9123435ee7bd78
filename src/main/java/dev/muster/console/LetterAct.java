package dev.muster.console;

import java.util.Map;
import java.util.stream.Collectors;

/** The statements that replay and discard letters, one or all of a filter. */
final class LetterAct {
  static final String STATE = "state";
  static final String REPLAY = "replay";
  private static final String DISCARD = "discard";

  /** The filters that muster.replay and muster.discard take themselves, and their names there. */
  private static final Map<String, String> ARGUMENTS =
      Map.of("account", "account", "operation", "operation", "code", "error_code", "key", "key");

  /** Why nothing can be done with all that this filter means; null if it can. */
  static PageViews.Sentence refusal(Map<String, String> filter) {
    if (!"open".equals(filter.get(STATE))) {
      return new PageViews.Sentence(
          "Only open letters can be replayed or discarded together, and this filter asks for others."
              + " Nothing was done.",
          "Set the state to open in the list of letters, and filter.");
    }
    return filter.size() > 1
        ? null
        : new PageViews.Sentence(
            "No filter is set: that would touch every dead letter.",
            "Set an account, a code or a time in the list of letters, and filter.");
  }

  static String one(String verb, long id, String note) {
    return verb.equals(REPLAY)
        ? Sql.of("select * from muster.replay(%s)", id)
        : Sql.of("select * from muster.discard(%s, %s)", id, note);
  }

  /**
   * By the function's own filter where that says all, else by the letters' numbers.
   *
   * @param where the condition that the filter means
   */
  static String all(String verb, Map<String, String> filter, String where, String note) {
    String function = function(verb);
    boolean noted = verb.equals(DISCARD);
    String literal = Sql.literal(note);
    if (filter.keySet().stream()
        .allMatch(name -> name.equals(STATE) || ARGUMENTS.containsKey(name))) {
      return "select * from %s(%s%s)"
          .formatted(function, arguments(filter), noted ? ", note => " + literal : "");
    }
    return "select * from %s_all(array(select id from report.dead_letter where %s)%s)"
        .formatted(function, where, noted ? ", " + literal : "");
  }

  private static String function(String verb) {
    return switch (verb) {
      case REPLAY -> "muster.replay";
      case DISCARD -> "muster.discard";
      default -> throw new NotThere();
    };
  }

  /** A query of the letters that would be touched: account and calls of each. */
  static String touched(Map<String, String> filter, String where, boolean replay) {
    String arguments = arguments(filter);
    return "select account, case when kind = 'pull' or operation = 'refresh' then 1 else 2 end as calls"
        + " from report.dead_letter where "
        + where
        + (replay && !arguments.isEmpty()
            ? " and id in (select id from muster.preview_replay(" + arguments + "))"
            : "");
  }

  private static String arguments(Map<String, String> filter) {
    return filter.entrySet().stream()
        .filter(each -> ARGUMENTS.containsKey(each.getKey()))
        .map(each -> ARGUMENTS.get(each.getKey()) + " => " + Sql.literal(each.getValue()))
        .collect(Collectors.joining(", "));
  }

  private LetterAct() {}
}
