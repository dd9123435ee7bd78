package dev.muster.camel;

import dev.muster.fault.Codes;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/** The tables of codes that the vendors' files bind, as beans named after the vendor. */
final class VendorCodes {
  /** Routes of a vendor's file that are no call. */
  private static final Set<String> NO_CALLS = Set.of("gateway", "work");

  /** Null if its file binds none. */
  static Codes of(CamelContext context, String vendor) {
    return context.getRegistry().lookupByNameAndType(bean(vendor), Codes.class);
  }

  /**
   * The mistakes in a vendor's table, once its file is loaded: a sentence each, which says where
   * and what to do.
   *
   * @param routes the ids of the file's routes, each the vendor's name, a dash and a call's name
   */
  static List<String> problems(CamelContext context, String vendor, Collection<String> routes) {
    String file = "routes/vendors/" + vendor + ".yaml";
    Codes codes = of(context, vendor);
    if (codes == null) {
      return List.of(
          file
              + " has no table of codes: bind one as "
              + bean(vendor)
              + ", as docs/errors.md shows");
    }
    return codes.problems(calls(vendor, routes)).stream()
        .map(words -> file + ", codes, " + words)
        .toList();
  }

  /** The names of the calls that have a route. */
  static Set<String> calls(String vendor, Collection<String> routes) {
    return routes.stream()
        .filter(route -> route.startsWith(vendor + "-"))
        .map(route -> route.substring(vendor.length() + 1))
        .filter(name -> !NO_CALLS.contains(name))
        .collect(Collectors.toSet());
  }

  private static String bean(String vendor) {
    return vendor + "-codes";
  }

  private VendorCodes() {}
}
