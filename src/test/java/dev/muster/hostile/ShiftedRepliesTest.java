package dev.muster.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.http.Tls;
import dev.muster.support.RawServer;
import dev.muster.support.TestCertificate;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reply that nobody asked for never becomes the answer to the next call. */
@Timeout(30)
class ShiftedRepliesTest {
  private static final String REPLY = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
  private static final String RIGHT = REPLY + "right";
  private static final String WRONG = REPLY + "wrong";

  /** Bytes that the client reads ahead of what it needs. */
  private static final int BUFFER = 8_192;

  private final OneCall call = new OneCall();

  @AfterEach
  void close() throws IOException {
    call.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        RIGHT + WRONG,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nright\r\n0\r\n\r\n" + WRONG,
        RIGHT + "x"
      })
  void aReplyInTheSamePacketIsNotTheNext(String both) throws IOException {
    try (RawServer server = RawServer.keepingOpen(both)) {
      for (int n = 1; n <= 3; n++) {
        assertThat(call.to(server.url())).isEqualTo("right");
        assertThat(server.connections).hasValue(n);
      }
    }
  }

  @Test
  void aReplyThatFillsTheBufferHidesNoOtherBehindTls(@TempDir Path folder) throws IOException {
    TestCertificate one = new TestCertificate(folder.resolve("one"), "dns:localhost");
    SSLContext tls = one.trusting(one);
    String head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n";
    int length = BUFFER - head.formatted(BUFFER).length();
    String full = head.formatted(length) + "x".repeat(length);
    assertThat(full).hasSize(BUFFER);
    try (RawServer server = RawServer.keepingOpen(tls, full + WRONG)) {
      String url = "https://localhost:" + server.port();
      for (int n = 1; n <= 2; n++) {
        assertThat(call.to(url, new Tls(tls, null))).startsWith("xxx");
        assertThat(server.connections).hasValue(n);
      }
    }
  }

  @Test
  void aConnectionThatIsNotTrustedAnyMoreIsNotUsedAgain() throws IOException {
    try (RawServer server = RawServer.keepingOpen(RIGHT)) {
      call.to(server.url());
      call.trace.distrustConnection();
      assertThat(call.to(server.url())).isEqualTo("right");
      assertThat(server.connections).hasValue(2);
    }
  }

  @Test
  void aReplyThatComesLaterIsNotTheNextEither() throws IOException {
    try (RawServer server = RawServer.keepingOpen(RIGHT)) {
      for (int n = 1; n <= 2; n++) {
        assertThat(call.to(server.url())).isEqualTo("right");
        server.add(WRONG);
        assertThat(server.connections).hasValue(n);
      }
    }
  }
}
