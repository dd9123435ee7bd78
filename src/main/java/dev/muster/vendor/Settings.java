package dev.muster.vendor;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Keys that match ignoring case and dashes, because an environment variable can spell neither. */
final class Settings {
  static String canonical(String key) {
    return key.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  static Map<String, String> relaxed(Map<String, String> given) {
    Map<String, String> result = new TreeMap<>();
    if (given != null) {
      given.forEach((key, value) -> result.put(canonical(key), value));
    }
    return Map.copyOf(result);
  }

  private Settings() {}
}
