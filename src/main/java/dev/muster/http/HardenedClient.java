package dev.muster.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Hardens camel-http in one place: no retries, redirects or cookies of its own; a deadline over the
 * whole call, which camel-http does not have (a reply that drips would hold a thread for ever); a
 * cap on the reply's head and body, also on one that was compressed; and a record of how far the
 * call came, by which a failure is told apart from an unknown outcome.
 */
public final class HardenedClient {
  /**
   * Names the call that a request belongs to. It is taken out before anything is sent; a request
   * without it is refused.
   */
  public static final String CALL = "Muster-Call";

  private static final TimeValue CLOSE_IDLE_AFTER = TimeValue.ofSeconds(50);

  private static final String USER_AGENT = "muster";

  private static final ScheduledExecutorService WATCH = watch();

  /** No bound here: the calls at once are bounded where they begin. */
  private static final int MOST_CONNECTIONS = 1 << 20;

  /**
   * A page of a list may be so many times as large as another reply: 16 kB for each of 250 devices.
   */
  private static final int PAGE = 16;

  private final Duration connectTimeout;
  private final Duration longestDeadline;
  private final int maxReplyBytes;
  private final CallsUnderWay calls;

  /**
   * @param longestDeadline the longest that a call waits for a connection of the pool; the deadline
   *     itself comes with each call
   */
  public HardenedClient(
      Duration connectTimeout, Duration longestDeadline, int maxReplyBytes, CallsUnderWay calls) {
    this.connectTimeout = connectTimeout;
    this.longestDeadline = longestDeadline;
    this.maxReplyBytes = maxReplyBytes;
    this.calls = calls;
  }

  private static ScheduledExecutorService watch() {
    ScheduledThreadPoolExecutor watch =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "call-deadlines");
              thread.setDaemon(true);
              return thread;
            });
    // Else each call that has ended stays until its deadline, with its reply: at thousands a second
    // most of the heap.
    watch.setRemoveOnCancelPolicy(true);
    return watch;
  }

  /** Sets everything at the builder. */
  public void configure(HttpClientBuilder client) {
    client
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching();
    client.setConnectionManager(connectionManager()).evictIdleConnections(CLOSE_IDLE_AFTER);
    client.setUserAgent(USER_AGENT).setRequestExecutor(new LastLook());
    client.setDefaultRequestConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.of(longestDeadline))
            .setResponseTimeout(Timeout.DISABLED) // the watch ends each call
            .build());
    client.addExecInterceptorFirst("reply", this::receive);
    client.addExecInterceptorBefore(
        ChainElement.PROTOCOL.name(), "direct", new DirectExchange(USER_AGENT));
  }

  private PoolingHttpClientConnectionManager connectionManager() {
    return new ChannelConnections()
        .setConnectionFactory(ReplyHeads.connections())
        .setMaxConnPerRoute(MOST_CONNECTIONS)
        .setMaxConnTotal(MOST_CONNECTIONS)
        .setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build())
        .setDefaultConnectionConfig(
            ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(connectTimeout))
                // Never while a call is under way, which the watch ends: on a channel each read
                // would cost
                // four system calls more.
                .setSocketTimeout(Timeout.DISABLED)
                .setValidateAfterInactivity(TimeValue.NEG_ONE_MILLISECOND) // LastLook does
                .build())
        .setTlsSocketStrategy(new AccountTls())
        .build();
  }

  /** Outermost: reads the whole reply, decompressed, within deadline and cap. */
  private ClassicHttpResponse receive(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    CallTrace trace = calls.of(request.getFirstHeader(CALL));
    request.removeHeaders(CALL);
    DirectExchange.direct(scope.clientContext, trace);
    ScheduledFuture<?> watch =
        WATCH.schedule(() -> abort(trace, scope), Math.max(trace.left(), 0), TimeUnit.NANOSECONDS);
    trace.connection(scope.execRuntime::discardEndpoint);
    try {
      request.setScheme(trace.destination.route().getTargetHost().getSchemeName());
      request.setAuthority(trace.destination.authority());
      request.setPath(path(trace));
      ClassicHttpResponse response = chain.proceed(request, scope);
      trace.answeredNanos = System.nanoTime();
      trace.answered = true;
      trace.retryAfter = header(response, HttpHeaders.RETRY_AFTER);
      trace.date = header(response, HttpHeaders.DATE);
      trace.location = header(response, HttpHeaders.LOCATION);
      readBody(response, trace);
      response.setEntity(null);
      if (!trace.tooLarge && !ReplyHeads.isFollowed(response)) {
        scope.execRuntime.releaseEndpoint();
      }
      return response;
    } finally {
      // Closes what was not released, such as the connection of a reply that is too large, or that
      // another follows: to use it again the rest would have to be read, which the cap forbids.
      scope.execRuntime.discardEndpoint();
      trace.connection(null);
      watch.cancel(false);
    }
  }

  private static String header(ClassicHttpResponse response, String name) {
    Header header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  private static String path(CallTrace trace) {
    String path = trace.destination.prefix() + (trace.target == null ? "" : trace.target);
    String rooted = path.startsWith("/") ? path : "/" + path;
    return trace.destination.isForwarded()
        ? trace.destination.route().getTargetHost().toURI() + rooted
        : rooted;
  }

  private void readBody(ClassicHttpResponse response, CallTrace trace) throws IOException {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      trace.body = new byte[0];
      return;
    }
    InputStream content = entity.getContent();
    int most = trace.listing ? (int) Math.min(PAGE * (long) maxReplyBytes, 1 << 30) : maxReplyBytes;
    trace.body = calls.read(content, entity.getContentLength(), most, trace);
    trace.tooLarge = trace.body.length == most && content.read() >= 0;
    if (!trace.tooLarge) {
      content.close();
    }
    trace.contentType = entity.getContentType();
  }

  private static void abort(CallTrace trace, ExecChain.Scope scope) {
    trace.timedOut = true;
    scope.execRuntime.discardEndpoint();
  }
}
