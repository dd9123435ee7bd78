package dev.muster.camel;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.start.ConfigurationProblem;
import dev.muster.support.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of routes that somebody has changed. */
class RouteTemplatesTest {
  @TempDir Path folder;

  @BeforeEach
  void vendors() throws IOException {
    Files.createDirectory(folder.resolve("vendors"));
  }

  private RouteTemplates load() throws IOException {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      return new RouteTemplates(Settings.of(Map.of("muster.routes", folder.toString())), context);
    }
  }

  @Test
  void aFileThatIsNoYamlIsNotLoaded() throws IOException {
    Files.writeString(folder.resolve("vendors/acme.yaml"), "- routeTemplate: {");
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(this::load)
        .withMessageStartingWith("can't load the routes: ");
  }

  @Test
  void aVendorWithoutAFileHasNoNumbers() throws IOException {
    VendorNumbers numbers = new VendorNumbers(load());
    assertThatExceptionOfType(ConfigurationProblem.class)
        .isThrownBy(() -> numbers.of("acme"))
        .withMessage("routes/vendors/acme.yaml gives no number for requests");
  }
}
