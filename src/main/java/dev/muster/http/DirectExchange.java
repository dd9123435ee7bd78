package dev.muster.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.ConnectionShutdownException;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.protocol.RequestClientConnControl;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.DefaultHttpProcessor;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.http.protocol.RequestUserAgent;

/**
 * One request and its reply's head on a connection of the pool. It stands before HttpClient's own
 * elements and takes their place: what they do beyond this, for logins, cookies and upgrades, no
 * vendor's call needs, and they prepare it for each: without it a call takes twice the processor
 * time (89 instead of 42 us).
 *
 * <p>The connection is that of the call's own destination, whatever the client was asked for. So
 * all accounts share one client, and none waits for another's connections.
 */
final class DirectExchange implements ExecChainHandler {
  /** HTTP status with which a proxy asks for user and password. */
  static final int LOGIN_AT_PROXY = 407;

  private static final String TRACE = "muster.trace";

  private final HttpProcessor headers;

  DirectExchange(String userAgent) {
    headers =
        new DefaultHttpProcessor(
            new RequestTargetHost(),
            new RequestContent(),
            new RequestClientConnControl(),
            new RequestUserAgent(userAgent));
  }

  /** Says which call a context belongs to. */
  static void direct(HttpClientContext context, CallTrace trace) {
    context.setAttribute(TRACE, trace);
  }

  /** The call that a context belongs to. */
  static CallTrace trace(HttpContext context) {
    return (CallTrace) context.getAttribute(TRACE);
  }

  /** Leaves the connection to the caller, who releases it once the body is read, or discards it. */
  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    HttpClientContext context = scope.clientContext;
    Destination destination = trace(context).destination;
    context.setRoute(destination.route());
    headers.process(request, request.getEntity(), context);
    if (destination.isForwarded()) {
      destination.proxy().authorise(request);
    }
    try {
      ClassicHttpResponse response = onLivingConnection(request, scope);
      if (destination.isForwarded() && response.getCode() == LOGIN_AT_PROXY) {
        trace(context).keptByProxy();
        throw new ProxyRefusal(destination.proxy(), LOGIN_AT_PROXY);
      }
      keepOrClose(scope.execRuntime, request, response, context);
      return response;
    } catch (ConnectionShutdownException closed) {
      // Another thread closed the pool or this connection: no misuse, as its type would have it.
      throw new InterruptedIOException("the connection has been closed");
    }
  }

  /** Ends at the latest with a new connection, which is never looked at. */
  private static ClassicHttpResponse onLivingConnection(
      ClassicHttpRequest request, ExecChain.Scope scope) throws IOException, HttpException {
    ExecRuntime connection = scope.execRuntime;
    while (true) {
      connect(scope);
      try {
        return connection.execute(scope.exchangeId, request, scope.clientContext);
      } catch (ConnectionGone idle) {
        connection.discardEndpoint();
      }
    }
  }

  private static void connect(ExecChain.Scope scope) throws IOException, HttpException {
    ExecRuntime connection = scope.execRuntime;
    HttpClientContext context = scope.clientContext;
    CallTrace trace = trace(context);
    Destination destination = trace.destination;
    connection.acquireEndpoint(scope.exchangeId, destination.route(), destination.tls(), context);
    trace.reused = connection.isEndpointConnected();
    if (!trace.reused) {
      connection.connectEndpoint(context);
      if (destination.route().isTunnelled()) {
        tunnel(scope, destination);
      }
    }
  }

  /** Nothing of the call is in it: it may take as long as the deadline allows. */
  private static void tunnel(ExecChain.Scope scope, Destination destination)
      throws IOException, HttpException {
    HttpHost vendor = destination.route().getTargetHost();
    ClassicHttpRequest connect =
        new BasicClassicHttpRequest(Method.CONNECT, vendor, vendor.toHostString());
    connect.setHeader(HttpHeaders.HOST, vendor.toHostString());
    destination.proxy().authorise(connect);
    trace(scope.clientContext).tunnelling = true;
    ClassicHttpResponse response =
        scope.execRuntime.execute(scope.exchangeId, connect, scope.clientContext);
    if (response.getCode() / 100 != 2) {
      throw new ProxyRefusal(destination.proxy(), response.getCode());
    }
    if (ReplyHeads.isFollowed(response)) {
      throw new IOException("the proxy sent more than its answer");
    }
    scope.execRuntime.upgradeTls(scope.clientContext);
  }

  private static void keepOrClose(
      ExecRuntime connection,
      ClassicHttpRequest request,
      ClassicHttpResponse response,
      HttpClientContext context) {
    if (DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context)) {
      connection.markConnectionReusable(
          trace(context).destination.tls(),
          DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context));
    } else {
      connection.markConnectionNonReusable();
    }
  }
}
