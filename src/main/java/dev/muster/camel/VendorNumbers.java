package dev.muster.camel;

import dev.muster.settings.MusterSettings.AccountSettings;
import dev.muster.settings.MusterSettings.QuotaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.springframework.boot.convert.DurationStyle;

/**
 * An account's numbers: those of its vendor's YAML, where each stands once as a template
 * parameter's default, unless the account's own configuration says otherwise.
 *
 * @param requests calls per window; 0 for no limit
 * @param window the window's length
 * @param callDeadline the longest that one call may take
 * @param refreshEvery how often a target is read that says nothing itself
 */
record VendorNumbers(int requests, Duration window, Duration callDeadline, Duration refreshEvery) {
  static final String REQUESTS = "requests";
  static final String WINDOW = "window-millis";
  private static final String CALL_DEADLINE = "call-deadline";
  private static final String REFRESH_EVERY = "refresh-every";

  /**
   * @throws ConfigurationProblem if the vendor's YAML lacks one
   */
  static VendorNumbers of(
      String vendor, List<RouteTemplateDefinition> templates, AccountSettings account) {
    Map<String, String> yaml = new HashMap<>();
    for (RouteTemplateDefinition template : templates) {
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
    QuotaSettings quota = account.quota();
    return new VendorNumbers(
        quota.requests() != null ? quota.requests() : Integer.parseInt(yaml.get(REQUESTS)),
        quota.window() != null
            ? quota.window()
            : Duration.ofMillis(Long.parseLong(yaml.get(WINDOW))),
        account.callDeadline() != null
            ? account.callDeadline()
            : DurationStyle.detectAndParse(yaml.get(CALL_DEADLINE)),
        account.refreshEvery() != null
            ? account.refreshEvery()
            : DurationStyle.detectAndParse(yaml.get(REFRESH_EVERY)));
  }
}
