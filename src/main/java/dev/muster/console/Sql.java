package dev.muster.console;

import java.util.Arrays;

/**
 * Statements as text, as a person could copy them. The session has standard_conforming_strings on,
 * so a quote alone has a meaning in a literal.
 */
final class Sql {
  /**
   * The statement with its values in place.
   *
   * @param pattern with {@code %s} for each value
   * @param values texts become literals, numbers stand as they are, null is null
   */
  static String of(String pattern, Object... values) {
    return pattern.formatted(Arrays.stream(values).map(Sql::literal).toArray());
  }

  /** A text as PostgreSQL reads it. */
  static String literal(Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return String.valueOf(value);
    }
    return "'" + value.toString().replace("\0", "").replace("'", "''") + "'";
  }

  /** The pattern of texts that begin so. */
  static String beginning(String value) {
    return literal(value.replaceAll("([\\\\%_])", "\\\\$1") + "%");
  }

  private Sql() {}
}
