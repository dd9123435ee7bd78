package dev.muster.work;

import java.util.regex.Pattern;

/** JSON as PostgreSQL's jsonb takes it. */
final class Jsonb {
  private static final String ESCAPED_NUL = "\\u0000";

  /** Behind an odd number of backslashes it is no escape. */
  private static final Pattern NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  /**
   * The text with the character NUL, which jsonb can't hold, replaced by the mark for what can't be
   * shown. A backslash before it would make it an escaped backslash and plain text.
   */
  static String holdable(String json) {
    return json.contains(ESCAPED_NUL) ? NUL.matcher(json).replaceAll("$1\\\\ufffd") : json;
  }

  private Jsonb() {}
}
