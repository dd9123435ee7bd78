package dev.muster.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.muster.support.RawServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.hc.core5.http.MessageConstraintException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands around a reply's body has an end, though the vendor sends none. */
@Timeout(30)
class ReplyHeadsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

  /** What a client that has given up leaves in the buffers of two sockets, with room to spare. */
  private static final long MOST_SENT = 64_000_000;

  private final OneCall call = new OneCall();

  @AfterEach
  void close() throws IOException {
    call.close();
  }

  static Stream<Arguments> endless() {
    return Stream.of(
        Arguments.of("a header", OK + "X: ", "x".repeat(1_000)),
        Arguments.of("headers", OK, "X: y\r\n".repeat(100)),
        Arguments.of("long headers, few of them", OK, "X: " + "y".repeat(8_000) + "\r\n"),
        Arguments.of("a folded header", OK + "X: y", "\r\n " + "y".repeat(100)),
        Arguments.of("the status line", "HTTP/1.1 200 ", "O".repeat(1_000)),
        Arguments.of("empty lines", "", "\r\n".repeat(100)),
        Arguments.of("a chunk's extension", CHUNKED + "2;", "x".repeat(1_000)),
        Arguments.of("a chunk's size", CHUNKED, "0".repeat(1_000)),
        Arguments.of("a trailer", CHUNKED + "2\r\n{}\r\n0\r\nX: ", "x".repeat(1_000)),
        Arguments.of("trailers", CHUNKED + "2\r\n{}\r\n0\r\n", "X: y\r\n".repeat(100)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("endless")
  void aCallEndsSoonThough(String name, String beginning, String repeated) {
    AtomicLong bytes = new AtomicLong();
    try (RawServer server =
        new RawServer(
            out -> {
              write(out, beginning);
              while (!Thread.interrupted()) {
                write(out, repeated);
                bytes.addAndGet(repeated.length());
              }
            })) {
      assertThat(catchThrowable(() -> call.to(server.url())))
          .isInstanceOf(MessageConstraintException.class);
    }
    assertThat(bytes.get()).isLessThan(MOST_SENT);
    assertThat(call.trace.sent).isTrue();
    assertThat(call.trace.timedOut).isFalse();
  }

  @Test
  void aReplyThatIsPackedAThousandTimesIsRefused() {
    String head = OK + "Content-Encoding: " + "gzip,".repeat(1_000) + "gzip\r\n\r\n";
    try (RawServer server = RawServer.saying(head + "{}")) {
      assertThat(catchThrowable(() -> call.to(server.url())))
          .isInstanceOf(MessageConstraintException.class);
    }
  }

  @Test
  void aHeadOfTheUsualSizeIsRead() throws IOException {
    String head = OK + "X: y\r\n".repeat(60) + "Y: " + "y".repeat(8_000) + "\r\n";
    try (RawServer server = RawServer.saying(head + "Content-Length: 2\r\n\r\n{}")) {
      assertThat(call.to(server.url())).isEqualTo("{}");
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
