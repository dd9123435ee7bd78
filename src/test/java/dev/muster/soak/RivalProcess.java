package dev.muster.soak;

import com.zaxxer.hikari.HikariDataSource;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BlockingBucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * The main class of a process that calls the vendor as often as a {@link Rival} lets it, from as
 * many threads as Muster has workers.
 */
final class RivalProcess {
  static final String DEVICE = "device-0";

  private static final int THREADS = 32;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int requests;
  private final Duration window;
  private final HttpRequest call;

  /** Calls once, when the limit allows it. */
  private interface Limited {
    void call() throws Exception;
  }

  private RivalProcess(int requests, Duration window, URI vendor) {
    this.requests = requests;
    this.window = window;
    this.call =
        HttpRequest.newBuilder(URI.create(vendor + "/deviceStatus"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("token=lvcc1-token&deviceId=" + DEVICE))
            .build();
  }

  /**
   * @param args the rival's name, calls per window, the window in milliseconds, the vendor's base
   *     URL, and the database's URL, user and password
   */
  public static void main(String[] args) throws Exception {
    RivalProcess process =
        new RivalProcess(
            Integer.parseInt(args[1]),
            Duration.ofMillis(Long.parseLong(args[2])),
            URI.create(args[3]));
    Limited limited =
        switch (Rival.valueOf(args[0])) {
          case CAMEL_THROTTLE, CAMEL_THROTTLE_DIVIDED -> process.throttle();
          case BUCKET4J_GREEDY -> process.bucket(false, args[4], args[5], args[6]);
          case BUCKET4J_INTERVALLY -> process.bucket(true, args[4], args[5], args[6]);
        };
    for (int n = 0; n < THREADS; n++) {
      Thread caller = new Thread(() -> loop(limited), "caller-" + n);
      caller.setDaemon(true);
      caller.start();
    }
    // Ends with whoever started it.
    var unused = System.in.read();
  }

  private static void loop(Limited limited) {
    while (true) {
      try {
        limited.call();
      } catch (Exception e) {
        System.out.println(e);
      }
    }
  }

  private void send() throws IOException, InterruptedException {
    var unused = HTTP.send(call, BodyHandlers.discarding());
  }

  // Open until the process is killed.
  @SuppressWarnings("resource")
  private Limited throttle() throws Exception {
    CamelContext camel = new DefaultCamelContext();
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:call")
                .throttle(constant(requests))
                .timePeriodMillis(window.toMillis())
                .mode("TotalRequests")
                .process(exchange -> send());
          }
        });
    camel.start();
    ProducerTemplate template = camel.createProducerTemplate();
    return () -> template.sendBody("direct:call", "");
  }

  // Open until the process is killed.
  @SuppressWarnings("resource")
  private Limited bucket(boolean intervally, String url, String user, String password) {
    HikariDataSource database = new HikariDataSource();
    database.setJdbcUrl(url);
    database.setUsername(user);
    database.setPassword(password);
    Bandwidth limit =
        intervally
            ? Bandwidth.builder().capacity(requests).refillIntervally(requests, window).build()
            : Bandwidth.builder().capacity(requests).refillGreedy(requests, window).build();
    BucketConfiguration configuration = BucketConfiguration.builder().addLimit(limit).build();
    BlockingBucket bucket =
        Bucket4jPostgreSQL.selectForUpdateBasedBuilder(database)
            .build()
            .builder()
            .build(1L, () -> configuration)
            .asBlocking();
    return () -> {
      bucket.consume(1);
      send();
    };
  }
}
