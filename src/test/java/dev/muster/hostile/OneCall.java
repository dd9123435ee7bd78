package dev.muster.hostile;

import dev.muster.http.CallTrace;
import dev.muster.http.CallsUnderWay;
import dev.muster.http.Destination;
import dev.muster.http.HardenedClient;
import dev.muster.http.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/** The client that calls vendors, by itself. */
final class OneCall implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int MOST_BYTES = 262_144;

  private final CallsUnderWay calls = new CallsUnderWay();
  private final CloseableHttpClient client;
  CallTrace trace;

  OneCall() {
    HttpClientBuilder builder = HttpClientBuilder.create();
    new HardenedClient(Duration.ofSeconds(2), DEADLINE, MOST_BYTES, calls).configure(builder);
    client = builder.build();
  }

  /** The reply's body. */
  String to(String url) throws IOException {
    return to(url, Tls.JVM);
  }

  /** The reply's body. */
  String to(String url, Tls tls) throws IOException {
    trace = new CallTrace(Destination.of(url, tls, null), System.nanoTime(), DEADLINE);
    HttpGet request = new HttpGet("http://vendor/");
    request.setHeader(HardenedClient.CALL, calls.begin(trace));
    try {
      client.execute(request, response -> response.getCode());
      return new String(trace.body, StandardCharsets.UTF_8);
    } finally {
      calls.end(trace);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
