package dev.muster.hostile;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * In the vendors' place: answers a call about a device with a mutation of the vendor's sample, the
 * same one for the same key, and hands all other calls on to the simulator. What the simulator says
 * can be changed too.
 */
final class MutatingVendor implements AutoCloseable {
  /** Keys of devices; the number decides what becomes of the reply. */
  static final String KEY = "fuzz-";

  private static final Pattern ASKED_FOR = Pattern.compile(KEY + "(\\d+)");
  private static final int THREADS = 32;

  /** Every hundredth reply comes with one of these instead of 200. */
  private static final List<Integer> STATUSES = List.of(201, 204, 301, 400, 404, 418, 500, 503);

  private static final int ODD_STATUS = 100;

  /** Every second reply, where those of the simulator are changed: the others keep it going. */
  private static final int CHANGED = 2;

  private final Map<String, String> samples;
  private final String simulator;
  private final HttpServer server;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  final AtomicLong answered = new AtomicLong();

  /** Whether the simulator's replies are changed too: tokens, pages of lists, allocations. */
  volatile boolean changesAll;

  /**
   * @param samples by the first part of a path, such as {@code /enos}; in them {@code KEY} stands
   *     for the device that was asked for
   * @param port the simulator's
   */
  MutatingVendor(Map<String, String> samples, int port) {
    this.samples = samples;
    this.simulator = "http://127.0.0.1:" + port;
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), THREADS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url(String vendor) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + vendor;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String uri = exchange.getRequestURI().toString();
      Matcher key = ASKED_FOR.matcher(uri + "\n" + new String(body, StandardCharsets.UTF_8));
      if (!key.find()) {
        forward(exchange, body);
        return;
      }
      Random random = new Random(Long.parseLong(key.group(1)));
      String sample = samples.get(uri.split("/", 3)[1]).replace("KEY", key.group());
      byte[] reply = Mutation.any(sample, random);
      int status =
          random.nextInt(ODD_STATUS) == 0 ? STATUSES.get(random.nextInt(STATUSES.size())) : 200;
      write(exchange, status, reply);
      answered.incrementAndGet();
    }
  }

  private void forward(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(simulator + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!List.of("host", "connection", "content-length", "upgrade")
                  .contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try {
      var reply = http.send(request.build(), BodyHandlers.ofByteArray());
      Random random = new Random(answered.incrementAndGet());
      boolean changed = changesAll && reply.body().length > 0 && random.nextInt(CHANGED) == 0;
      write(
          exchange,
          reply.statusCode(),
          changed
              ? Mutation.any(new String(reply.body(), StandardCharsets.UTF_8), random)
              : reply.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(HttpExchange exchange, int status, byte[] reply) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    boolean empty = status == 204 || reply.length == 0;
    exchange.sendResponseHeaders(status, empty ? -1 : reply.length);
    if (!empty) {
      exchange.getResponseBody().write(reply);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
