package dev.muster.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowsTest {

  @Test
  void callsExactlyOneWindowApartShareNone() {
    assertThat(Windows.of(new long[] {0, 5, 10, 15}, 2, 10)).isEqualTo(new Windows(2, 0));
  }

  @Test
  void everyWindowWithACallTooManyCounts() {
    assertThat(Windows.of(new long[] {0, 5, 9, 14, 30}, 2, 10)).isEqualTo(new Windows(3, 2));
  }

  @Test
  void withoutCallsThereIsNothing() {
    assertThat(Windows.of(new long[0], 2, 10)).isEqualTo(new Windows(0, 0));
  }
}
