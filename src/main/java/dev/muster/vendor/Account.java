package dev.muster.vendor;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * One set of credentials at one vendor, as configured under {@code muster.accounts.<name>}.
 *
 * @param name the account's name in every table and view
 * @param vendor the vendor's name
 * @param baseUrl scheme, host, port and an optional path prefix, without a trailing slash
 * @param parameters the vendor's own settings; not secret; never null
 * @param credentials secret; never null
 */
public record Account(
    String name,
    String vendor,
    String baseUrl,
    Map<String, String> parameters,
    Map<String, String> credentials) {

  private static final Comparator<String> PARAMETERS_FIRST =
      Comparator.comparing((String key) -> key.startsWith("credentials."))
          .thenComparing(Comparator.naturalOrder());

  /** Characters. */
  private static final int LONG_USER = 8;

  public Account {
    parameters = Settings.relaxed(parameters);
    credentials = Settings.relaxed(credentials);
  }

  /**
   * The value of a parameter, found ignoring case and dashes; {@code otherwise} if it is absent or
   * blank.
   */
  public String parameter(String key, String otherwise) {
    String value = parameters.get(Settings.canonical(key));
    return value == null || value.isBlank() ? otherwise : value.trim();
  }

  /** The value of a credential, found ignoring case and dashes; null if it is absent or blank. */
  public String credential(String key) {
    String value = credentials.get(Settings.canonical(key));
    return value == null || value.isBlank() ? null : value.trim();
  }

  /**
   * What it lacks, a sentence each: parameters first, then credentials.
   *
   * @param needed such as {@code credentials.token}, each with what to put there
   */
  public List<String> missing(Map<String, String> needed) {
    return needed.keySet().stream()
        .filter(key -> value(key) == null)
        .sorted(PARAMETERS_FIRST)
        .map(key -> key + " is missing: put " + needed.get(key) + " there")
        .toList();
  }

  private String value(String key) {
    String name = key.substring(key.indexOf('.') + 1);
    return key.startsWith("parameters.") ? parameter(name, null) : credential(name);
  }

  /**
   * What it has beyond these.
   *
   * @param known such as {@code parameters.org-id}
   * @return in lower case and without dashes, in their order
   */
  public Set<String> keysBeyond(Collection<String> known) {
    Set<String> beyond = new TreeSet<>();
    parameters.keySet().forEach(key -> beyond.add("parameters." + key));
    credentials.keySet().forEach(key -> beyond.add("credentials." + key));
    known.stream().map(Settings::canonical).forEach(beyond::remove);
    return beyond;
  }

  /**
   * A copy that takes these for credentials too, so that masking knows them; its own are found as
   * before.
   *
   * @param more secrets such as the present token; nulls are passed over
   */
  public Account concealing(Collection<String> more) {
    Map<String, String> all = new HashMap<>(credentials);
    more.stream()
        .filter(Objects::nonNull)
        .forEach(secret -> all.put("concealed" + all.size(), secret));
    return new Account(name, vendor, baseUrl, parameters, all);
  }

  /**
   * What must not be shown. A short user's name may be a word that stands in many names of devices.
   */
  public Collection<String> secrets() {
    Map<String, String> secret = new HashMap<>(credentials);
    secret.computeIfPresent("user", (key, user) -> user.length() < LONG_USER ? null : user);
    return secret.values();
  }

  /** Names the account without its credentials. */
  @Override
  public String toString() {
    return "account " + name + " (" + vendor + " at " + baseUrl + ")";
  }
}
