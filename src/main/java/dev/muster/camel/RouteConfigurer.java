package dev.muster.camel;

import dev.muster.settings.MusterSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.support.PluginHelper;
import org.springframework.stereotype.Component;

/**
 * Loads {@code routes/} and the spine into Camel, and remembers which templates came from which
 * vendor's file.
 */
@Component
class RouteConfigurer implements CamelContextConfiguration {
  private final RouteFiles files;
  private final Map<String, List<RouteTemplateDefinition>> templates = new LinkedHashMap<>();

  RouteConfigurer(MusterSettings settings) {
    this.files = new RouteFiles(settings);
  }

  @Override
  public void beforeApplicationStart(CamelContext context) {
    try {
      PluginHelper.getRoutesLoader(context).loadRoutes(files.shared());
      context.addRoutes(new Spine());
      for (Resource file : files.vendors()) {
        templates.put(RouteFiles.vendor(file), load(context, file));
      }
    } catch (Exception e) {
      throw new IllegalStateException("can't load the routes: " + e.getMessage(), e);
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

  @Override
  public void afterApplicationStart(CamelContext context) {}

  /** The templates of a vendor's file; empty if it has none. */
  List<RouteTemplateDefinition> templates(String vendor) {
    return templates.getOrDefault(vendor, List.of());
  }
}
