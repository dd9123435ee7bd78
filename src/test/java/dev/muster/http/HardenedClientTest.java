package dev.muster.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.support.RawServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.util.ReflectionTestUtils;

/** What one call may cost, whatever a server does. */
@Timeout(30)
class HardenedClientTest {
  private static final String KEPT = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n%s\r\n{}";

  private static final int FAILED_CALLS = 4;
  private static final int AT_ONCE = 10;
  private static final int CAP = 10_000;
  private static final Duration DEADLINE = Duration.ofMillis(500);

  /** A busy machine is slow; what has no deadline takes for ever. */
  private static final Duration SOON = Duration.ofSeconds(8);

  private static final Duration AMPLE = Duration.ofSeconds(20);

  private final CallsUnderWay calls = new CallsUnderWay();
  private final CloseableHttpClient client = client();
  private volatile CallTrace trace;

  private CloseableHttpClient client() {
    HttpClientBuilder builder = HttpClientBuilder.create();
    new HardenedClient(Duration.ofSeconds(2), AMPLE, CAP, calls).configure(builder);
    return builder.build();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
  }

  /** The status of the reply. */
  private int call(String url, Duration deadline) throws IOException {
    trace = new CallTrace(Destination.of(url, Tls.JVM, null), System.nanoTime(), deadline);
    return send(trace);
  }

  private int send(CallTrace sent) throws IOException {
    return send(sent, new HttpGet("http://vendor/"));
  }

  private int send(CallTrace sent, HttpUriRequestBase request) throws IOException {
    request.setHeader(HardenedClient.CALL, calls.begin(sent));
    try {
      return client.execute(request, response -> response.getCode());
    } finally {
      calls.end(sent);
    }
  }

  private Throwable failure(String url, Duration deadline) {
    long start = System.nanoTime();
    Throwable thrown = catchThrowable(() -> call(url, deadline));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    assertThat(thrown).isInstanceOf(IOException.class);
    return thrown;
  }

  private static String reply(String statusLine, String headers, String body) {
    return "HTTP/1.1 %s\r\n%sConnection: close\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(statusLine, headers, body.length(), body);
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  @Test
  void aWholeReplyIsKeptByteForByte() throws IOException {
    try (RawServer server = RawServer.saying(reply("200 OK", "", "{\"a\":1.0}"))) {
      assertThat(call(server.url(), AMPLE)).isEqualTo(200);
    }
    assertThat(trace.body).asString(StandardCharsets.UTF_8).isEqualTo("{\"a\":1.0}");
    assertThat(trace.sent).isTrue();
    assertThat(trace.answered).isTrue();
    assertThat(trace.tooLarge).isFalse();
  }

  @Test
  void aCallThatIsAbortedEndsAtOnceAndIsKnownToHaveLeft() {
    try (RawServer server =
        new RawServer(
            out -> {
              trace.abort();
              new CountDownLatch(1).await();
            })) {
      failure(server.url(), AMPLE);
    }
    assertThat(trace.sent).isTrue();
    assertThat(trace.answered).isFalse();
  }

  @Test
  void nothingLeavesForACallThatWasAbortedBefore() {
    try (RawServer server = RawServer.saying(reply("200 OK", "", "{}"))) {
      CallTrace aborted =
          new CallTrace(Destination.of(server.url(), Tls.JVM, null), System.nanoTime(), AMPLE);
      aborted.abort();

      assertThat(catchThrowable(() -> send(aborted))).isNotNull();

      assertThat(aborted.sent).isFalse();
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void aReplyThatDripsIsEndedByTheDeadline() {
    try (RawServer server =
        new RawServer(
            out -> {
              out.write(
                  "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
              CountDownLatch never = new CountDownLatch(1);
              while (!never.await(20, TimeUnit.MILLISECONDS)) {
                out.write('x');
                out.flush();
              }
            })) {
      failure(server.url(), DEADLINE);
    }
    assertThat(trace.timedOut).isTrue();
    assertThat(trace.sent).isTrue();
  }

  @Test
  void aServerThatTakesTheRequestAndSaysNothingIsEndedByTheDeadline() {
    try (RawServer server = new RawServer(out -> new CountDownLatch(1).await())) {
      failure(server.url(), DEADLINE);
      assertThat(server.requests).hasSize(1);
    }
    assertThat(trace.timedOut).isTrue();
    assertThat(trace.sent).isTrue();
    assertThat(trace.answered).isFalse();
  }

  @Test
  void aDeadlineThatHasPassedBeforeSendingSendsNothing() {
    try (RawServer server = RawServer.saying(reply("200 OK", "", "{}"))) {
      failure(server.url(), Duration.ofSeconds(-1));
      assertThat(server.requests).isEmpty();
    }
    assertThat(trace.sent).isFalse();
  }

  @Test
  void aReplyAsLargeAsAllowedIsNotTooLarge() throws IOException {
    try (RawServer server = RawServer.saying(reply("200 OK", "", "x".repeat(CAP)))) {
      call(server.url(), AMPLE);
    }
    assertThat(trace.tooLarge).isFalse();
    assertThat(trace.body).hasSize(CAP);
  }

  @Test
  void aLargerReplyIsCutAtTheCap() throws IOException {
    try (RawServer server = RawServer.saying(reply("200 OK", "", "x".repeat(CAP + 1)))) {
      call(server.url(), AMPLE);
    }
    assertThat(trace.tooLarge).isTrue();
    assertThat(trace.body).hasSize(CAP);
  }

  @Test
  void aReplyWithoutEndIsCutAtTheCapToo() throws IOException {
    byte[] chunk = ("400\r\n" + "x".repeat(1024) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    try (RawServer server =
        new RawServer(
            out -> {
              out.write(
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
              while (!Thread.interrupted()) {
                out.write(chunk);
              }
            })) {
      call(server.url(), AMPLE);
    }
    assertThat(trace.tooLarge).isTrue();
    assertThat(trace.body).hasSize(CAP);
  }

  @Test
  void theCapHoldsForWhatACompressedReplyUnpacksTo() throws IOException {
    byte[] packed = gzip(new byte[100 * CAP]);
    assertThat(packed.length).isLessThan(CAP);
    try (RawServer server =
        new RawServer(
            out -> {
              out.write(
                  "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                      .formatted(packed.length)
                      .getBytes(StandardCharsets.US_ASCII));
              out.write(packed);
            })) {
      call(server.url(), AMPLE);
    }
    assertThat(trace.tooLarge).isTrue();
    assertThat(trace.body).hasSize(CAP);
  }

  @Test
  void aRedirectIsAnAnswerAndIsNotFollowed() throws IOException {
    try (RawServer other = RawServer.saying(reply("200 OK", "", "{}"));
        RawServer server =
            RawServer.saying(reply("302 Found", "Location: " + other.url() + "\r\n", ""))) {
      assertThat(call(server.url(), AMPLE)).isEqualTo(302);
      assertThat(server.requests).hasSize(1);
      assertThat(other.requests).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"503 Service Unavailable", "429 Too Many Requests", "500 Error"})
  void aRefusedCallIsNotRepeatedByTheClient(String status) throws IOException {
    try (RawServer server = RawServer.saying(reply(status, "Retry-After: 0\r\n", "{}"))) {
      assertThat(call(server.url(), AMPLE)).isEqualTo(Integer.parseInt(status.substring(0, 3)));
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void aPasswordThatIsAskedForIsNotLookedFor() throws IOException {
    try (RawServer server =
        RawServer.saying(reply("401 No", "WWW-Authenticate: Basic realm=\"x\"\r\n", "{}"))) {
      assertThat(call(server.url(), AMPLE)).isEqualTo(401);
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void cookiesAreNotSentBack() throws IOException {
    try (RawServer server = RawServer.saying(reply("200 OK", "Set-Cookie: s=1\r\n", "{}"))) {
      call(server.url(), AMPLE);
      call(server.url(), AMPLE);
      assertThat(server.requests).hasSize(2).noneMatch(head -> head.contains("Cookie"));
    }
  }

  @Test
  void aRefusedConnectionHasSentNothing() throws IOException {
    // Bound, but nobody listens: a port that was given back could be the caller's own next one.
    try (Socket taken = new Socket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      failure("http://127.0.0.1:" + taken.getLocalPort(), AMPLE);
    }
    assertThat(trace.sent).isFalse();
    assertThat(trace.answered).isFalse();
    assertThat(trace.timedOut).isFalse();
  }

  @Test
  void aConnectionThatIsCutBeforeTheReplyMayHaveDeliveredTheRequestAndIsNotRepeated() {
    try (RawServer server = RawServer.saying("")) {
      failure(server.url(), AMPLE);
      assertThat(server.requests).hasSize(1);
    }
    assertThat(trace.sent).isTrue();
    assertThat(trace.answered).isFalse();
    assertThat(trace.timedOut).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":1",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{\"a\":1\r\n"
      })
  void aConnectionThatIsCutInsideTheReplyWasAnswered(String beginning) {
    try (RawServer server = RawServer.saying(beginning)) {
      failure(server.url(), AMPLE);
      assertThat(server.requests).hasSize(1);
    }
    assertThat(trace.sent).isTrue();
    assertThat(trace.answered).isTrue();
    assertThat(trace.timedOut).isFalse();
  }

  @Test
  void aConnectionIsUsedAgain() throws IOException {
    try (RawServer server = RawServer.keepingOpen(KEPT.formatted(""))) {
      call(server.url(), AMPLE);
      call(server.url(), AMPLE);
      assertThat(server.requests).hasSize(2);
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void aConnectionIsUsedAgainAfterACompressedReply() throws IOException {
    String packed = new String(gzip("{\"a\":1}".getBytes(StandardCharsets.UTF_8)), ISO_8859_1);
    String head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n";
    try (RawServer server = RawServer.keepingOpen(head.formatted(packed.length()) + packed)) {
      call(server.url(), AMPLE);
      call(server.url(), AMPLE);
      assertThat(trace.body).asString(StandardCharsets.UTF_8).isEqualTo("{\"a\":1}");
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void aConnectionThatTheServerWantsClosedIsNotUsedAgain() throws IOException {
    try (RawServer server = RawServer.keepingOpen(KEPT.formatted("Connection: close\r\n"))) {
      call(server.url(), AMPLE);
      call(server.url(), AMPLE);
      assertThat(server.connections).hasValue(2);
    }
  }

  @Test
  void aConnectionIsUsedAgainForAsLongAsTheServerSays() throws IOException {
    try (RawServer server = RawServer.keepingOpen(KEPT.formatted("Keep-Alive: timeout=1\r\n"))) {
      call(server.url(), AMPLE);
      idle(Duration.ofMillis(1_100));
      call(server.url(), AMPLE);
      assertThat(server.connections).hasValue(2);
    }
  }

  @Test
  void aConnectionThatTheServerClosedWhileIdleIsNeverUsedAgain() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(AT_ONCE);
    try (RawServer server = RawServer.closingIdle(KEPT.formatted(""), Duration.ofMillis(500))) {
      List<Callable<Integer>> posts = nCopies(AT_ONCE, () -> post(server));
      for (int round = 0; round < 10; round++) {
        for (Future<Integer> call : callers.invokeAll(posts)) {
          assertThat(call.get()).isEqualTo(200);
        }
        await().untilAtomic(server.closed, equalTo(server.connections.get()));
      }
      assertThat(server.requests).hasSize(10 * AT_ONCE);
    } finally {
      callers.shutdown();
    }
  }

  private int post(RawServer server) throws IOException {
    CallTrace own =
        new CallTrace(Destination.of(server.url(), Tls.JVM, null), System.nanoTime(), AMPLE);
    HttpPost request = new HttpPost("http://vendor/");
    request.setEntity(new StringEntity("{}", ContentType.APPLICATION_JSON));
    return send(own, request);
  }

  @Test
  void aReplyThatIsTooLargeCostsItsConnection() throws IOException {
    String large = reply("200 OK", "", "x".repeat(CAP + 1)).replace("Connection: close\r\n", "");
    try (RawServer server = RawServer.keepingOpen(large)) {
      call(server.url(), AMPLE);
      call(server.url(), AMPLE);
      assertThat(server.connections).hasValue(2);
    }
  }

  @Test
  void failedCallsLeaveNoConnectionTaken() throws IOException {
    try (RawServer broken = RawServer.saying("");
        RawServer server = RawServer.keepingOpen(KEPT.formatted(""))) {
      for (int n = 0; n < FAILED_CALLS; n++) {
        failure(broken.url(), AMPLE);
      }
      assertThat(call(server.url(), AMPLE)).isEqualTo(200);
      assertThat(
              ((PoolingHttpClientConnectionManager)
                      ReflectionTestUtils.getField(client, "connManager"))
                  .getTotalStats()
                  .getLeased())
          .isZero();
    }
  }

  @Test
  void whatNamesTheCallNeverLeaves() throws IOException {
    try (RawServer server = RawServer.saying(reply("200 OK", "", "{}"))) {
      call(server.url(), AMPLE);
      assertThat(server.requests)
          .singleElement()
          .asString()
          .doesNotContainIgnoringCase(HardenedClient.CALL);
    }
  }

  @Test
  void aRequestThatBelongsToNoCallIsRefusedAndNothingIsSent() {
    try (RawServer server = RawServer.saying(reply("200 OK", "", "{}"))) {
      HttpGet nameless = new HttpGet(server.url());
      HttpGet unknown = new HttpGet(server.url());
      unknown.setHeader(HardenedClient.CALL, "4711");
      for (HttpGet request : List.of(nameless, unknown)) {
        assertThat(catchThrowable(() -> client.execute(request, response -> response.getCode())))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("no call under way");
      }
      assertThat(server.connections).hasValue(0);
    }
  }

  @Test
  void aCallThatHasEndedCanSendNothingMore() throws IOException {
    try (RawServer server = RawServer.saying(reply("200 OK", "", "{}"))) {
      call(server.url(), AMPLE);
      HttpGet again = new HttpGet(server.url());
      again.setHeader(HardenedClient.CALL, trace.number);
      assertThat(catchThrowable(() -> client.execute(again, response -> response.getCode())))
          .isInstanceOf(IOException.class);
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void eachCallGoesWhereItsOwnAccountIsWhateverTheClientWasAskedFor() throws IOException {
    try (RawServer one = RawServer.keepingOpen(KEPT.formatted(""));
        RawServer other = RawServer.keepingOpen(KEPT.formatted(""))) {
      for (int n = 0; n < 2; n++) {
        call(one.url() + "/one", AMPLE);
        call(other.url() + "/other", AMPLE);
      }
      assertThat(one.requests).hasSize(2).allMatch(head -> head.startsWith("GET /one HTTP"));
      assertThat(other.requests).hasSize(2).allMatch(head -> head.startsWith("GET /other HTTP"));
      assertThat(one.connections).hasValue(1);
      assertThat(other.connections).hasValue(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GBK, 充电桩",
    "gb2312, 充电桩镕",
    "ISO-8859-1, Säule",
    "UTF-16, 充电桩",
    "'\"utf-8\"', 充电桩",
    "us-ascii, plain"
  })
  void aReplyIsReadInTheCharsetThatItDeclares(String declared, String name) throws IOException {
    byte[] body = ("{\"name\":\"" + name + "\"}").getBytes(sentAs(declared));
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; Charset=%s\r\nContent-Length: %d\r\n\r\n";
    try (RawServer server =
        RawServer.keepingOpen(
            head.formatted(declared, body.length) + new String(body, ISO_8859_1))) {
      call(server.url(), AMPLE);
    }
    calls.admit(trace);
    assertThat(trace.body)
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("{\"name\":\"" + name + "\"}");
  }

  /** Servers that say GB2312 send letters of GBK too. */
  private static Charset sentAs(String declared) {
    String name = declared.replace("\"", "");
    return Charset.forName(name.equals("gb2312") ? "GBK" : name);
  }

  @Test
  void aReplyInACharsetThatNobodyKnowsStaysAsItIs() throws IOException {
    try (RawServer server =
        RawServer.saying(
            reply("200 OK", "Content-Type: application/json;charset=nobodys\r\n", "{}"))) {
      call(server.url(), AMPLE);
    }
    assertThat(trace.body).asString(StandardCharsets.UTF_8).isEqualTo("{}");
  }

  @Test
  void schemeAndHostMayBeInUpperCase() throws IOException {
    try (RawServer server = RawServer.saying(reply("200 OK", "", "{}"))) {
      assertThat(call("HTTP://LOCALHOST:" + server.port() + "/A", AMPLE)).isEqualTo(200);
      assertThat(server.requests)
          .singleElement()
          .asString()
          .startsWith("GET /A HTTP/1.1\n")
          .containsIgnoringCase("Host: localhost:" + server.port());
    }
  }

  /** Nothing happens meanwhile: only the clock is waited for. */
  private static void idle(Duration time) {
    long start = System.nanoTime();
    await().until(() -> System.nanoTime() - start > time.toNanos());
  }
}
