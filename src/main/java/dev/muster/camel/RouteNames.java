package dev.muster.camel;

import dev.muster.start.Mistake;
import dev.muster.start.YamlTree;
import dev.muster.vendor.Account;
import dev.muster.vendor.Action;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import dev.muster.work.Consequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.util.StringHelper;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;

/** The names by which routes find each other, which Camel looks at when the first message comes. */
final class RouteNames {
  private static final String DIRECT = "direct:";

  /** The one route that Java defines, see {@link Spine}. */
  private static final String SPINE = DIRECT + "work";

  private final List<RouteItem> items;
  private final List<Vendor> vendors;
  private final Set<String> unreadAddresses;
  private final Set<String> unread;
  private final List<Mistake> mistakes = new ArrayList<>();

  /**
   * @param unreadAddresses those in files that could not be read
   * @param unread the vendors of such files
   */
  RouteNames(
      List<RouteItem> items,
      List<Vendor> vendors,
      Set<String> unreadAddresses,
      Set<String> unread) {
    this.items = items;
    this.vendors = vendors;
    this.unreadAddresses = unreadAddresses;
    this.unread = unread;
  }

  List<Mistake> mistakes() {
    ids();
    configurations();
    Set<String> consumed = new TreeSet<>(unreadAddresses);
    consumed.add(SPINE);
    routes().map(RouteNames::from).forEach(consumed::add);
    Set<String> used = new TreeSet<>(unreadAddresses);
    routes().forEach(route -> sentTo(route, consumed, used));
    needed(consumed, used);
    routes()
        .filter(route -> from(route).startsWith(DIRECT) && !used.contains(from(route)))
        .forEach(
            route ->
                mistakes.add(
                    route.mistake(
                        YamlTree.line(YamlTree.child(route.body(), "from")),
                        "nothing sends to %s: correct the name, or take the route out"
                            .formatted(from(route)))));
    return mistakes;
  }

  private Stream<RouteItem> routes() {
    return items.stream().filter(item -> item.kind().equals("route"));
  }

  private void ids() {
    Map<String, RouteItem> first = new HashMap<>();
    for (RouteItem item : items) {
      Node id = YamlTree.child(item.body(), "id");
      RouteItem other = id == null ? null : first.putIfAbsent(item.id(), item);
      if (other != null) {
        mistakes.add(
            item.mistake(
                YamlTree.line(id),
                "the id %s stands in %s:%d too, and only one of the two would be in force: give each its own"
                    .formatted(
                        item.id(),
                        other.file(),
                        YamlTree.line(YamlTree.child(other.body(), "id")))));
      }
      if (id == null && item.kind().equals("route")) {
        mistakes.add(item.mistake(item.line(), "this route has no id: put 'id: ' and a name"));
      }
    }
  }

  private void configurations() {
    Set<String> known =
        items.stream()
            .filter(item -> item.kind().equals("routeConfiguration"))
            .map(RouteItem::id)
            .filter(id -> !id.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    routes()
        .forEach(
            route -> {
              Node named = YamlTree.child(route.body(), "routeConfigurationId");
              if (named != null && !known.contains(YamlTree.text(named))) {
                mistakes.add(
                    route.mistake(
                        YamlTree.line(named),
                        "there is no routeConfiguration %s; known: %s"
                            .formatted(YamlTree.text(named), String.join(", ", known))));
              }
            });
  }

  private void sentTo(RouteItem route, Set<String> consumed, Set<String> used) {
    for (NodeTuple entry : YamlTree.everyEntry(route.node())) {
      String key = YamlTree.text(entry.getKeyNode());
      Node value = entry.getValueNode();
      Node uri = YamlTree.child(value, "uri");
      String address = YamlTree.text(uri == null ? value : uri);
      if ((key.equals("to") || key.equals("toD")) && address.startsWith(DIRECT)) {
        used.add(address);
        if (!consumed.contains(address) && !address.contains("${")) {
          mistakes.add(
              route.mistake(
                  YamlTree.line(uri == null ? value : uri),
                  "nobody consumes %s: correct the name, or add a route from it"
                      .formatted(address)));
        }
      }
    }
  }

  /** The routes that Muster's code sends to. */
  private void needed(Set<String> consumed, Set<String> used) {
    Map<String, String> needed = new TreeMap<>();
    for (Consequence consequence : Consequence.values()) {
      needed.put(DIRECT + consequence.route(), null);
    }
    // A vendor without a file is told of where an account names it.
    for (Vendor vendor : vendors) {
      if (items.stream().noneMatch(item -> vendor.name().equals(item.vendor()))) {
        continue;
      }
      calls(vendor).forEach(call -> needed.put(DIRECT + vendor.name() + "-" + call, vendor.name()));
      // A file without them does not list.
      vendor.lists().values().forEach(call -> used.add(DIRECT + vendor.name() + "-" + call));
    }
    needed.forEach(
        (address, vendor) -> {
          used.add(address);
          if (!consumed.contains(address) && !unread.contains(String.valueOf(vendor))) {
            mistakes.add(
                new Mistake(
                    file(vendor),
                    1,
                    "there is no route from %s, which Muster sends to: add it, as in the jar's file"
                        .formatted(address)));
          }
        });
  }

  private String file(String vendor) {
    return items.stream()
        .filter(item -> vendor == null ? isFaults(item) : vendor.equals(item.vendor()))
        .map(RouteItem::file)
        .findFirst()
        .orElse(vendor == null ? "routes/faults.yaml" : "routes/vendors/" + vendor + ".yaml");
  }

  private static boolean isFaults(RouteItem item) {
    return item.location().endsWith("/faults.yaml");
  }

  private static String from(RouteItem route) {
    Node from = YamlTree.child(route.body(), "from");
    Node uri = YamlTree.child(from, "uri");
    return StringHelper.before(
        YamlTree.text(uri == null ? from : uri), "?", YamlTree.text(uri == null ? from : uri));
  }

  /** Of an account that has every key, and so every kind of token. */
  private static Set<String> calls(Vendor vendor) {
    Set<String> calls = new TreeSet<>(vendor.resources().values());
    for (Action action : vendor.actions()) {
      calls.addAll(List.of(action.readCall(), action.writeCall()));
    }
    TokenRule rule =
        vendor.tokenRule(
            new Account(
                "any",
                vendor.name(),
                "",
                keys(vendor, "parameters."),
                keys(vendor, "credentials.")));
    if (rule != null) {
      calls.add(rule.loginCall());
      Stream.ofNullable(rule.refreshCall()).forEach(calls::add);
    }
    return calls;
  }

  private static Map<String, String> keys(Vendor vendor, String kind) {
    return vendor.keys().stream()
        .filter(key -> key.startsWith(kind))
        .collect(Collectors.toMap(key -> key.substring(kind.length()), key -> "/x"));
  }
}
