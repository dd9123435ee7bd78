package dev.muster.simulator.enos;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The expression of "V2.5 Search DPS Device": conditions joined by {@code and}. The document names
 * the fields, and the operators of each. The simulator refuses any other. It does not know {@code
 * deviceData}.
 *
 * <p>The document calls LIKE a fuzzy match, and says nothing of wildcards. Here {@code %} stands
 * for any text. A text without {@code %} may stand anywhere in the serial number.
 */
final class SearchExpression {
  private static final String VALUE = "(?:'[^']*'|\"[^\"]*\"|[^\\s'\"(),<>=!]+)";
  private static final Pattern VALUES = Pattern.compile(VALUE);
  private static final Pattern QUOTES = Pattern.compile("^['\"]|['\"]$");

  /** A field, its operator, a value or a list of them, and the "and" before the next condition. */
  private static final Pattern CONDITION =
      Pattern.compile(
          "\\G(\\w+)\\s*([<>]=?|!?=|\\b(?:IN|LIKE)\\b)\\s*("
              + (VALUE + "|\\(\\s*" + VALUE + "(?:\\s*,\\s*" + VALUE + ")*+\\s*\\)")
              + ")(\\s+and\\s+|\\z)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");

  /** Null if the expression is none. */
  static Predicate<SearchService.Found> of(String text) {
    Predicate<SearchService.Found> all = any -> true;
    Matcher next = CONDITION.matcher(text.strip());
    do {
      Predicate<SearchService.Found> one = next.find() ? condition(next) : null;
      if (one == null) {
        return null;
      }
      all = all.and(one);
    } while (!next.group(4).isEmpty());
    return all;
  }

  private static Predicate<SearchService.Found> condition(Matcher condition) {
    String field = condition.group(1);
    String operator = condition.group(2).toUpperCase(Locale.ROOT);
    String right = condition.group(3);
    if (operator.equals("IN") != right.startsWith("(")) {
      return null;
    }
    List<String> values =
        VALUES
            .matcher(right)
            .results()
            .map(value -> QUOTES.matcher(value.group()).replaceAll(""))
            .toList();
    return switch (field) {
      case "createTime" -> number(SearchService.Found::created, operator, values);
      case "batchOrder" -> number(found -> found.entry().path(field).asLong(), operator, values);
      case "status" -> text(entry -> entry.at("/status/currentStatus"), operator, values);
      case "sn" ->
          operator.equals("LIKE")
              ? like(values.get(0))
              : text(entry -> entry.path("sn"), operator, values);
      case "groupId", "regionId", "productKey" ->
          text(entry -> entry.path(field), operator, values);
      default -> null;
    };
  }

  private static Predicate<SearchService.Found> text(
      Function<JsonNode, JsonNode> field, String operator, List<String> values) {
    Set<String> wanted = new HashSet<>(values);
    return operator.equals("=") || operator.equals("IN")
        ? found -> wanted.contains(field.apply(found.entry()).textValue())
        : null;
  }

  private static Predicate<SearchService.Found> like(String text) {
    String anywhere = text.contains("%") ? text : "%" + text + "%";
    Pattern pattern =
        Pattern.compile(
            Arrays.stream(anywhere.split("%", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")),
            Pattern.DOTALL);
    return found -> pattern.matcher(found.entry().path("sn").asText()).matches();
  }

  private static Predicate<SearchService.Found> number(
      ToLongFunction<SearchService.Found> field, String operator, List<String> values) {
    if (!values.stream().allMatch(value -> NUMBER.matcher(value).matches())) {
      return null;
    }
    Set<Long> numbers = values.stream().map(Long::valueOf).collect(Collectors.toSet());
    long bound = Long.parseLong(values.get(0));
    LongPredicate wanted =
        switch (operator) {
          case "=", "IN" -> numbers::contains;
          case "!=" -> number -> number != bound;
          case "<" -> number -> number < bound;
          case "<=" -> number -> number <= bound;
          case ">" -> number -> number > bound;
          case ">=" -> number -> number >= bound;
          default -> null;
        };
    return wanted == null ? null : found -> wanted.test(field.applyAsLong(found));
  }

  private SearchExpression() {}
}
