package dev.muster.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The vendors' platforms, faked after their documents: authentication is really checked, limits are
 * really enforced, state really changes, and things go wrong by switch. It listens on the loopback
 * address only. The first part of a path selects the vendor, for instance {@code /enos}.
 *
 * <p>Everything below can also be done over HTTP; see {@link Control}.
 */
public final class Simulator implements AutoCloseable {
  /** Calls remembered unless told otherwise; about 50 bytes each. */
  public static final int DEFAULT_ARRIVALS = 1_000_000;

  /** Calls served at once. One more waits its turn, and counts as arrived when it is served. */
  private static final int THREADS = 512;

  /** A request body above this is refused as too large. */
  private static final int MAX_BODY_BYTES = 1_000_000;

  private static final Answer TOO_LARGE =
      Answer.json(413, utf8("{\"message\":\"Request size limit exceeded\"}"), "http-413");

  static {
    // Read once, when the server class is first used. Without it header and body leave in two
    // packets, and the second waits about 40 ms for the peer's delayed acknowledgement.
    System.getProperties().putIfAbsent("sun.net.httpserver.nodelay", "true");
    // The default keeps 200 idle connections for 30 s and closes the others, also under a client
    // about to use one.
    System.getProperties().putIfAbsent("sun.net.httpserver.maxIdleConnections", "20000");
    System.getProperties().putIfAbsent("sun.net.httpserver.idleInterval", "600");
  }

  private interface Handler {
    void handle(HttpExchange exchange, Incoming incoming) throws IOException;
  }

  private final Map<String, SimulatedVendor<?>> vendors = SimulatedVendors.all();
  private final Disturbances disturbances = new Disturbances();
  private final ArrivalLog arrivals;
  private final HttpServer server;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons());

  private Simulator(int port, int rememberedArrivals) throws IOException {
    arrivals = new ArrivalLog(rememberedArrivals);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
    threads.allowCoreThreadTimeOut(true);
    server.setExecutor(threads);
    listen(Control.PREFIX, new Control(this)::handle);
    vendors.forEach((name, vendor) -> listen(name, (http, in) -> serve(http, vendor, in)));
    server.start();
  }

  /**
   * Starts with the demonstration's inventory and accounts.
   *
   * @param port the port on the loopback address; 0 for any free one
   * @throws UncheckedIOException when the port is taken
   */
  public static Simulator start(int port) {
    Simulator simulator = startEmpty(port, DEFAULT_ARRIVALS);
    simulator.demonstrate();
    return simulator;
  }

  /**
   * Starts with no account and no device.
   *
   * @param port the port on the loopback address; 0 for any free one
   * @param rememberedArrivals how many calls the arrival log holds before it forgets the oldest
   * @throws UncheckedIOException when the port is taken
   */
  public static Simulator startEmpty(int port, int rememberedArrivals) {
    try {
      return new Simulator(port, rememberedArrivals);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on loopback port " + port, e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** The base URL of a vendor, without a slash at its end. */
  public URI url(String vendor) {
    return URI.create("http://127.0.0.1:" + port() + "/" + vendor);
  }

  /** One vendor's side: its devices, accounts and settings. */
  public <V extends SimulatedVendor<?>> V vendor(Class<V> type) {
    return vendors.values().stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow();
  }

  /** Every vendor's side, by name. */
  Map<String, SimulatedVendor<?>> vendors() {
    return vendors;
  }

  /** Puts a disturbance in force; returns the id by which it can be lifted. */
  public int disturb(Disturbance disturbance) {
    return disturbances.add(disturbance.requireSane());
  }

  /** Lifts one disturbance; whether it was still in force. */
  public boolean undisturb(int id) {
    return disturbances.remove(id);
  }

  /** Lifts all disturbances. */
  public void undisturb() {
    disturbances.clear();
  }

  /** The disturbances in force, by id. */
  public Map<Integer, Disturbance> disturbances() {
    return disturbances.all();
  }

  /** Every call still remembered, by time of arrival. */
  public List<Arrival> arrivals() {
    return arrivals(arrival -> true);
  }

  /** The remembered calls that pass the filter, by time of arrival. */
  public List<Arrival> arrivals(Predicate<Arrival> filter) {
    return arrivals.matching(filter);
  }

  /** How many calls arrived since the start or the last {@link #forgetArrivals()}. */
  public long arrivalCount() {
    return arrivals.total();
  }

  /** The most calls passing the filter that arrived in any half-open window of this length. */
  public WorstWindow worstWindow(Duration window, Predicate<Arrival> filter) {
    return arrivals.worst(window, filter);
  }

  /** Starts the arrival log anew. */
  public void forgetArrivals() {
    arrivals.clear();
  }

  /** Back to the state right after {@link #start}: the demonstration, and an empty log. */
  public void reset() {
    disturbances.clear();
    vendors.values().forEach(SimulatedVendor::clear);
    demonstrate();
    arrivals.clear();
  }

  /** Makes the demonstration's accounts and devices known. */
  void demonstrate() {
    vendors.values().forEach(vendor -> vendor.demonstrate(this));
  }

  /** Stops listening and drops calls under way. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /**
   * The server closes the connection of a call whose handler throws an IOException: the caller hung
   * up, or this simulator is being closed.
   */
  private void listen(String prefix, Handler handler) {
    server.createContext(
        "/" + prefix,
        exchange -> {
          try {
            handler.handle(exchange, read(exchange));
          } catch (IllegalArgumentException e) {
            byte[] sentence = utf8(String.valueOf(e.getMessage()));
            new Answer(400, "text/plain;charset=UTF-8", sentence, Map.of(), "").send(exchange);
          }
        });
  }

  private void serve(HttpExchange exchange, SimulatedVendor<?> vendor, Incoming in)
      throws IOException {
    CallIdentity identity = vendor.identify(in);
    ArrivalLog.Entry entry = arrivals.arrived(in.nanos(), vendor.name(), identity);
    Delivery delivery = new Delivery(exchange, entry, vendor, in, identity);
    if (in.body().length > MAX_BODY_BYTES) {
      delivery.send(TOO_LARGE);
      return;
    }
    Optional<Answer> throttled = vendor.throttle(in, identity);
    if (throttled.isPresent()) {
      delivery.send(throttled.get());
    } else {
      delivery.run(disturbances.befalling(vendor.name(), identity));
    }
  }

  private static Incoming read(HttpExchange exchange) throws IOException {
    long nanos = System.nanoTime();
    int prefix = exchange.getHttpContext().getPath().length();
    return new Incoming(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath().substring(prefix),
        Incoming.parameters(exchange.getRequestURI().getRawQuery()),
        exchange.getRequestHeaders(),
        exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1),
        exchange.getRemoteAddress().getAddress().getHostAddress(),
        nanos);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static CustomizableThreadFactory daemons() {
    CustomizableThreadFactory daemons = new CustomizableThreadFactory("simulator-");
    daemons.setDaemon(true);
    return daemons;
  }
}
