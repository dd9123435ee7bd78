package dev.muster.start;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Writes down which keys under {@code muster} Spring could not bind, and binds the others. Settings
 * that are not Muster's pass through.
 */
class SettingsBindHandler extends NoUnboundElementsBindHandler {
  private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("muster");
  static final ConfigurationPropertyName ACCOUNTS = PREFIX.append("accounts");

  /** Others use these too: only a key that starts like an account's is meant for Muster. */
  static final String ENVIRONMENT = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

  private static final String JVM = StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME;

  private static final Pattern NUMBER = Pattern.compile("\\s*[+-]?\\d+\\s*");

  private final BindHandler parent;
  private final BindingProblems problems;

  /** The keys that Spring looked for, in the order of the settings. */
  private final Set<ConfigurationPropertyName> known = new LinkedHashSet<>();

  /** The keys that have a value, whether or not it could be read. */
  private final Set<ConfigurationPropertyName> given = new HashSet<>();

  SettingsBindHandler(BindHandler parent, BindingProblems problems) {
    super(parent, source -> true);
    this.parent = parent;
    this.problems = problems;
  }

  @Override
  public <T> Bindable<T> onStart(
      ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
    if (PREFIX.isAncestorOf(name)) {
      known.add(name);
    }
    return super.onStart(name, target, context);
  }

  /** A bare number would be milliseconds: a window of 60 would allow 1,000 times the limit. */
  @Override
  public Object onSuccess(
      ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
    given.add(name);
    if (PREFIX.isAncestorOf(name) && result instanceof String) {
      requireText(name, context);
    }
    if (name.equals(ACCOUNTS) && result instanceof Map<?, ?> accounts) {
      return super.onSuccess(
          name, target, context, AccountNames.merge(accounts, context.getSources(), problems));
    }
    if (PREFIX.isAncestorOf(name)
        && result instanceof Duration
        && NUMBER
            .matcher(context.getBinder().bind(name, Bindable.of(String.class)).orElse(""))
            .matches()) {
      problems.unitless(name);
    }
    return super.onSuccess(name, target, context, result);
  }

  private void requireText(ConfigurationPropertyName name, BindContext context) {
    ConfigurationProperty property = property(name, context);
    if (property != null && BindingProblems.isNoText(property.getValue())) {
      problems.noText(name, property.getValue());
    }
  }

  @Override
  public Object onFailure(
      ConfigurationPropertyName name, Bindable<?> target, BindContext context, Exception error)
      throws Exception {
    ConfigurationProperty property = property(name, context);
    if (!PREFIX.isAncestorOf(name) || property == null) {
      return super.onFailure(name, target, context, error);
    }
    given.add(name);
    // An empty value is YAML's {}, which means nothing.
    if (!property.getValue().equals("")) {
      problems.unreadable(name, target.getBoxedType().resolve());
    }
    return null;
  }

  @Override
  public void onFinish(
      ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result)
      throws Exception {
    if (!PREFIX.equals(name)) {
      parent.onFinish(name, target, context, result);
      return;
    }
    try {
      super.onFinish(name, target, context, result);
    } catch (UnboundConfigurationPropertiesException unbound) {
      unbound.getUnboundProperties().stream()
          .filter(property -> isOurs(property) && !isGiven(property))
          .map(ConfigurationProperty::getName)
          .forEach(this::unknown);
    }
  }

  private static ConfigurationProperty property(
      ConfigurationPropertyName name, BindContext context) {
    for (ConfigurationPropertySource source : context.getSources()) {
      ConfigurationProperty property = source.getConfigurationProperty(name);
      if (property != null) {
        return property;
      }
    }
    return null;
  }

  private static boolean isOurs(ConfigurationProperty property) {
    String source = source(property);
    return ACCOUNTS.isAncestorOf(property.getName())
        || !(source.equals(ENVIRONMENT) || source.equals(JVM));
  }

  private boolean isGiven(ConfigurationProperty property) {
    ConfigurationPropertyName key = property.getName();
    return source(property).equals(ENVIRONMENT)
        ? given.stream().anyMatch(name -> unseparated(name).equals(unseparated(key)))
        : given.contains(key);
  }

  private static String source(ConfigurationProperty property) {
    return nameOf(property.getSource());
  }

  /** Empty for a source without a name. */
  static String nameOf(ConfigurationPropertySource source) {
    return source.getUnderlyingSource() instanceof PropertySource<?> named ? named.getName() : "";
  }

  /** Names what is known beside the key, or beside the closest key above it that is known. */
  private void unknown(ConfigurationPropertyName key) {
    ConfigurationPropertyName parent = key.getParent();
    while (below(parent).isEmpty()) {
      parent = parent.getParent();
    }
    problems.unknown(key, parent, below(parent));
  }

  private List<String> below(ConfigurationPropertyName parent) {
    return known.stream()
        .filter(parent::isParentOf)
        .map(name -> name.getLastElement(Form.DASHED))
        .toList();
  }

  /** In the environment a dot, a dash and nothing look alike. */
  private static String unseparated(ConfigurationPropertyName name) {
    return name.toString().replaceAll("[^a-z0-9]", "");
  }
}
