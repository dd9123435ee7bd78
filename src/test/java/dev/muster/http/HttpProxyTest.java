package dev.muster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.muster.support.RawServer;
import dev.muster.support.TestCertificate;
import dev.muster.support.TestProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that go through a proxy, with a tunnel for https and without one for http. */
@Timeout(60)
class HttpProxyTest {
  private static final String KEPT = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofMillis(200);

  /** As it stands in the header for user {@code ann} and password {@code p@ss:w/ord}. */
  private static final String BASIC = "Proxy-Authorization: Basic YW5uOnBAc3M6dy9vcmQ=";

  private static SSLContext common;

  private final CallsUnderWay calls = new CallsUnderWay();
  private final CloseableHttpClient client = client();
  private SSLContext tls = common;
  private CallTrace trace;

  @BeforeAll
  static void certificate(@TempDir Path folder) {
    TestCertificate vendor = new TestCertificate(folder.resolve("store.p12"), "dns:vendor.example");
    common = vendor.trusting(vendor);
  }

  private CloseableHttpClient client() {
    HttpClientBuilder builder = HttpClientBuilder.create();
    new HardenedClient(AMPLE, AMPLE, 1_000, calls).configure(builder);
    return builder.build();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
  }

  private int post(String url, String proxy, Duration deadline) throws IOException {
    Destination vendor = Destination.of(url, new Tls(tls, null), HttpProxy.of(proxy));
    trace = new CallTrace(vendor, System.nanoTime(), deadline);
    trace.target = "/v1/x?a=1";
    HttpPost request = new HttpPost("http://vendor/");
    request.setEntity(new StringEntity("{}", ContentType.APPLICATION_JSON));
    request.setHeader(HardenedClient.CALL, calls.begin(trace));
    try {
      return client.execute(request, response -> response.getCode());
    } finally {
      calls.end(trace);
    }
  }

  private static String withUser(TestProxy proxy) {
    return "http://ann:p%40ss:w%2Ford@" + proxy.address();
  }

  @Test
  void plainHttpIsForwardedAndOnlyTheProxySeesItsPassword() throws IOException {
    try (RawServer vendor = RawServer.keepingOpen(KEPT);
        TestProxy proxy = new TestProxy(vendor.port())) {
      for (int n = 0; n < 2; n++) {
        assertThat(post("HTTP://A_vendor.Example/edge", withUser(proxy), AMPLE)).isEqualTo(200);
      }

      assertThat(proxy.requests)
          .hasSize(2)
          .allMatch(
              head ->
                  head.toLowerCase(Locale.ROOT)
                      .startsWith("post http://a_vendor.example:80/edge/v1/x?a=1 http/1.1\r\n"))
          .allMatch(head -> head.contains(BASIC));
      assertThat(vendor.requests)
          .hasSize(2)
          .allMatch(head -> head.startsWith("POST /edge/v1/x?a=1 HTTP/1.1\n"))
          .allMatch(head -> head.contains("Host: A_vendor.Example\n"))
          .noneMatch(head -> head.contains("Authorization"));
      assertThat(vendor.bodies).containsOnly("{}");
      assertThat(vendor.connections).as("kept").hasValue(1);
    }
  }

  @Test
  void httpsGoesThroughATunnelInWhichTheVendorsOwnCertificateCounts() throws IOException {
    try (RawServer vendor = RawServer.keepingOpen(tls, KEPT);
        TestProxy proxy = new TestProxy(vendor.port())) {
      for (int n = 0; n < 2; n++) {
        assertThat(post("https://vendor.example", withUser(proxy), AMPLE)).isEqualTo(200);
      }
      assertThat(catchThrowable(() -> post("https://other.example", proxy.address(), AMPLE)))
          .hasMessageContaining("other.example");

      assertThat(trace.sent).isFalse();
      assertThat(proxy.requests)
          .satisfiesExactly(
              kept ->
                  assertThat(kept)
                      .startsWith("CONNECT vendor.example:443 HTTP/1.1\r\n")
                      .contains("Host: vendor.example:443\r\n", BASIC),
              wrong -> assertThat(wrong).startsWith("CONNECT other.example:443 HTTP/1.1\r\n"));
      assertThat(vendor.requests)
          .hasSize(2)
          .allMatch(head -> head.startsWith("POST /v1/x?a=1 HTTP/1.1\n"))
          .noneMatch(head -> head.contains("Authorization"));
    }
  }

  @Test
  void anUnderscoreInTheNameOfAnHttpsHostIsAllowed(@TempDir Path folder) throws IOException {
    TestCertificate wildcard =
        new TestCertificate(folder.resolve("store.p12"), "dns:*.vendor.example");
    tls = wildcard.trusting(wildcard);
    try (RawServer vendor = RawServer.keepingOpen(tls, KEPT);
        TestProxy proxy = new TestProxy(vendor.port())) {
      assertThat(post("https://a_b.vendor.example", proxy.address(), AMPLE)).isEqualTo(200);
      assertThat(catchThrowable(() -> post("https://a_b.example", proxy.address(), AMPLE)))
          .isInstanceOf(SSLException.class);
      assertThat(trace.sent).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://vendor.example", "https://vendor.example"})
  void aProxyThatWantsAPasswordHasKeptTheCallFromTheVendor(String url) {
    try (RawServer vendor = RawServer.keepingOpen(KEPT);
        TestProxy proxy = new TestProxy(vendor.port())) {
      proxy.refusal = "407 Proxy Authentication Required";

      assertThatThrownBy(() -> post(url, "ann:secret@" + proxy.address(), AMPLE))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "the proxy %s refused it with HTTP 407: put the right user and password into the proxy's address",
              proxy.address());
      assertThat(trace.sent).isFalse();
      assertThat(vendor.requests).isEmpty();
    }
  }

  @Test
  void aTunnelThatIsRefusedHasSentNothing() {
    try (RawServer vendor = RawServer.keepingOpen(KEPT);
        TestProxy proxy = new TestProxy(vendor.port())) {
      proxy.refusal = "403 Forbidden";

      assertThatThrownBy(() -> post("https://vendor.example", proxy.address(), AMPLE))
          .hasMessageContaining("the proxy " + proxy.address() + " refused it with HTTP 403");
      assertThat(trace.sent).isFalse();
    }
  }

  @Test
  void aTunnelThatStandsTooLateSendsNothing() throws IOException {
    try (RawServer vendor = RawServer.keepingOpen(tls, KEPT);
        TestProxy proxy = new TestProxy(vendor.port())) {
      // A quarter of the deadline before its end, from where nothing leaves any more.
      Duration deadline = Duration.ofSeconds(4);
      proxy.beforeConnect =
          () -> await().until(() -> trace.left() < deadline.dividedBy(4).toNanos());

      assertThatThrownBy(() -> post("https://vendor.example", proxy.address(), deadline))
          .isInstanceOf(DeadlinePassed.class);
      assertThat(trace.sent).isFalse();
      assertThat(vendor.requests).isEmpty();
    }
  }

  @Test
  void aTunnelThatNeverStandsIsEndedByTheDeadline() {
    try (RawServer vendor = RawServer.keepingOpen(KEPT);
        TestProxy proxy = new TestProxy(vendor.port())) {
      proxy.beforeConnect = () -> new CountDownLatch(1).await();

      assertThatThrownBy(
              () -> post("https://vendor.example", proxy.address(), Duration.ofMillis(500)))
          .isInstanceOf(IOException.class);
      assertThat(trace.timedOut).isTrue();
      assertThat(trace.sent).isFalse();
    }
  }

  @Test
  void anIdleTunnelThatWasClosedIsNotUsedAgain() throws IOException {
    try (RawServer vendor = RawServer.closingIdle(tls, KEPT, IDLE);
        TestProxy proxy = new TestProxy(vendor.port())) {
      for (int n = 0; n < 3; n++) {
        assertThat(post("https://vendor.example", proxy.address(), AMPLE)).isEqualTo(200);
        await().untilAtomic(vendor.closed, equalTo(vendor.connections.get()));
        await().until(() -> proxy.isIdle());
      }
      assertThat(vendor.requests).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://secret@h:1",
        "https://secret:x@h:1",
        "http://secret:%zz@h:1",
        "h:99999",
        "a b",
        ""
      })
  void whatIsNoAddressOfAProxyIsRefusedWithoutShowingIt(String address) {
    assertThatThrownBy(() -> HttpProxy.of(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("is not the address of an HTTP proxy: put http://host:port there");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://a:b@proxy.example:80/", "proxy.example", "HTTP://proxy.example"})
  void anAddressNeedsNoMoreThanAHost(String address) {
    assertThat(HttpProxy.of(address)).hasToString("proxy.example:80");
  }
}
