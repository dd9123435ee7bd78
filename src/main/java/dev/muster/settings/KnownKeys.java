package dev.muster.settings;

import dev.muster.settings.MusterSettings.AccountSettings;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * The keys that {@link MusterSettings} has, as docs/configuration.md writes them: {@code
 * accounts.*.base-url}. A star at the end stands for anything, elsewhere for a name.
 */
public final class KnownKeys {
  public static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("muster");
  public static final ConfigurationPropertyName ACCOUNTS = PREFIX.append("accounts");

  private static final String ANY_ACCOUNT = "accounts.*.";
  private static final List<String> ALL = keys("", MusterSettings.class).toList();

  /** With its parts separated by dots, and whole branches, as an empty map is given. */
  private static final Pattern SEPARATED =
      Pattern.compile(
          ALL.stream().flatMap(KnownKeys::branches).distinct().collect(Collectors.joining("|")));

  /** As the environment has it, where a dot, a dash and nothing all look alike. */
  private static final Pattern UNSEPARATED = unseparated(ALL.stream());

  private static final Pattern TIMES =
      unseparated(keys("", MusterSettings.class, Duration.class::equals));

  /**
   * @param key below {@link #PREFIX}, each element in lower case and without dashes
   */
  public static boolean holds(String key) {
    return SEPARATED.matcher(key).matches();
  }

  /** The same for a key whose dots may stand anywhere. */
  public static boolean holdsUnseparated(String key) {
    return UNSEPARATED.matcher(key.replace(".", "")).matches();
  }

  /**
   * Whether a key's value is a time.
   *
   * @param key below {@link #PREFIX}, in lower case and without dashes; its dots may stand anywhere
   */
  public static boolean isTime(String key) {
    return TIMES.matcher(key.replace(".", "")).matches();
  }

  /** Below an account's name. */
  public static List<String> ofAnAccount() {
    return keys("", AccountSettings.class).toList();
  }

  /** Below {@link #PREFIX}, without the accounts'. */
  public static List<String> ofTheService() {
    return Stream.concat(
            Stream.of("accounts.*"), ALL.stream().filter(key -> !key.startsWith(ANY_ACCOUNT)))
        .toList();
  }

  private static Stream<String> keys(String prefix, Class<?> settings) {
    return keys(prefix, settings, any -> true);
  }

  /** The keys whose values are of a wanted type. */
  private static Stream<String> keys(String prefix, Class<?> settings, Predicate<Type> wanted) {
    return Stream.of(settings.getRecordComponents())
        .flatMap(component -> keys(prefix + kebab(component), component.getGenericType(), wanted));
  }

  private static Stream<String> keys(String key, Type type, Predicate<Type> wanted) {
    if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
      Type value = map.getActualTypeArguments()[1];
      return keys(key + ".*", value, wanted);
    }
    if (type instanceof Class<?> settings && settings.isRecord()) {
      return keys(key + ".", settings, wanted);
    }
    return wanted.test(type) ? Stream.of(key) : Stream.empty();
  }

  private static Pattern unseparated(Stream<String> keys) {
    return Pattern.compile(
        keys.map(key -> key.replaceAll("[.-]", "").replace("*", ".+"))
            .collect(Collectors.joining("|")));
  }

  private static String kebab(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  private static Stream<String> branches(String key) {
    String[] parts = key.split("\\.");
    return Stream.iterate(1, length -> length <= parts.length, length -> length + 1)
        .map(length -> regex(List.of(parts).subList(0, length), length == parts.length));
  }

  private static String regex(List<String> parts, boolean whole) {
    String name = String.join("\\.", parts).replace("-", "").replace("*", "[^.]+");
    return whole && parts.get(parts.size() - 1).equals("*") ? name + ".*" : name;
  }

  private KnownKeys() {}
}
