package dev.muster.camel;

import dev.muster.fault.Codes;
import dev.muster.start.Mistake;
import dev.muster.start.RouteExamination.Routes;
import dev.muster.start.VendorDefaults;
import dev.muster.start.YamlTree;
import dev.muster.vendor.Vendor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Resource;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;

/** Reads the files of routes one by one, and then looks at each vendor's numbers and codes. */
final class RouteReading {
  private static final String ROUTE = "route";
  private static final Pattern DIRECT = Pattern.compile("direct:[\\w-]+");

  /** Keys of a route whose lines tell more than the route's own. */
  private static final Set<String> TOLD =
      Set.of(
          "throttle",
          "method",
          "timePeriodMillis",
          "mode",
          "refreshEvery",
          "callDeadline",
          "notNews");

  private final CamelContext camel;
  private final StepCheck steps;
  private final RouteFiles files;
  private final List<Vendor> vendors;
  private final List<Mistake> mistakes = new ArrayList<>();
  private final List<RouteItem> items = new ArrayList<>();

  /** The items that Camel could not read in full: what they lack is told by that. */
  private final Set<RouteItem> spoiled = new HashSet<>();

  /** Vendors whose file could not be read at all, and the addresses that such files hold. */
  private final Set<String> unread = new HashSet<>();

  private final Set<String> unreadAddresses = new HashSet<>();

  RouteReading(CamelContext camel, StepCheck steps, RouteFiles files, List<Vendor> vendors) {
    this.camel = camel;
    this.steps = steps;
    this.files = files;
    this.vendors = vendors;
  }

  Routes read() {
    List<Resource> shared = files.shared();
    List<Resource> ofVendors = files.vendors();
    shared.forEach(file -> read(file, null));
    ofVendors.forEach(file -> read(file, RouteFiles.vendor(file)));
    items.forEach(item -> mistakes.addAll(steps.mistakes(item)));
    mistakes.addAll(new RouteNames(items, vendors, unreadAddresses, unread).mistakes());
    Map<String, VendorDefaults> numbers = new LinkedHashMap<>();
    List<String> known = vendors.stream().map(Vendor::name).sorted().toList();
    for (Resource file : ofVendors) {
      String vendor = RouteFiles.vendor(file);
      if (!known.contains(vendor)) {
        mistakes.add(
            new Mistake(
                files.shown(file),
                1,
                "there is no vendor %s; known: %s: correct the file's name"
                    .formatted(vendor, String.join(", ", known))));
      } else if (!unread.contains(vendor)) {
        VendorDefaults found = numbers(file, vendor);
        if (found != null) {
          numbers.put(vendor, found);
        }
        codes(file, vendor);
      }
    }
    int routes = (int) items.stream().filter(item -> item.kind().equals(ROUTE)).count();
    Set<String> vendorsThere =
        ofVendors.stream().map(RouteFiles::vendor).collect(Collectors.toSet());
    return new Routes(mistakes, numbers, vendorsThere, shared.size() + ofVendors.size(), routes);
  }

  private void read(Resource file, String vendor) {
    String shown = files.shown(file);
    YamlTree tree = new YamlTree(shown, content(file));
    mistakes.addAll(tree.mistakes());
    List<Node> entries =
        tree.documents().isEmpty() ? List.of() : YamlTree.elements(tree.documents().get(0));
    if (tree.isBroken()) {
      unread.add(String.valueOf(vendor));
      DIRECT.matcher(tree.text()).results().map(MatchResult::group).forEach(unreadAddresses::add);
      return;
    }
    if (entries.isEmpty()) {
      mistakes.add(new Mistake(shown, 1, "there is no list of routes: begin each with '- route:'"));
    }
    String clean = tree.withoutDoubled();
    for (int i = 0; i < entries.size(); i++) {
      RouteItem item = new RouteItem(shown, file.getLocation(), vendor, entries.get(i));
      int end =
          i + 1 < entries.size()
              ? entries.get(i + 1).getStartMark().getIndex()
                  - entries.get(i + 1).getStartMark().getColumn()
              : clean.codePointCount(0, clean.length());
      items.add(item);
      if (!item.load(camel, clean, end, mistakes)) {
        spoiled.add(item);
      }
    }
  }

  private static byte[] content(Resource file) {
    try (InputStream in = file.getInputStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private VendorDefaults numbers(Resource file, String vendor) {
    Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
    VendorNumbers numbers = VendorNumbers.of(vendor, model);
    for (String problem : numbers.problems()) {
      RouteItem about =
          items.stream()
              .filter(item -> vendor.equals(item.vendor()) && isNamed(item.id(), problem))
              .findFirst()
              .orElse(null);
      if (about == null) {
        mistakes.add(new Mistake(files.shown(file), 1, problem));
      } else if (!spoiled.contains(about)) {
        mistakes.add(about.mistake(line(about, problem), problem));
      }
    }
    return numbers.found();
  }

  private static boolean isNamed(String name, String words) {
    return !name.isEmpty() && words.matches(".*\\b" + Pattern.quote(name) + "\\b.*");
  }

  /** Of the innermost key that the words name, else of the route. */
  private static int line(RouteItem item, String words) {
    int line = item.line();
    for (NodeTuple entry : YamlTree.everyEntry(item.node())) {
      String key = YamlTree.text(entry.getKeyNode());
      if (TOLD.contains(key) && isNamed(key, words)) {
        line = YamlTree.line(entry.getKeyNode());
      }
    }
    return line;
  }

  private void codes(Resource file, String vendor) {
    List<RouteItem> own = items.stream().filter(item -> vendor.equals(item.vendor())).toList();
    List<String> routes = own.stream().map(RouteItem::id).toList();
    Codes codes = VendorCodes.of(camel, vendor);
    RouteItem beans =
        own.stream().filter(item -> item.kind().equals("beans")).findFirst().orElse(null);
    if (codes == null && !spoiled.contains(beans)) {
      VendorCodes.problems(camel, vendor, routes)
          .forEach(words -> mistakes.add(new Mistake(files.shown(file), 1, words)));
    } else if (codes != null && beans != null) {
      int table =
          YamlTree.everyEntry(beans.node()).stream()
              .filter(entry -> YamlTree.text(entry.getKeyNode()).equals("table"))
              .mapToInt(entry -> YamlTree.line(entry.getValueNode()))
              .findFirst()
              .orElse(beans.line());
      codes
          .mistakes(VendorCodes.calls(vendor, routes))
          .forEach(found -> mistakes.add(beans.mistake(table + found.line(), found.words())));
    }
  }
}
