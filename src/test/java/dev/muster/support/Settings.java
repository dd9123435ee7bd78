package dev.muster.support;

import dev.muster.settings.MusterSettings;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Muster's settings as a configuration gives them, defaults included. */
public final class Settings {

  /**
   * @param properties such as {@code muster.token-key} and its value
   */
  public static MusterSettings of(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("muster", MusterSettings.class);
  }

  private Settings() {}
}
