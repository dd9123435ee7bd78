package dev.muster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Large replies come in as far as there is memory for them, and small ones in any case. */
class CallsUnderWayTest {
  private static final int SMALL = 1_000;
  private static final int LARGE = 100_000;

  private final CallsUnderWay calls = new CallsUnderWay();
  private final CallTrace first = trace(Duration.ofMinutes(1));

  private static CallTrace trace(Duration deadline) {
    return new CallTrace(null, System.nanoTime(), deadline);
  }

  private static InputStream reply(int bytes) {
    return new ByteArrayInputStream(new byte[bytes]);
  }

  @Test
  void aLargeReplyWaitsUntilThereIsMemoryForItAndNoLongerThanItsCall() throws IOException {
    assertThat(calls.read(reply(LARGE), Integer.MAX_VALUE, Integer.MAX_VALUE, first))
        .as("takes all there is")
        .hasSize(LARGE);

    assertThatThrownBy(() -> read(LARGE, trace(Duration.ofMillis(50))))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("no memory");
    assertThat(read(SMALL, trace(Duration.ZERO))).hasSize(SMALL);

    calls.begin(first);
    calls.end(first);
    assertThat(read(LARGE, trace(Duration.ofMinutes(1)))).hasSize(LARGE);
  }

  @Test
  void whatIsLargerThanAllowedIsReadAsFarAsThat() throws IOException {
    assertThat(calls.read(reply(LARGE), -1, LARGE / 2, first)).hasSize(LARGE / 2);
    assertThat(calls.read(reply(LARGE), -1, SMALL, first)).hasSize(SMALL);
  }

  private byte[] read(int bytes, CallTrace trace) throws IOException {
    return calls.read(reply(bytes), bytes, LARGE, trace);
  }
}
