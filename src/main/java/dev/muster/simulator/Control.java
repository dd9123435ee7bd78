package dev.muster.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The switches of a running simulator, for callers in another process. Bodies and replies are JSON;
 * a mistake is answered with 400 and a sentence. docs/simulator.md lists the calls.
 */
final class Control {
  /** The first part of a control path. */
  static final String PREFIX = "control";

  private static final Set<String> LOCAL = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH");

  private static final int DEFAULT_LAST = 1000;
  private static final int DEFAULT_WINDOW_MILLIS = 60_000;

  /** The query parameters that filter arrivals. */
  private static final Map<String, Function<Arrival, String>> FILTERS =
      Map.of(
          "vendor", Arrival::vendor,
          "call", Arrival::call,
          "key", Arrival::key,
          "account", Arrival::account,
          "outcome", Arrival::outcome);

  private final Simulator simulator;

  Control(Simulator simulator) {
    this.simulator = simulator;
  }

  void handle(HttpExchange exchange, Incoming in) throws IOException {
    requireLocal(in);
    Answer.ok(Json.bytes(answer(in))).send(exchange);
  }

  /** A page of any web site may post text to this machine, and rename itself to its address. */
  private static void requireLocal(Incoming in) {
    String host = in.header("Host");
    if (!LOCAL.contains(host.replaceFirst(":\\d*$", ""))) {
      throw new IllegalArgumentException(
          "only callers on this machine may control the simulator: call it 127.0.0.1");
    }
    if (WRITING.contains(in.method())
        && !in.header("Content-Type").startsWith("application/json")) {
      throw new IllegalArgumentException(
          "send the header Content-Type: application/json with a " + in.method());
    }
  }

  private Object answer(Incoming in) {
    // A key may hold slashes, so it is whatever follows the third slash.
    String[] parts = in.path().isEmpty() ? new String[] {""} : in.path().substring(1).split("/", 4);
    String name = parts.length > 1 ? parts[1] : "";
    return switch (in.method() + " " + parts[0]) {
      case "GET " -> summary();
      case "POST reset" -> done(simulator::reset);
      case "GET disturbances" -> simulator.disturbances();
      case "POST disturbances" -> Map.of("id", simulator.disturb(disturbance(in)));
      case "DELETE disturbances" -> lift(name);
      case "GET settings" -> vendor(name).settings();
      case "POST settings" -> changeSettings(vendor(name), in);
      case "POST accounts" -> done(() -> vendor(name).addAccount(Json.require(in.body())));
      case "POST expire-tokens" -> done(vendor(name)::expireTokens);
      case "GET allocations" -> allocations(name);
      case "GET arrivals" -> lastArrivals(in);
      case "DELETE arrivals" -> done(simulator::forgetArrivals);
      case "GET worst-window" -> worstWindow(in);
      default -> parts[0].equals("inventory") ? inventory(in, parts) : unknown(in);
    };
  }

  private static Object unknown(Incoming in) {
    throw new IllegalArgumentException("no control " + in.method() + " " + in.path());
  }

  private static Map<String, Boolean> done(Runnable act) {
    act.run();
    return Map.of("done", true);
  }

  private ObjectNode summary() {
    ObjectNode summary = Json.object().put("calls", simulator.arrivalCount());
    summary.put("disturbances", simulator.disturbances().size());
    for (SimulatedVendor<?> vendor : simulator.vendors().values()) {
      ObjectNode held = summary.putObject(vendor.name());
      vendor.inventories().forEach((resource, all) -> held.put(resource, all.size()));
    }
    return summary;
  }

  private static Disturbance disturbance(Incoming in) {
    Disturbance given = Json.MAPPER.convertValue(Json.require(in.body()), Disturbance.class);
    if (given.kind() == null) {
      throw new IllegalArgumentException("a disturbance needs a kind");
    }
    return given;
  }

  private Object lift(String id) {
    return id.isEmpty()
        ? done(simulator::undisturb)
        : Map.of("done", simulator.undisturb(Integer.parseInt(id)));
  }

  private static Object changeSettings(SimulatedVendor<?> vendor, Incoming in) {
    vendor.changeSettings(Json.require(in.body()));
    return vendor.settings();
  }

  private Object allocations(String key) {
    Map<String, AllocationCount> all = new TreeMap<>();
    simulator.vendors().values().forEach(vendor -> all.putAll(vendor.allocations()));
    return key.isEmpty() ? all : all.getOrDefault(key, AllocationCount.NONE);
  }

  private List<Arrival> lastArrivals(Incoming in) {
    List<Arrival> all = simulator.arrivals(filter(in));
    return all.subList(Math.max(0, all.size() - number(in, "last", DEFAULT_LAST)), all.size());
  }

  private ObjectNode worstWindow(Incoming in) {
    int millis = number(in, "millis", DEFAULT_WINDOW_MILLIS);
    WorstWindow worst = simulator.worstWindow(Duration.ofMillis(millis), filter(in));
    return Json.MAPPER.<ObjectNode>valueToTree(worst).put("windowMillis", millis);
  }

  private static Predicate<Arrival> filter(Incoming in) {
    return arrival ->
        FILTERS.entrySet().stream()
            .allMatch(
                filter -> {
                  String wanted = in.query().get(filter.getKey());
                  return wanted == null || wanted.equals(filter.getValue().apply(arrival));
                });
  }

  private static int number(Incoming in, String name, int otherwise) {
    String given = in.parameter(name);
    int number = given.isEmpty() ? otherwise : Integer.parseInt(given);
    if (number < 1) {
      throw new IllegalArgumentException(name + " must be above zero");
    }
    return number;
  }

  private SimulatedVendor<?> vendor(String name) {
    SimulatedVendor<?> vendor = simulator.vendors().get(name);
    if (vendor == null) {
      throw new IllegalArgumentException("no vendor '" + name + "'");
    }
    return vendor;
  }

  private Object inventory(Incoming in, String[] parts) {
    if (parts.length < 3) {
      return unknown(in);
    }
    Inventory inventory = vendor(parts[1]).inventories().get(parts[2]);
    if (inventory == null) {
      throw new IllegalArgumentException("no resource '" + parts[2] + "' at " + parts[1]);
    }
    return parts.length == 3 ? inventory.keys() : entry(in, inventory, parts[3]);
  }

  private static Object entry(Incoming in, Inventory inventory, String key) {
    return switch (in.method()) {
      case "GET" -> inventory.get(key).orElseThrow(() -> notHeld(key));
      case "PUT" -> done(() -> inventory.put(key, Json.require(in.body())));
      case "PATCH" -> patch(inventory, key, Json.require(in.body()));
      case "DELETE" -> Map.of("done", inventory.remove(key));
      default -> unknown(in);
    };
  }

  private static ObjectNode patch(Inventory inventory, String key, ObjectNode changes) {
    return inventory
        .change(key, present -> Json.merge(present, changes))
        .orElseThrow(() -> notHeld(key));
  }

  private static IllegalArgumentException notHeld(String key) {
    return new IllegalArgumentException("nothing is held under '" + key + "'");
  }
}
