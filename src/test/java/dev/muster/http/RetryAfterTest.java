package dev.muster.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({"5, PT5S", "0, PT0S", "' 120 ', PT2M"})
  void retryAfterInSeconds(String header, Duration wait) {
    assertThat(RetryAfter.read(header, NOW)).isEqualTo(wait);
  }

  @Test
  void retryAfterAsADate() {
    assertThat(RetryAfter.read("Sun, 01 Mar 2026 12:00:30 GMT", NOW))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(RetryAfter.read("Sun, 01 Mar 2026 11:00:00 GMT", NOW)).isZero();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "soon", "-3", "1.5", "99999999999999999999", "Sun, 01 Mar"})
  void rubbishInRetryAfterIsNoWait(String header) {
    assertThat(RetryAfter.read(header, NOW)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775807", "86401", "Fri, 31 Dec 9999 23:59:59 GMT"})
  void nobodyWaitsForLongerThanADay(String header) {
    assertThat(RetryAfter.read(header, NOW)).isEqualTo(Duration.ofDays(1));
  }
}
