package dev.muster.camel;

import dev.muster.fault.Codes;
import dev.muster.settings.MusterSettings;
import dev.muster.start.ConfigurationProblem;
import dev.muster.start.VendorDefaults;
import dev.muster.start.VendorDefaultsSource;
import dev.muster.vendor.Columns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ThrottleDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.util.URISupport;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.stereotype.Component;

/**
 * Loads {@code routes/} and the spine into Camel before it starts, and reads each vendor's numbers
 * there: the limit of its gateway's Throttle EIP, the options of {@code muster:work/<vendor>}, and
 * its table of codes.
 */
@Component
class VendorRoutes implements VendorDefaultsSource {
  /** Of the throttle's method: {@code calls(*, 600)}. */
  private static final Pattern DOCUMENTED = Pattern.compile("calls\\(\\*, *([1-9]\\d{0,8})\\)");

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
      defaults.put(vendor, read(vendor, model));
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

  private static VendorDefaults read(String vendor, Model model) {
    List<String> problems = new ArrayList<>();
    Map<String, Object> work = work(vendor, model);
    Duration refreshEvery = duration(work, "refreshEvery", problems);
    Duration callDeadline = duration(work, "callDeadline", problems);
    ThrottleDefinition throttle = throttle(model.getRouteDefinition(vendor + "-gateway"));
    Matcher documented = DOCUMENTED.matcher(method(throttle));
    if (!documented.find()) {
      problems.add(
          "the route %s-gateway has no throttle with the method calls(*, N): put the documented number of calls there"
              .formatted(vendor));
    }
    String period = throttle == null ? null : throttle.getTimePeriodMillis();
    if (period == null || !period.matches("[1-9]\\d{0,14}")) {
      problems.add("its throttle has no timePeriodMillis: put the window in milliseconds there");
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationProblem(
          problems.stream().map(problem -> file(vendor) + ": " + problem).toList());
    }
    return new VendorDefaults(
        Integer.parseInt(documented.group(1)),
        Duration.ofMillis(Long.parseLong(period)),
        callDeadline,
        refreshEvery);
  }

  /** The options of the endpoint that the vendor's work comes from; empty if there is none. */
  private static Map<String, Object> work(String vendor, Model model) {
    RouteDefinition route = model.getRouteDefinition(vendor + "-work");
    if (route == null || !route.getInput().getUri().startsWith("muster:work/" + vendor)) {
      throw new ConfigurationProblem(
          List.of(
              file(vendor)
                  + ": there is no route %1$s-work from muster:work/%1$s".formatted(vendor)));
    }
    try {
      return URISupport.parseQuery(URISupport.extractQuery(route.getInput().getUri()));
    } catch (Exception e) {
      throw new ConfigurationProblem(file(vendor) + ": " + e.getMessage(), e);
    }
  }

  private static Duration duration(
      Map<String, Object> options, String name, List<String> problems) {
    Object value = options.get(name);
    try {
      return DurationStyle.SIMPLE.parse(String.valueOf(value));
    } catch (IllegalArgumentException noDuration) {
      problems.add(
          "its muster:work has no %s that is a duration: put one such as 1h or 10s"
              .formatted(name));
      return null;
    }
  }

  private static ThrottleDefinition throttle(RouteDefinition gateway) {
    return gateway == null
        ? null
        : ProcessorDefinitionHelper.filterTypeInOutputs(
                gateway.getOutputs(), ThrottleDefinition.class)
            .stream()
            .findFirst()
            .orElse(null);
  }

  private static String method(ThrottleDefinition throttle) {
    return throttle != null && throttle.getExpression() instanceof MethodCallExpression call
        ? String.valueOf(call.getMethod())
        : "";
  }

  private static String file(String vendor) {
    return "routes/vendors/" + vendor + ".yaml";
  }

  @Override
  public VendorDefaults of(String vendor) {
    VendorDefaults numbers = defaults.get(vendor);
    if (numbers == null) {
      throw new ConfigurationProblem(List.of("there is no " + file(vendor)));
    }
    return numbers;
  }
}
