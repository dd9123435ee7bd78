package dev.muster.vendor.enos;

import dev.muster.vendor.Call;
import dev.muster.vendor.Redaction;
import java.util.regex.Pattern;

/** The vendor's own words, made fit to stand in one of our sentences. */
final class EnosWords {
  /** Characters of the vendor's text that a message keeps. */
  static final int KEPT = 300;

  /** Characters that are looked at for secrets: a bound on the work, well above what is kept. */
  private static final int LOOKED_AT = 2_000;

  /** Characters of a code or a request id that are kept; documented ones have up to 36. */
  private static final int ID_KEPT = 100;

  /** Line breaks, NUL (which PostgreSQL cannot store) and halves of surrogate pairs. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cs}]+");

  /** The text after {@code : }, in quotes and without secrets; empty if there is none. */
  static String quoted(String text, Call call) {
    if (text == null) {
      return "";
    }
    String masked = Redaction.mask(cut(text, LOOKED_AT), call.account());
    if (call.token() != null) {
      masked = masked.replace(call.token().access(), Redaction.MASK);
    }
    return ": \"" + cut(plain(masked), KEPT) + "\"";
  }

  /** A code or a request id; null stays null. */
  static String id(String text) {
    return text == null ? null : cut(plain(text), ID_KEPT);
  }

  private static String plain(String text) {
    return UNPRINTABLE.matcher(text).replaceAll(" ").strip();
  }

  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    boolean betweenHalves = Character.isHighSurrogate(text.charAt(length - 2));
    return text.substring(0, betweenHalves ? length - 2 : length - 1) + "…";
  }

  private EnosWords() {}
}
