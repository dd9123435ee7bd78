package dev.muster.camel;

import dev.muster.fault.Codes;
import dev.muster.settings.MusterSettings;
import dev.muster.start.ConfigurationProblem;
import dev.muster.start.VendorDefaults;
import dev.muster.start.VendorDefaultsSource;
import dev.muster.vendor.Columns;
import dev.muster.vendor.Pages;
import dev.muster.vendor.Vendor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.springframework.stereotype.Component;

/**
 * Loads {@code routes/} and the spine into Camel before it starts, and reads each vendor's numbers
 * and its table of codes there.
 */
@Component
class VendorRoutes implements VendorDefaultsSource {
  private final Map<String, VendorDefaults> defaults = new LinkedHashMap<>();
  private final Map<String, Codes> codes = new HashMap<>();
  private final CamelContext context;

  /**
   * @throws ConfigurationProblem for a file that Camel can't read, that lacks a number, or whose
   *     table is wrong
   */
  VendorRoutes(MusterSettings settings, CamelContext context) {
    this.context = context;
    LetterConverter.register(context.getTypeConverterRegistry());
    RouteFiles files = new RouteFiles(settings);
    try {
      PluginHelper.getRoutesLoader(context).loadRoutes(files.shared());
      context.addRoutes(new Spine());
      for (Resource file : files.vendors()) {
        PluginHelper.getRoutesLoader(context).loadRoutes(file);
      }
    } catch (Exception e) {
      throw new ConfigurationProblem("can't load the routes: " + e.getMessage(), e);
    }
    Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
    List<String> problems = new ArrayList<>();
    for (Resource file : files.vendors()) {
      String vendor = RouteFiles.vendor(file);
      VendorNumbers numbers = VendorNumbers.of(vendor, model);
      defaults.put(vendor, numbers.found());
      numbers.problems().forEach(problem -> problems.add(file(vendor) + ": " + problem));
      List<String> routes = model.getRouteDefinitions().stream().map(r -> r.getId()).toList();
      problems.addAll(VendorCodes.problems(context, vendor, routes));
      codes.put(vendor, VendorCodes.of(context, vendor));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationProblem(problems);
    }
  }

  /** The vendor's table of codes. */
  Codes codes(String vendor) {
    return codes.get(vendor);
  }

  @Override
  public Columns columns(String vendor) {
    Columns columns = context.getRegistry().lookupByNameAndType(vendor + "-columns", Columns.class);
    return columns == null ? new Columns() : columns;
  }

  @Override
  public Map<String, Pages> pages(Vendor vendor) {
    Map<String, Pages> pages = new TreeMap<>();
    for (String resource : vendor.lists().keySet()) {
      String name = vendor.name() + "-" + resource + "-pages";
      Pages found = context.getRegistry().lookupByNameAndType(name, Pages.class);
      if (found != null) {
        pages.put(resource, found);
      }
    }
    return pages;
  }

  @Override
  public VendorDefaults of(String vendor) {
    VendorDefaults numbers = defaults.get(vendor);
    if (numbers == null) {
      throw new ConfigurationProblem(List.of("there is no " + file(vendor)));
    }
    return numbers;
  }

  private static String file(String vendor) {
    return "routes/vendors/" + vendor + ".yaml";
  }
}
