package dev.muster.camel;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.camel.CamelContext;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** What runs here, as a metric. */
@Component
class BuildInfo implements MeterBinder {
  private final String version;

  /**
   * @param version from the jar's manifest
   */
  BuildInfo(@Value("${spring.application.version:unpackaged}") String version) {
    this.version = version;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("muster.build.info", () -> 1)
        .description("Always 1: the versions of Muster, Camel and Java.")
        .tag("version", version)
        // Not of the context: Spring would start it before the routes are loaded.
        .tag("camel", String.valueOf(CamelContext.class.getPackage().getImplementationVersion()))
        .tag("java", System.getProperty("java.version"))
        .register(registry);
  }
}
