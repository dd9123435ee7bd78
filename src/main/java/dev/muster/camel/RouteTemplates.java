package dev.muster.camel;

import dev.muster.settings.MusterSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.springframework.stereotype.Component;

/**
 * Loads {@code routes/} and the spine into Camel before it starts, and remembers which templates
 * came from which vendor's file.
 */
@Component
class RouteTemplates {
  private final Map<String, List<RouteTemplateDefinition>> byVendor = new LinkedHashMap<>();

  /**
   * @throws ConfigurationProblem for a file that Camel can't read, and for a bad table of codes
   */
  RouteTemplates(MusterSettings settings, CamelContext context) {
    RouteFiles files = new RouteFiles(settings);
    try {
      PluginHelper.getRoutesLoader(context).loadRoutes(files.shared());
      context.addRoutes(new Spine());
      for (Resource file : files.vendors()) {
        byVendor.put(RouteFiles.vendor(file), load(context, file));
      }
    } catch (Exception e) {
      throw new ConfigurationProblem("can't load the routes: " + e.getMessage(), e);
    }
    List<String> problems = new ArrayList<>();
    byVendor.forEach(
        (vendor, templates) ->
            problems.addAll(
                VendorCodes.problems(
                    context,
                    vendor,
                    templates.stream().map(RouteTemplateDefinition::getId).toList())));
    if (!problems.isEmpty()) {
      throw new ConfigurationProblem(problems);
    }
  }

  private static List<RouteTemplateDefinition> load(CamelContext context, Resource file)
      throws Exception {
    Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
    var before =
        new TreeSet<>(
            model.getRouteTemplateDefinitions().stream()
                .map(RouteTemplateDefinition::getId)
                .toList());
    PluginHelper.getRoutesLoader(context).loadRoutes(file);
    return model.getRouteTemplateDefinitions().stream()
        .filter(template -> !before.contains(template.getId()))
        .toList();
  }

  /** The templates of a vendor's file; empty if it has none. */
  List<RouteTemplateDefinition> of(String vendor) {
    return byVendor.getOrDefault(vendor, List.of());
  }
}
