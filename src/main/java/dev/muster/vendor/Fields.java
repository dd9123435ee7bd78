package dev.muster.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;

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
    if (text == null || text.length() > MAX_DIGITS) {
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
   * Epoch milliseconds (UTC), as a number or as a string that holds one; null for anything else,
   * and for 0 or less.
   */
  public static Instant epochMillis(JsonNode object, String name) {
    Long value = whole(object, name);
    // 253402300799999 is the end of the year 9999, the last that a timestamptz shows in four
    // digits.
    return value == null || value <= 0 || value > 253_402_300_799_999L
        ? null
        : Instant.ofEpochMilli(value);
  }

  /** The field if it is an object or an array; null otherwise. */
  public static JsonNode container(JsonNode object, String name) {
    JsonNode value = object == null ? null : object.get(name);
    return value != null && value.isContainerNode() ? value : null;
  }

  private static String plain(BigDecimal value) {
    return isSane(value) ? value.toPlainString() : value.toString();
  }

  private static boolean isSane(BigDecimal value) {
    return value.scale() >= -MAX_DIGITS && value.scale() <= MAX_DIGITS;
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

  private Fields() {}
}
