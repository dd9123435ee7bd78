package dev.muster.camel;

import dev.muster.start.ConfigurationProblem;
import dev.muster.start.VendorDefaults;
import dev.muster.start.VendorDefaultsSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.stereotype.Component;

/** A vendor's numbers stand once in its YAML, as the defaults of template parameters. */
@Component
class VendorNumbers implements VendorDefaultsSource {
  static final String REQUESTS = "requests";
  static final String WINDOW = "window-millis";
  private static final String CALL_DEADLINE = "call-deadline";
  private static final String REFRESH_EVERY = "refresh-every";

  private final RouteTemplates templates;

  VendorNumbers(RouteTemplates templates) {
    this.templates = templates;
  }

  @Override
  public VendorDefaults of(String vendor) {
    Map<String, String> yaml = new HashMap<>();
    for (RouteTemplateDefinition template : templates.of(vendor)) {
      for (RouteTemplateParameterDefinition parameter : template.getTemplateParameters()) {
        if (parameter.getDefaultValue() != null) {
          yaml.put(parameter.getName(), parameter.getDefaultValue());
        }
      }
    }
    for (String name : List.of(REQUESTS, WINDOW, CALL_DEADLINE, REFRESH_EVERY)) {
      if (!yaml.containsKey(name)) {
        throw new ConfigurationProblem(
            List.of("routes/vendors/" + vendor + ".yaml gives no number for " + name));
      }
    }
    return new VendorDefaults(
        Integer.parseInt(yaml.get(REQUESTS)),
        Duration.ofMillis(Long.parseLong(yaml.get(WINDOW))),
        DurationStyle.detectAndParse(yaml.get(CALL_DEADLINE)),
        DurationStyle.detectAndParse(yaml.get(REFRESH_EVERY)));
  }
}
