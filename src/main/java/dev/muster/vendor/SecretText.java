package dev.muster.vendor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks secrets in running text: members of JSON (also of JSON inside a string, at any depth of
 * escaping, and where the text was cut off), pairs of a form or a query, and header lines.
 *
 * <p>A scanner and no single regular expression, because Java's repeats a group by recursion: a
 * long string would overflow the stack, and a row of words that look like names would take minutes.
 */
final class SecretText {
  /** A run of characters that names are made of; possessive, so that each run is looked at once. */
  private static final Pattern WORD = Pattern.compile("[\\w.密码钥-]++");

  private static final Pattern BEARER =
      Pattern.compile(
          "\\b(bearer\\s{1,9}+)(?!\\[redacted])[^\\s\"'<>,;}\\\\]++", Pattern.CASE_INSENSITIVE);

  /** Headers whose value goes on to the end of the line. */
  private static final Pattern LINE =
      Pattern.compile("(?i)(?:proxy-)?authorization|(?:set-)?cookie");

  /** Letters; such as of {@code ak} and {@code sk}. */
  private static final int SHORTEST_NAME = 2;

  /** Chinese text has a colon of its own. */
  private static final char WIDE_COLON = '：';

  private static final String ENDS_PAIR = "&\"'<";
  private static final String ENDS_BARE = ",;&}]\"'<>\\";

  private final String text;
  private final StringBuilder out = new StringBuilder();
  private int copied;

  private SecretText(String text) {
    this.text = text;
  }

  static String mask(String text) {
    if (isOneWord(text) || !hasName(text)) {
      return text;
    }
    return new SecretText(BEARER.matcher(text).replaceAll("$1" + Redaction.MASK)).scan();
  }

  /** A secret stands behind its name and a sign, or behind a word and a blank. */
  private static boolean isOneWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':' || c == '=' || c == WIDE_COLON || Character.isWhitespace(c)) {
        return false;
      }
    }
    return true;
  }

  /** No secret's name has fewer letters in a row; times of day, which are frequent, do. */
  private static boolean hasName(String text) {
    int letters = 0;
    for (int i = 0; i < text.length() && letters < SHORTEST_NAME; i++) {
      letters = Character.isLetter(text.charAt(i)) ? letters + 1 : 0;
    }
    return letters == SHORTEST_NAME;
  }

  private String scan() {
    Matcher word = WORD.matcher(text);
    int at = 0;
    while (at < text.length() && word.find(at)) {
      at = word.end();
      if (Redaction.isSecret(word.group())) {
        at = Math.max(at, maskBehind(word.start(), word.end()));
      }
    }
    return out.append(text, copied, text.length()).toString();
  }

  /** Masks the value behind a secret's name, if there is one; returns where to go on. */
  private int maskBehind(int nameStart, int nameEnd) {
    int slashes = slashesAt(nameEnd);
    boolean quoted = isQuoteAt(nameEnd + slashes);
    int separator = skipBlanks(quoted ? nameEnd + slashes + 1 : nameEnd, quoted);
    if (separator >= text.length()) {
      return nameEnd;
    }
    char sign = text.charAt(separator) == WIDE_COLON ? ':' : text.charAt(separator);
    int value = skipBlanks(separator + 1, quoted);
    if (quoted) {
      return sign == ':' ? maskMember(value, slashes) : nameEnd;
    }
    if (sign == ':' && LINE.matcher(text.substring(nameStart, nameEnd)).matches()) {
      return replace(value, endAt(value, "\r\n\""), Redaction.MASK);
    }
    return sign == ':' || sign == '='
        ? maskPair(value, sign == '=' ? ENDS_PAIR : ENDS_BARE)
        : nameEnd;
  }

  /**
   * @param value where the value of a JSON member starts
   * @param level backslashes before each quote of the JSON that holds it
   */
  private int maskMember(int value, int level) {
    int slashes = slashesAt(value);
    if (isQuoteAt(value + slashes)) {
      return maskString(value, slashes);
    }
    boolean container = value < text.length() && "{[".indexOf(text.charAt(value)) >= 0;
    int end = container ? endOfContainer(value, level) : endOfBare(value, ENDS_BARE);
    String quote = "\\".repeat(level) + "\"";
    return end == value ? value : replace(value, end, quote + Redaction.MASK + quote);
  }

  private int maskPair(int value, String ends) {
    int slashes = slashesAt(value);
    if (isQuoteAt(value + slashes)) {
      return maskString(value, slashes);
    }
    int end = endOfBare(value, ends);
    boolean masked = text.startsWith(Redaction.MASK, value);
    return masked || end == value ? end : replace(value, end, Redaction.MASK);
  }

  private int maskString(int value, int slashes) {
    int start = value + slashes + 1;
    return replace(start, endOfString(start, text.charAt(start - 1), slashes), Redaction.MASK);
  }

  private int replace(int from, int to, String with) {
    out.append(text, copied, from).append(with);
    copied = to;
    return to;
  }

  /**
   * Where a string ends that was opened by a quote behind so many backslashes; the end if cut off.
   */
  private int endOfString(int from, char quote, int level) {
    int slashes = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        slashes++;
        continue;
      }
      // Each level of escaping doubles the backslashes before a quote and adds one; fewer than
      // opened this string close the one around it.
      if (c == quote && (slashes < level || slashes % (2 * (level + 1)) == level)) {
        return i - Math.min(slashes, level);
      }
      slashes = 0;
    }
    return text.length();
  }

  private int endOfContainer(int from, int level) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && level > 0 && text.charAt(i - 1) != '\\') {
        return i;
      } else if (c == '"') {
        i = endOfString(i + 1, c, level) + level;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return i + 1;
      }
    }
    return text.length();
  }

  private int endOfBare(int from, String ends) {
    return endAt(from, ends + " \t\r\n");
  }

  private int endAt(int from, String ends) {
    int i = from;
    while (i < text.length() && ends.indexOf(text.charAt(i)) < 0) {
      i++;
    }
    return i;
  }

  private int skipBlanks(int from, boolean lines) {
    String blanks = lines ? " \t\r\n" : " \t";
    int i = from;
    while (i < text.length() && blanks.indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    return i;
  }

  private int slashesAt(int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) == '\\') {
      i++;
    }
    return i - from;
  }

  private boolean isQuoteAt(int at) {
    return at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'');
  }
}
