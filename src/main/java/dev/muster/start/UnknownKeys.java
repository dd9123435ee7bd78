package dev.muster.start;

import dev.muster.settings.KnownKeys;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.stereotype.Component;

/**
 * Keys that nothing reads: a misspelt limit would be no limit. The environment and the JVM's own
 * properties belong to others too, so of theirs only what names an account is looked at.
 */
@Component
class UnknownKeys {
  private static final String ENVIRONMENT =
      StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
  private static final String JVM = StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME;

  private final Environment environment;

  UnknownKeys(Environment environment) {
    this.environment = environment;
  }

  /**
   * @return one sentence each that names the key and the known ones; never a value, which may be a
   *     secret
   */
  Set<String> problems() {
    Set<String> problems = new TreeSet<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource keys
          && source.getUnderlyingSource() instanceof PropertySource<?> underlying) {
        keys.stream()
            .filter(key -> !isKnown(key, underlying.getName()))
            .map(UnknownKeys::problem)
            .forEach(problems::add);
      }
    }
    return problems;
  }

  private static boolean isKnown(ConfigurationPropertyName key, String source) {
    boolean ours = KnownKeys.PREFIX.isAncestorOf(key);
    boolean account = KnownKeys.ACCOUNTS.isAncestorOf(key);
    if (!ours || (!account && (source.equals(ENVIRONMENT) || source.equals(JVM)))) {
      return true;
    }
    StringBuilder name = new StringBuilder();
    for (int n = KnownKeys.PREFIX.getNumberOfElements(); n < key.getNumberOfElements(); n++) {
      name.append(name.isEmpty() ? "" : ".").append(key.getElement(n, Form.UNIFORM));
    }
    return source.equals(ENVIRONMENT)
        ? KnownKeys.holdsUnseparated(name.toString())
        : KnownKeys.holds(name.toString());
  }

  private static String problem(ConfigurationPropertyName key) {
    boolean account =
        KnownKeys.ACCOUNTS.isAncestorOf(key)
            && key.getNumberOfElements() > KnownKeys.ACCOUNTS.getNumberOfElements() + 1;
    ConfigurationPropertyName parent =
        account ? key.chop(KnownKeys.ACCOUNTS.getNumberOfElements() + 1) : KnownKeys.PREFIX;
    return key
        + ": there is no such key; known under "
        + parent
        + ": "
        + String.join(", ", account ? KnownKeys.ofAnAccount() : KnownKeys.ofTheService());
  }
}
