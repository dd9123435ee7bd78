package dev.muster.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** The header {@code Retry-After}. */
public final class RetryAfter {
  /** What asks for more is a mistake, and would not fit into milliseconds. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  /** Seconds, or an HTTP date (RFC 9110, 10.2.3), up to a day; null for anything else. */
  public static Duration read(String header, Instant now) {
    if (header == null || header.isBlank()) {
      return null;
    }
    try {
      Duration wait =
          header.trim().chars().allMatch(Character::isDigit)
              ? Duration.ofSeconds(Long.parseLong(header.trim()))
              : Duration.between(now, date(header.trim()));
      if (wait.isNegative()) {
        return Duration.ZERO;
      }
      return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    } catch (DateTimeParseException | NumberFormatException rubbish) {
      return null;
    }
  }

  private static Instant date(String text) {
    return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  private RetryAfter() {}
}
