package dev.muster.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/**
 * Reads single fields of a vendor's object tolerantly: what is absent, null, blank or of a shape
 * that cannot be meant is null. Nothing is lost by that, because the vendor's object is kept whole
 * beside the columns.
 */
public final class Fields {
  /**
   * Digits before and behind the point of a number that can be meant. Without a bound, 1e999999999
   * is eleven characters from a vendor and a gigabyte written out.
   */
  private static final int MAX_DIGITS = 40;

  /** Epoch milliseconds of the beginning of 1971. */
  private static final long MILLIS_1971 = 31_536_000_000L;

  /**
   * Epoch milliseconds of the end of the year 9999, the last that a timestamptz shows in four
   * digits.
   */
  private static final long MILLIS_9999 = 253_402_300_799_999L;

  /** {@code 2022-02-24T10:00:00.5+08:00}, {@code 20220224T020000Z}. */
  private static final DateTimeFormatter ISO_8601 =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .appendOptional(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[uuuuMMdd'T'HHmmss][XXX][XX][X]")
          .toFormatter(Locale.ROOT);

  /**
   * The field as text: strings as they are, numbers and booleans as written. Objects and arrays are
   * no text.
   */
  public static String text(JsonNode object, String name) {
    JsonNode value = object == null ? null : object.get(name);
    if (value == null || value.isNull() || value.isContainerNode()) {
      return null;
    }
    String text = value.isBigDecimal() ? plain(value.decimalValue()) : value.asText();
    return text.isBlank() ? null : text;
  }

  /** {@code true}, {@code false}, or either as a string; null for anything else. */
  public static Boolean bool(JsonNode object, String name) {
    String text = text(object, name);
    if ("true".equalsIgnoreCase(text)) {
      return Boolean.TRUE;
    }
    return "false".equalsIgnoreCase(text) ? Boolean.FALSE : null;
  }

  /** A number, or a string that holds one; null for anything else. */
  public static BigDecimal decimal(JsonNode object, String name) {
    String text = text(object, name);
    if (text == null || text.length() > MAX_DIGITS || !mayBeNumber(text)) {
      return null;
    }
    try {
      BigDecimal value = new BigDecimal(text.trim());
      return isSane(value) ? value : null;
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  /** A whole number that fits, or a string that holds one; null for anything else. */
  public static Integer integer(JsonNode object, String name) {
    Long value = whole(object, name);
    return value == null || value.intValue() != value ? null : value.intValue();
  }

  /**
   * Epoch milliseconds (UTC), as a number or as a string that holds one. What would be a time in
   * 1970 is taken for seconds. A date and time of ISO 8601 with its zone is taken too. Null for
   * anything else, and for 0 or less.
   */
  public static Instant epochMillis(JsonNode object, String name) {
    Long value = whole(object, name);
    if (value == null) {
      return iso(text(object, name));
    }
    if (value <= 0 || value > MILLIS_9999) {
      return null;
    }
    return value < MILLIS_1971 ? Instant.ofEpochSecond(value) : Instant.ofEpochMilli(value);
  }

  private static Instant iso(String text) {
    if (text == null || text.length() > MAX_DIGITS) {
      return null;
    }
    try {
      Instant time = ISO_8601.parse(text.strip(), Instant::from);
      return time.getEpochSecond() <= 0 || time.getEpochSecond() > MILLIS_9999 / 1_000
          ? null
          : time;
    } catch (DateTimeException noTime) {
      return null;
    }
  }

  /** The field if it is an object or an array; null otherwise. */
  public static JsonNode container(JsonNode object, String name) {
    JsonNode value = object == null ? null : object.get(name);
    return value != null && value.isContainerNode() ? value : null;
  }

  private static String plain(BigDecimal value) {
    return isSane(value) ? value.toPlainString() : value.toString();
  }

  /** Whether it takes as little room wherever it is written out. */
  static boolean isSane(BigDecimal value) {
    return value.scale() >= -MAX_DIGITS
        && value.scale() <= MAX_DIGITS
        && value.precision() <= MAX_DIGITS;
  }

  private static Long whole(JsonNode object, String name) {
    BigDecimal value = decimal(object, name);
    if (value == null) {
      return null;
    }
    try {
      return value.longValueExact();
    } catch (ArithmeticException fractionOrTooLarge) {
      return null;
    }
  }

  /**
   * A page of a list has hundreds of dates. An exception for each would take a seventh of all that
   * Java does for the page (docs/performance.md).
   */
  private static boolean mayBeNumber(String text) {
    return text.trim().chars().allMatch(c -> Character.isDigit(c) || "+-.eE".indexOf(c) >= 0);
  }

  private Fields() {}
}
