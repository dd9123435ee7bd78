package dev.muster.camel;

import dev.muster.start.NewsPaths;
import dev.muster.start.VendorDefaults;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ThrottleDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.apache.camel.util.URISupport;
import org.springframework.boot.convert.DurationStyle;

/**
 * The numbers that a vendor's file holds: the limit of its gateway's Throttle EIP, and the options
 * of {@code muster:work/<vendor>}.
 *
 * @param found null if there are problems
 * @param problems a sentence each, which names the route
 */
record VendorNumbers(VendorDefaults found, List<String> problems) {
  /** Of the throttle's method: {@code calls(*, 600)}. */
  private static final Pattern DOCUMENTED = Pattern.compile("calls\\(\\*, *([1-9]\\d{0,8})\\)");

  /** Camel takes any other word to mean calls at once, not calls in a period. */
  private static final String MODE = "TotalRequests";

  /** Reads them once the file is loaded. */
  static VendorNumbers of(String vendor, Model model) {
    List<String> problems = new ArrayList<>();
    Map<String, Object> work = work(vendor, model, problems);
    Duration refreshEvery = duration(vendor, work, "refreshEvery", problems);
    Duration callDeadline = duration(vendor, work, "callDeadline", problems);
    List<String> notNews = notNews(vendor, work, problems);
    ThrottleDefinition throttle = throttle(model.getRouteDefinition(vendor + "-gateway"));
    Matcher documented = DOCUMENTED.matcher(method(throttle));
    if (!documented.find()) {
      problems.add(
          "the route %s-gateway has no throttle with the method calls(*, N): put the documented number of calls there"
              .formatted(vendor));
    }
    String period = period(vendor, throttle, problems);
    return new VendorNumbers(
        problems.isEmpty()
            ? new VendorDefaults(
                Integer.parseInt(documented.group(1)),
                Duration.ofMillis(Long.parseLong(period)),
                callDeadline,
                refreshEvery,
                notNews)
            : null,
        problems);
  }

  /** The throttle's, in milliseconds. */
  private static String period(String vendor, ThrottleDefinition throttle, List<String> problems) {
    boolean counts = throttle != null && MODE.equals(throttle.getMode());
    // Camel throws where another mode is asked for its period.
    String period = counts ? throttle.getTimePeriodMillis() : null;
    if (throttle != null && !counts) {
      problems.add(
          "the throttle of %s-gateway has not the mode %s: without it Camel counts calls at once"
              .formatted(vendor, MODE));
    } else if (counts && (period == null || !period.matches("[1-9]\\d{0,14}"))) {
      problems.add(
          "the throttle of %s-gateway has no timePeriodMillis that is a number: put the window in milliseconds there"
              .formatted(vendor));
    }
    return period;
  }

  /** The options of the endpoint that the vendor's work comes from; null if there is none. */
  private static Map<String, Object> work(String vendor, Model model, List<String> problems) {
    RouteDefinition route = model.getRouteDefinition(vendor + "-work");
    if (route == null || !route.getInput().getUri().startsWith("muster:work/" + vendor)) {
      problems.add("there is no route %1$s-work from muster:work/%1$s".formatted(vendor));
      return null;
    }
    try {
      return URISupport.parseQuery(URISupport.extractQuery(route.getInput().getUri()));
    } catch (URISyntaxException e) {
      problems.add("the route %s-work: %s".formatted(vendor, e.getMessage()));
      return null;
    }
  }

  private static List<String> notNews(
      String vendor, Map<String, Object> options, List<String> problems) {
    Object given = options == null ? null : options.get("notNews");
    if (given == null) {
      return List.of();
    }
    List<String> paths = List.of(given.toString().trim().split("\\s*,\\s*"));
    NewsPaths.problem(paths)
        .ifPresent(
            problem -> problems.add("the route %s-work: notNews %s".formatted(vendor, problem)));
    return paths;
  }

  private static Duration duration(
      String vendor, Map<String, Object> options, String name, List<String> problems) {
    if (options == null) {
      return null;
    }
    String given = String.valueOf(options.get(name));
    try {
      if (!given.matches("[+-]?\\d+")) {
        return DurationStyle.SIMPLE.parse(given);
      }
      problems.add(
          "the route %s-work has a %s without a unit: put ms, s, m, h or d behind its number"
              .formatted(vendor, name));
      return null;
    } catch (IllegalArgumentException noDuration) {
      problems.add(
          "the route %s-work has no %s that is a duration: put one such as 1h or 10s"
              .formatted(vendor, name));
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
}
