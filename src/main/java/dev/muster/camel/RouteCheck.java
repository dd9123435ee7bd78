package dev.muster.camel;

import dev.muster.settings.MusterSettings;
import dev.muster.start.RouteExamination;
import dev.muster.vendor.Vendor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.PropertiesSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.support.SimpleBeanDefinitionRegistry;
import org.springframework.context.annotation.ClassPathBeanDefinitionScanner;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Loads {@code routes/} into a Camel of its own, which is never started. */
@Component
class RouteCheck implements RouteExamination {
  private static final String MUSTER = "dev.muster";

  @Override
  public Routes read(MusterSettings settings, List<Vendor> vendors, Environment environment) {
    if (settings.routes() != null && !Files.isDirectory(settings.routes())) {
      // Told by ServiceProblems, with the key's place.
      return new Routes(List.of(), Map.of(), null, 0, 0);
    }
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.disableJMX();
      LetterConverter.register(camel.getTypeConverterRegistry());
      camel.addComponent("muster", new Endpoints(settings));
      // Never connected: the endpoints look for its name alone.
      camel.getRegistry().bind("dataSource", new PGSimpleDataSource());
      camel.getPropertiesComponent().addPropertiesSource(new Configuration(environment));
      camel.build();
      StepCheck steps = new StepCheck(camel, beans(environment));
      RouteReading reading =
          new RouteReading(camel, steps, new RouteFiles(settings), List.copyOf(vendors));
      return reading.read();
    } catch (IOException e) {
      throw new IllegalStateException("can't close what the routes were checked with", e);
    }
  }

  /** The names that a route can call, each with its class. */
  private static Map<String, String> beans(Environment environment) {
    SimpleBeanDefinitionRegistry found = new SimpleBeanDefinitionRegistry();
    ClassPathBeanDefinitionScanner scanner =
        new ClassPathBeanDefinitionScanner(found, true, environment);
    scanner.setIncludeAnnotationConfig(false);
    scanner.scan(MUSTER);
    Map<String, String> beans = new HashMap<>();
    for (String name : found.getBeanDefinitionNames()) {
      beans.put(name, found.getBeanDefinition(name).getBeanClassName());
    }
    return beans;
  }

  /** Makes endpoints, which is when their options are looked at, and works for none. */
  private static final class Endpoints extends MusterComponent {
    Endpoints(MusterSettings settings) {
      super(null, null, null, settings);
    }

    @Override
    protected void doStart() {}

    @Override
    protected void doStop() {}
  }

  /** What a route's placeholders stand for. */
  private record Configuration(Environment environment) implements PropertiesSource {
    @Override
    public String getName() {
      return "configuration";
    }

    @Override
    public String getProperty(String name) {
      return environment.getProperty(name);
    }
  }
}
