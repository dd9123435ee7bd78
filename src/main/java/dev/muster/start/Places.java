package dev.muster.start;

import java.util.Comparator;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Where the configuration says something. A sentence about the configuration begins with the key
 * that it is about: {@code muster.workers is …}, or {@code muster.accounts.one: base-url is …}.
 */
public final class Places {
  private static final Pattern KEY =
      Pattern.compile("^([a-z][\\w.-]*\\w)(?:: ([a-z][\\w.-]*\\w))?(?=\\W)");

  /** What follows an account's name and begins so is about all accounts, such as their proxy. */
  private static final String SHARED = "muster.";

  /** Elements. One more above {@code muster.workers} would be found in any file. */
  private static final int LEAST_ELEMENTS = 2;

  private final Environment environment;

  public Places(Environment environment) {
    this.environment = environment;
  }

  /** The place of what a sentence is about, or of what is there of it. */
  public Mistake of(String sentence) {
    Matcher key = KEY.matcher(sentence);
    if (!key.find()) {
      return new Mistake(Mistake.NOWHERE, 0, sentence);
    }
    String first = key.group(1);
    if (key.group(2) != null && key.group(2).startsWith(SHARED)) {
      return of(sentence.substring(key.start(2)));
    }
    ConfigurationPropertyName name =
        ConfigurationPropertyName.adapt(
            key.group(2) == null ? first : first + "." + key.group(2), '.');
    while (name.getNumberOfElements() >= LEAST_ELEMENTS) {
      ConfigurationProperty found = find(name);
      if (found != null) {
        return of(found, sentence);
      }
      name = name.getParent();
    }
    return new Mistake(Mistake.NOWHERE, 0, sentence);
  }

  private ConfigurationProperty find(ConfigurationPropertyName name) {
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      ConfigurationProperty exact = source.getConfigurationProperty(name);
      ConfigurationProperty found = exact != null ? exact : firstBelow(name, source);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static ConfigurationProperty firstBelow(
      ConfigurationPropertyName name, ConfigurationPropertySource source) {
    return source instanceof IterableConfigurationPropertySource listed
        ? listed.stream()
            .filter(name::isAncestorOf)
            .map(source::getConfigurationProperty)
            .filter(Objects::nonNull)
            .min(Comparator.comparingInt(property -> line(property.getOrigin())))
            .orElse(null)
        : null;
  }

  private static Mistake of(ConfigurationProperty property, String words) {
    return at(
        property.getOrigin(),
        property.getName().toString(),
        property.getSource().getUnderlyingSource(),
        words);
  }

  /**
   * @param origin nullable
   * @param source what Spring read it from
   */
  public static Mistake at(Origin origin, String key, Object source, String words) {
    TextResourceOrigin text = text(origin);
    if (text != null) {
      return new Mistake(YamlFiles.place(text.getResource()), line(origin), words);
    }
    SystemEnvironmentOrigin variable = within(SystemEnvironmentOrigin.class, origin);
    return new Mistake(
        variable != null ? "environment variable " + variable.getProperty() : named(key, source),
        0,
        words);
  }

  private static String named(String key, Object source) {
    if (source instanceof CommandLinePropertySource<?>) {
      return "command line, --" + key;
    }
    return source instanceof PropertySource<?> named
            && named.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)
        ? "JVM property " + key
        : Mistake.NOWHERE;
  }

  /** Null if it comes from no file. */
  public static TextResourceOrigin text(Origin origin) {
    return within(TextResourceOrigin.class, origin);
  }

  private static <T extends Origin> T within(Class<T> kind, Origin origin) {
    Origin inner = origin instanceof PropertySourceOrigin outer ? outer.getOrigin() : origin;
    return Stream.concat(Stream.ofNullable(inner), Origin.parentsFrom(inner).stream())
        .filter(kind::isInstance)
        .map(kind::cast)
        .findFirst()
        .orElse(null);
  }

  /** As people call it; empty for the packaged one. */
  public static String file(TextResourceOrigin text) {
    return YamlFiles.isPackaged(text.getResource()) ? "" : YamlFiles.place(text.getResource());
  }

  /** From 1; 0 for no file. */
  private static int line(Origin origin) {
    TextResourceOrigin text = text(origin);
    return text == null || text.getLocation() == null ? 0 : text.getLocation().getLine() + 1;
  }
}
