package dev.muster.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.muster.http.CallTrace;
import dev.muster.http.CallsUnderWay;
import dev.muster.http.Destination;
import dev.muster.http.Errand;
import dev.muster.http.HardenedClient;
import dev.muster.http.Tls;
import dev.muster.support.RawServer;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Request;
import dev.muster.vendor.Vendor;
import dev.muster.work.Failing;
import dev.muster.work.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the shared way out puts on the wire, byte for byte, and what it takes off it. */
@Timeout(60)
class VendorHttpRouteTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}";

  private static final Task TASK =
      new Task(
          Task.Kind.PULL,
          1L,
          1,
          "plain",
          "device",
          "device",
          "k",
          null,
          null,
          0,
          false,
          null,
          null,
          false,
          0,
          null,
          TEN_SECONDS,
          Instant.EPOCH,
          System.nanoTime(),
          Failing.NOT,
          null);

  private final CallsUnderWay calls = new CallsUnderWay();
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final RawServer server = RawServer.keepingOpen(OK);

  @BeforeEach
  void start() throws Exception {
    context.getRegistry().bind("sign-call", new SignCall(calls));
    context.getRegistry().bind("receive-reply", new ReceiveReply(calls));
    HardenedClient client = new HardenedClient(TEN_SECONDS, TEN_SECONDS, 1_000, calls);
    HttpClientConfigurer configurer = client::configure;
    context.getRegistry().bind("vendor-http-client", configurer);
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            ResourceHelper.resolveMandatoryResource(context, "classpath:routes/vendor-http.yaml"));
    context.start();
  }

  @AfterEach
  void stop() throws IOException {
    context.close();
    server.close();
  }

  private Errand send(String prefix, Request request) {
    Account known = new Account("stubs", "stub", server.url() + prefix, Map.of(), Map.of());
    CallTrace trace =
        new CallTrace(
            Destination.of(known.baseUrl(), Tls.JVM, null), System.nanoTime(), TEN_SECONDS);
    Errand errand = new Errand(TASK, known, new Stub(request), trace);
    errand.callName = "get";
    Exchange exchange = new DefaultExchange(context);
    ErrandVariable.set(exchange, errand);
    exchange.setVariable(SignCall.PATH, "/unused");
    try {
      context.createProducerTemplate().send("direct:vendor-http", exchange);
    } finally {
      calls.end(trace);
    }
    assertThat(exchange.getException()).isNull();
    assertThat(exchange.getMessage().getHeaders()).isEmpty();
    assertThat(exchange.getMessage().getBody(String.class)).isEqualTo("{}");
    return errand;
  }

  private String head() {
    return server.requests.get(0).replace(server.url().substring("http://".length()), "HOST");
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Signature", "a/b+c==");
    headers.put("Authorization", "Bearer t");
    return headers;
  }

  @Test
  void aReadIsSentAsItWasSigned() {
    send("", new Request("GET", "/v1/a%2Fb", "sn=%22x%20y%22&t=~1", headers(), null, null));

    assertThat(head())
        .isEqualTo(
            """
            GET /v1/a%2Fb?sn=%22x%20y%22&t=~1 HTTP/1.1
            Authorization: Bearer t
            X-Signature: a/b+c==
            Accept-Encoding: gzip, x-gzip, deflate
            Host: HOST
            Connection: keep-alive
            User-Agent: muster
            """);
  }

  @Test
  void aWriteIsSentAsItWasSigned() {
    byte[] body = "{\"a\":\"ä\"}".getBytes(StandardCharsets.UTF_8);
    send("/some/prefix", new Request("POST", "/v1/x", "q=1", headers(), "application/json", body));

    assertThat(head())
        .isEqualTo(
            """
            POST /some/prefix/v1/x?q=1 HTTP/1.1
            Authorization: Bearer t
            X-Signature: a/b+c==
            Accept-Encoding: gzip, x-gzip, deflate
            Host: HOST
            Content-Length: 10
            Content-Type: application/json
            Connection: keep-alive
            User-Agent: muster
            """);
    assertThat(server.bodies.get(0).getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(body);
  }

  @Test
  void aWriteWithoutABodySaysSo() {
    send("/some/prefix", new Request("POST", "/v1/x", null, Map.of(), null, null));

    assertThat(head())
        .isEqualTo(
            """
            POST /some/prefix/v1/x HTTP/1.1
            Accept-Encoding: gzip, x-gzip, deflate
            Host: HOST
            Content-Length: 0
            Connection: keep-alive
            User-Agent: muster
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a b", "/a\r\nX: y", "/ä", "/a\u007F"})
  void whatIsNotEncodedMakesNoRequest(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Request("GET", text, null, Map.of(), null, null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Request("GET", "/", text, Map.of(), null, null));
  }

  @Test
  void otherMethodsAreSentToo() {
    byte[] body = "a=1".getBytes(StandardCharsets.UTF_8);
    send("", new Request("PUT", "/v1/x", null, Map.of(), "text/plain", body));
    send("", new Request("DELETE", "/v1/x", null, Map.of(), null, null));

    assertThat(server.requests)
        .satisfiesExactly(
            put -> assertThat(put).startsWith("PUT /v1/x HTTP/1.1\n"),
            delete -> assertThat(delete).startsWith("DELETE /v1/x HTTP/1.1\n"));
  }

  @Test
  void ofTheReplyTheStatusAndWhenToComeAgainAreKept() {
    Errand errand = send("", new Request("GET", "/", null, Map.of(), null, null));

    assertThat(errand.status).isEqualTo(200);
    assertThat(errand.retryAfter).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void twoAccountsShareTheClientAndEachIsSentToItsOwnAddress() throws IOException {
    try (RawServer other = RawServer.keepingOpen(OK)) {
      Request request = new Request("GET", "/v1/x", null, Map.of(), null, null);
      send("/one", request);
      send("/two", request);
      Account elsewhere = new Account("other", "stub", other.url(), Map.of(), Map.of());
      CallTrace trace =
          new CallTrace(
              Destination.of(elsewhere.baseUrl(), Tls.JVM, null), System.nanoTime(), TEN_SECONDS);
      Errand errand = new Errand(TASK, elsewhere, new Stub(request), trace);
      Exchange exchange = new DefaultExchange(context);
      ErrandVariable.set(exchange, errand);
      context.createProducerTemplate().send("direct:vendor-http", exchange);
      calls.end(trace);

      assertThat(server.requests)
          .satisfiesExactly(
              one -> assertThat(one).startsWith("GET /one/v1/x HTTP/1.1\n"),
              two -> assertThat(two).startsWith("GET /two/v1/x HTTP/1.1\n"));
      assertThat(server.connections).hasValue(1);
      assertThat(other.requests)
          .singleElement()
          .asString()
          .startsWith("GET /v1/x HTTP/1.1\n")
          .contains("Host: " + other.url().substring("http://".length()))
          .doesNotContainIgnoringCase(HardenedClient.CALL);
    }
  }

  /** Signs nothing. */
  private record Stub(Request request) implements Vendor {
    @Override
    public String name() {
      return "stub";
    }

    @Override
    public Map<String, String> resources() {
      return Map.of("device", "get");
    }

    @Override
    public List<String> problems(Account account) {
      return List.of();
    }

    @Override
    public String quota(Account account, String egress) {
      return account.name();
    }

    @Override
    public String quotaScope() {
      return "account";
    }

    @Override
    public Request request(Call call) {
      return request;
    }

    @Override
    public Reading read(Call call, Reply http) {
      throw new UnsupportedOperationException();
    }
  }
}
