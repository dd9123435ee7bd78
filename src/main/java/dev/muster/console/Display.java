package dev.muster.console;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Values as pages show them. They come from vendors and operators: the template escapes them, and
 * this shows what would turn or hide the text around it.
 */
public final class Display {
  /** Characters of a value within a line. */
  private static final int LINE = 300;

  /** Characters of a value that has the page to itself. */
  private static final int WHOLE = 65_536;

  /** Steers terminals, turns the direction of writing, or takes no room. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029&&[^\\n\\t]]");

  /** A value within a line; a longer one says how long it is. */
  public static String line(String value) {
    return cut(value, LINE);
  }

  /** Whether a value is short enough for an address. */
  public static boolean fits(String value) {
    return value.length() <= LINE;
  }

  /** A value with the page to itself, line ends included. */
  public static String whole(String value) {
    return cut(value, WHOLE);
  }

  /** A moment as {@code <time datetime>} wants it; null stays null. */
  public static String moment(String at) {
    return at == null ? null : at.replace(' ', 'T').replaceFirst("([+-]\\d\\d)$", "$1:00");
  }

  /** A moment to the second, in UTC. */
  public static String utc(String at) {
    return at.replaceFirst("(\\.\\d+)?\\+00$", "") + " UTC";
  }

  /** A number as the pages' language writes it. */
  public static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** How large an act is. */
  public static String rows(int rows) {
    return rows == 1 ? "1 row" : number(rows) + " rows";
  }

  /** How often, of a number as the database writes it; null stays null. */
  public static String times(String number) {
    if (number == null) {
      return null;
    }
    return number.equals("1") ? "once" : number + " times";
  }

  /** A name of a parameter as people say it. */
  public static String spoken(String name) {
    return name.replace('_', ' ');
  }

  private static String cut(String value, int most) {
    if (value == null) {
      return null;
    }
    boolean tooLong = value.length() > most;
    int end = tooLong && Character.isHighSurrogate(value.charAt(most - 1)) ? most - 1 : most;
    String shown =
        UNSEEN
            .matcher(tooLong ? value.substring(0, end) : value)
            .replaceAll(found -> "\u2039U+%04X\u203a".formatted(found.group().codePointAt(0)));
    if (!tooLong) {
      return shown;
    }
    // Of what a query has cut to one more, it is not known how long it was.
    return shown
        + (value.length() == most + 1
            ? " …"
            : " … (" + number(value.length()) + " characters in all)");
  }

  private Display() {}
}
