package dev.muster.start;

import dev.muster.settings.KnownKeys;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * Times that are bare numbers. They would be milliseconds, which nobody means: a window of 60 would
 * allow a thousand times the vendor's limit.
 */
final class UnitlessTimes {
  private static final Set<String> VENDORS = Set.of("parameters", "credentials");
  private static final Pattern NUMBER = Pattern.compile("\\s*[+-]?\\d+\\s*");

  /**
   * @return one sentence each that names the key and what to put there
   */
  static Set<String> problems(Environment environment) {
    Set<String> problems = new TreeSet<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource keys) {
        keys.stream()
            .filter(UnitlessTimes::isTime)
            .filter(key -> isNumber(environment, source.getConfigurationProperty(key)))
            .map(key -> key + " has no unit: put ms, s, m, h or d behind its number")
            .forEach(problems::add);
      }
    }
    return problems;
  }

  private static boolean isTime(ConfigurationPropertyName key) {
    return KnownKeys.PREFIX.isAncestorOf(key)
        && !isVendors(key)
        && KnownKeys.isTime(
            key.subName(KnownKeys.PREFIX.getNumberOfElements()).toString().replace("-", ""));
  }

  /** Whether only the vendor knows what it means. */
  private static boolean isVendors(ConfigurationPropertyName key) {
    int ofAnAccount = KnownKeys.ACCOUNTS.getNumberOfElements() + 1;
    return KnownKeys.ACCOUNTS.isAncestorOf(key)
        && key.getNumberOfElements() > ofAnAccount
        && VENDORS.contains(key.getElement(ofAnAccount, Form.UNIFORM));
  }

  /**
   * @param property null for a variable that reads back as no key
   */
  private static boolean isNumber(Environment environment, ConfigurationProperty property) {
    return property != null
        && NUMBER
            .matcher(environment.resolvePlaceholders(String.valueOf(property.getValue())))
            .matches();
  }

  private UnitlessTimes() {}
}
