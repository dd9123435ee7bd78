package dev.muster.start;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;

/**
 * One account for each name, however it is written. Spring takes {@code huawei-eu} of a file and
 * {@code HUAWEIEU} of the environment for two, and gives each the settings of both.
 */
final class AccountNames {

  /**
   * @param accounts by the names that Spring found, in each way of writing
   * @return the same, each once: as it is written outside the environment, which can spell neither
   *     dashes nor case
   */
  static Map<Object, Object> merge(
      Map<?, ?> accounts, Iterable<ConfigurationPropertySource> sources, BindingProblems problems) {
    Map<String, String> spelt = spelt(sources, problems);
    Map<Object, Object> merged = new LinkedHashMap<>();
    accounts.forEach(
        (name, account) ->
            merged.putIfAbsent(spelt.getOrDefault(canonical(name), name.toString()), account));
    return merged;
  }

  private static Map<String, String> spelt(
      Iterable<ConfigurationPropertySource> sources, BindingProblems problems) {
    Map<String, String> spelt = new LinkedHashMap<>();
    for (ConfigurationPropertySource source : sources) {
      if (source instanceof IterableConfigurationPropertySource listed
          && !SettingsBindHandler.nameOf(source).equals(SettingsBindHandler.ENVIRONMENT)) {
        listed.stream()
            .filter(SettingsBindHandler.ACCOUNTS::isAncestorOf)
            .map(AccountNames::account)
            .distinct()
            .forEach(name -> put(spelt, name, problems));
      }
    }
    return spelt;
  }

  private static String account(ConfigurationPropertyName key) {
    return key.getElement(SettingsBindHandler.ACCOUNTS.getNumberOfElements(), Form.ORIGINAL);
  }

  private static void put(Map<String, String> spelt, String name, BindingProblems problems) {
    String earlier = spelt.putIfAbsent(canonical(name), name);
    if (earlier != null && !earlier.equals(name)) {
      String where = SettingsBindHandler.ACCOUNTS + ".";
      problems.alike(where + earlier, where + name);
    }
  }

  private static String canonical(Object name) {
    return name.toString().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  private AccountNames() {}
}
