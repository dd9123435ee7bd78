package dev.muster.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The switches of a running simulator, for whoever is in another process. Bodies and replies are
 * JSON; a mistake is answered with 400 and a sentence.
 *
 * <pre>
 * GET    /control                              counts: calls, devices by vendor, disturbances
 * POST   /control/reset                        back to the start
 * GET    /control/disturbances                 those in force, by id
 * POST   /control/disturbances                 a {@link Disturbance}: {"id": 1}
 * DELETE /control/disturbances[/ID]            all, or one
 * GET    /control/settings/VENDOR
 * POST   /control/settings/VENDOR              some members of the vendor's settings record
 * POST   /control/accounts/VENDOR              enos {appKey, appSecret, orgId, dpsRole},
 *                                              lvcc {token}, huawei {appId, secret}
 * POST   /control/expire-tokens/VENDOR
 * GET    /control/inventory/VENDOR/RESOURCE    the keys
 * GET    /control/inventory/VENDOR/RESOURCE/KEY
 * PUT    /control/inventory/VENDOR/RESOURCE/KEY    adds or replaces
 * PATCH  /control/inventory/VENDOR/RESOURCE/KEY    lays the members given over those present
 * DELETE /control/inventory/VENDOR/RESOURCE/KEY
 * GET    /control/allocations[/SN]             {@link AllocationCount}; without SN all
 * GET    /control/arrivals                     newest last; filter below, and last=N (1000)
 * GET    /control/worst-window                 millis=N (60000) and the filter below
 * DELETE /control/arrivals
 * </pre>
 *
 * The filter is any of the query parameters {@code vendor call key account outcome}; each may be
 * given once.
 */
final class Control {
  /** The first part of a control path. */
  static final String PREFIX = "control";

  private static final int DEFAULT_LAST = 1000;
  private static final int DEFAULT_WINDOW_MILLIS = 60_000;
  private static final Set<String> FILTERS = Set.of("vendor", "call", "key", "account", "outcome");

  private final Simulator simulator;

  Control(Simulator simulator) {
    this.simulator = simulator;
  }

  void handle(HttpExchange exchange, Incoming in) throws IOException {
    byte[] reply = Json.bytes(answer(in));
    exchange.getResponseHeaders().set("Content-Type", Answer.JSON);
    exchange.sendResponseHeaders(200, reply.length);
    exchange.getResponseBody().write(reply);
    exchange.close();
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
    for (String name : List.of(Simulator.ENOS, Simulator.LVCC, Simulator.HUAWEI)) {
      ObjectNode held = summary.putObject(name);
      vendor(name).inventories().forEach((resource, all) -> held.put(resource, all.size()));
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

  private static Object changeSettings(SimulatedVendor vendor, Incoming in) {
    vendor.changeSettings(Json.require(in.body()));
    return vendor.settings();
  }

  private Object allocations(String sn) {
    return sn.isEmpty() ? simulator.enos().allocations() : simulator.enos().allocations(sn);
  }

  private List<Map<String, Object>> lastArrivals(Incoming in) {
    List<Arrival> all = simulator.arrivals(filter(in));
    int last = number(in, "last", DEFAULT_LAST);
    return all.subList(Math.max(0, all.size() - last), all.size()).stream()
        .map(Control::shown)
        .toList();
  }

  private static Map<String, Object> shown(Arrival a) {
    return new TreeMap<>(
        Map.of(
            "nanos", a.nanos(),
            "at", a.at().toString(),
            "vendor", a.vendor(),
            "call", a.call(),
            "key", a.key(),
            "account", a.account(),
            "status", a.status(),
            "outcome", a.outcome()));
  }

  private ObjectNode worstWindow(Incoming in) {
    int millis = number(in, "millis", DEFAULT_WINDOW_MILLIS);
    WorstWindow worst = simulator.worstWindow(Duration.ofMillis(millis), filter(in));
    return Json.object()
        .put("calls", worst.calls())
        .put("from", worst.from() == null ? null : worst.from().toString())
        .put("windowMillis", millis)
        .put("considered", worst.considered())
        .put("forgotten", worst.forgotten());
  }

  private static Predicate<Arrival> filter(Incoming in) {
    Predicate<Arrival> filter = arrival -> true;
    for (String name : FILTERS) {
      String wanted = in.query().get(name);
      if (wanted != null) {
        filter = filter.and(arrival -> wanted.equals(value(arrival, name)));
      }
    }
    return filter;
  }

  private static String value(Arrival arrival, String name) {
    return switch (name) {
      case "vendor" -> arrival.vendor();
      case "call" -> arrival.call();
      case "key" -> arrival.key();
      case "account" -> arrival.account();
      default -> arrival.outcome();
    };
  }

  private static int number(Incoming in, String name, int otherwise) {
    String given = in.parameter(name);
    return given.isEmpty() ? otherwise : Integer.parseInt(given);
  }

  private SimulatedVendor vendor(String name) {
    return simulator
        .vendor(name)
        .orElseThrow(() -> new IllegalArgumentException("no vendor '" + name + "'"));
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

  private static JsonNode patch(Inventory inventory, String key, ObjectNode changes) {
    return inventory
        .change(key, present -> Json.merge(present, changes))
        .orElseThrow(() -> notHeld(key));
  }

  private static IllegalArgumentException notHeld(String key) {
    return new IllegalArgumentException("nothing is held under '" + key + "'");
  }
}
