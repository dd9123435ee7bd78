package dev.muster.camel;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
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
 * cap on the reply, also on one that was compressed; and a record of how far the call came, by
 * which a failure is told apart from an unknown outcome.
 */
final class VendorHttpClient implements HttpClientConfigurer {
  /** An idle connection may have been dropped by a firewall on the way without a word. */
  private static final TimeValue CHECK_IDLE_AFTER = TimeValue.ofSeconds(2);

  private static final TimeValue CLOSE_IDLE_AFTER = TimeValue.ofSeconds(50);

  private static final String USER_AGENT = "muster";

  private static final ScheduledExecutorService WATCH = watch();

  private final int connections;
  private final Duration connectTimeout;
  private final Duration callDeadline;
  private final int maxReplyBytes;
  private final SSLContext tls;

  /**
   * @param connections kept at most, one per caller
   * @param callDeadline the longest that any single wait of the client may last; the deadline
   *     itself comes with each call
   * @param tls null for the JVM's own trust
   */
  VendorHttpClient(
      int connections,
      Duration connectTimeout,
      Duration callDeadline,
      int maxReplyBytes,
      SSLContext tls) {
    this.connections = connections;
    this.connectTimeout = connectTimeout;
    this.callDeadline = callDeadline;
    this.maxReplyBytes = maxReplyBytes;
    this.tls = tls;
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

  @Override
  public void configureHttpClient(HttpClientBuilder client) {
    client
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching();
    client.setConnectionManager(connectionManager()).evictIdleConnections(CLOSE_IDLE_AFTER);
    client.setUserAgent(USER_AGENT);
    client.setDefaultRequestConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.of(callDeadline))
            .setResponseTimeout(Timeout.of(callDeadline))
            .build());
    client.addExecInterceptorFirst("reply", this::receive);
    client.addExecInterceptorBefore(
        ChainElement.PROTOCOL.name(), "direct", new DirectExchange(USER_AGENT));
    client.addExecInterceptorBefore(
        ChainElement.MAIN_TRANSPORT.name(), "deadline", VendorHttpClient::send);
  }

  private PoolingHttpClientConnectionManager connectionManager() {
    PoolingHttpClientConnectionManagerBuilder builder =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnPerRoute(connections)
            .setMaxConnTotal(connections)
            .setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(connectTimeout))
                    .setSocketTimeout(Timeout.of(callDeadline))
                    .setValidateAfterInactivity(CHECK_IDLE_AFTER)
                    .build());
    if (tls != null) {
      builder.setTlsSocketStrategy(new DefaultClientTlsStrategy(tls));
    }
    return builder.build();
  }

  /** Outermost: reads the whole reply, decompressed, within deadline and cap. */
  private ClassicHttpResponse receive(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    CallTrace trace = CallTrace.current();
    ScheduledFuture<?> watch =
        WATCH.schedule(() -> abort(trace, scope), Math.max(trace.left(), 0), TimeUnit.NANOSECONDS);
    trace.connection(scope.execRuntime::discardEndpoint);
    try {
      request.setPath(path(request, trace));
      ClassicHttpResponse response = chain.proceed(request, scope);
      trace.answeredNanos = System.nanoTime();
      trace.answered = true;
      Header retryAfter = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
      trace.retryAfter = retryAfter == null ? null : retryAfter.getValue();
      readBody(response, trace);
      response.setEntity(null);
      if (!trace.tooLarge) {
        scope.execRuntime.releaseEndpoint();
      }
      return response;
    } finally {
      // Closes what was not released, such as the connection of a reply that is too large: to use
      // it again the rest would have to be read, which the cap forbids.
      scope.execRuntime.discardEndpoint();
      trace.connection(null);
      watch.cancel(false);
    }
  }

  private static String path(ClassicHttpRequest request, CallTrace trace) {
    String prefix = request.getPath();
    if (trace.target == null) {
      return prefix;
    }
    return prefix.equals("/") ? trace.target : prefix + trace.target;
  }

  private void readBody(ClassicHttpResponse response, CallTrace trace) throws IOException {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      trace.body = new byte[0];
      return;
    }
    InputStream content = entity.getContent();
    trace.body = content.readNBytes(maxReplyBytes);
    trace.tooLarge = trace.body.length == maxReplyBytes && content.read() >= 0;
    if (!trace.tooLarge) {
      content.close();
    }
  }

  /**
   * By a proxy: the last look at the clock before the first byte leaves, as for a direct exchange.
   */
  private static ClassicHttpResponse send(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    CallTrace.current().leaveOrFail();
    return chain.proceed(request, scope);
  }

  private static void abort(CallTrace trace, ExecChain.Scope scope) {
    trace.timedOut = true;
    scope.execRuntime.discardEndpoint();
  }
}
