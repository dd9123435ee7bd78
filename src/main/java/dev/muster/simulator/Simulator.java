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

/**
 * The vendors' platforms, faked after their documents: authentication is really checked, limits are
 * really enforced, state really changes, and things go wrong by switch. Listens on the loopback
 * address only; the first part of a path selects the vendor: {@code /enos}, {@code /lvcc}, {@code
 * /huawei}.
 *
 * <p>Everything below can also be done over HTTP; see {@link Control}.
 */
public final class Simulator implements AutoCloseable {
  /** EnOS: token service, DPS devices, products. */
  public static final String ENOS = "enos";

  /** LvCC: status of charging devices. */
  public static final String LVCC = "lvcc";

  /** Huawei IoT platform: activation status. */
  public static final String HUAWEI = "huawei";

  /** Calls remembered unless told otherwise; about 50 bytes each. */
  public static final int DEFAULT_ARRIVALS = 1_000_000;

  /** Calls served at once. One more waits its turn, and counts as arrived when it is served. */
  private static final int THREADS = 512;

  /** A request body above this is refused as too large. */
  private static final int MAX_BODY_BYTES = 1_000_000;

  private static final Answer TOO_LARGE =
      Answer.json(
          413,
          "{\"message\":\"Request size limit exceeded\"}".getBytes(StandardCharsets.UTF_8),
          "http-413");

  static {
    // Read once, when the server class is first used. Without it header and body leave in two
    // packets, and the second waits about 40 ms for the peer's delayed acknowledgement.
    setUnlessGiven("sun.net.httpserver.nodelay", "true");
    // The default keeps 200 idle connections for 30 s and closes the others, also under a client
    // about to use one.
    setUnlessGiven("sun.net.httpserver.maxIdleConnections", "20000");
    setUnlessGiven("sun.net.httpserver.idleInterval", "600");
  }

  private final EnosSimulator enos = new EnosSimulator();
  private final LvccSimulator lvcc = new LvccSimulator();
  private final HuaweiSimulator huawei = new HuaweiSimulator();
  private final Map<String, SimulatedVendor> vendors =
      Map.of(ENOS, enos, LVCC, lvcc, HUAWEI, huawei);
  private final Disturbances disturbances = new Disturbances();
  private final ArrivalLog arrivals;
  private final Control control = new Control(this);
  private final HttpServer server;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Simulator::thread);

  private Simulator(int port, int rememberedArrivals) throws IOException {
    arrivals = new ArrivalLog(rememberedArrivals);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
    threads.allowCoreThreadTimeOut(true);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
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
    DemoInventory.fill(simulator);
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

  /** The EnOS side: devices, products, accounts, settings. */
  public EnosSimulator enos() {
    return enos;
  }

  /** The LvCC side. */
  public LvccSimulator lvcc() {
    return lvcc;
  }

  /** The Huawei side. */
  public HuaweiSimulator huawei() {
    return huawei;
  }

  /** Puts a disturbance in force; returns the id by which it can be lifted. */
  public int disturb(Disturbance disturbance) {
    return disturbances.add(disturbance);
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
    return arrivals.matching(arrival -> true);
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

  /**
   * Back to the state right after {@link #start}: demonstration inventory, no disturbance, empty
   * log.
   */
  public void reset() {
    disturbances.clear();
    vendors.values().forEach(SimulatedVendor::clear);
    DemoInventory.fill(this);
    arrivals.clear();
  }

  /** Stops listening and drops calls under way. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  Optional<SimulatedVendor> vendor(String name) {
    return Optional.ofNullable(vendors.get(name));
  }

  private void handle(HttpExchange exchange) {
    long nanos = System.nanoTime();
    try {
      String path = exchange.getRequestURI().getPath();
      int slash = path.indexOf('/', 1);
      String prefix = slash < 0 ? path.substring(1) : path.substring(1, slash);
      Incoming incoming = read(exchange, slash < 0 ? "" : path.substring(slash), nanos);
      if (prefix.equals(Control.PREFIX)) {
        control.handle(exchange, incoming);
      } else if (vendors.containsKey(prefix)) {
        serve(exchange, prefix, vendors.get(prefix), incoming);
      } else {
        exchange.sendResponseHeaders(404, -1);
        exchange.close();
      }
    } catch (IOException e) {
      // The caller hung up, or this simulator is being closed: nobody is left to be told.
      exchange.close();
    } catch (IllegalArgumentException e) {
      badRequest(exchange, e);
    }
  }

  private static void badRequest(HttpExchange exchange, IllegalArgumentException e) {
    byte[] text = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
    try {
      exchange.sendResponseHeaders(400, text.length);
      exchange.getResponseBody().write(text);
    } catch (IOException alreadyAnswered) {
      exchange.close();
    }
    exchange.close();
  }

  private void serve(HttpExchange exchange, String name, SimulatedVendor vendor, Incoming incoming)
      throws IOException {
    CallIdentity identity = vendor.identify(incoming);
    ArrivalLog.Entry entry = arrivals.arrived(incoming.nanos(), name, identity);
    Delivery delivery = new Delivery(exchange, entry);
    if (incoming.body().length > MAX_BODY_BYTES) {
      delivery.send(TOO_LARGE);
      return;
    }
    Optional<Answer> throttled = vendor.throttle(incoming, identity);
    if (throttled.isPresent()) {
      delivery.send(throttled.get());
      return;
    }
    delivery.run(
        disturbances.befalling(name, identity),
        d -> vendor.act(incoming, identity, d),
        d -> vendor.refuse(identity, d.statusOr(200), d.code(), d.message()),
        vendor::malformed);
  }

  private static Incoming read(HttpExchange exchange, String path, long nanos) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
    return new Incoming(
        exchange.getRequestMethod(),
        path,
        Incoming.parameters(exchange.getRequestURI().getRawQuery()),
        exchange.getRequestHeaders(),
        body,
        exchange.getRemoteAddress().getAddress().getHostAddress(),
        nanos);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "simulator");
    thread.setDaemon(true);
    return thread;
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
