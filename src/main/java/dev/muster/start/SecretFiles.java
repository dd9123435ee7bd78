package dev.muster.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;

/**
 * Reads secret files as UTF-8. Spring reads them in the JVM's default charset, which Java 17 takes
 * from the locale: under POSIX every other letter than an English one is lost.
 */
class SecretFiles implements EnvironmentPostProcessor {

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    if (Charset.defaultCharset().equals(StandardCharsets.UTF_8)) {
      return;
    }
    MutablePropertySources sources = environment.getPropertySources();
    sources.stream()
        .filter(ConfigTreePropertySource.class::isInstance)
        .map(ConfigTreePropertySource.class::cast)
        .toList()
        .forEach(files -> sources.replace(files.getName(), new InUtf8(files)));
  }

  private static final class InUtf8 extends EnumerablePropertySource<ConfigTreePropertySource> {
    InUtf8(ConfigTreePropertySource files) {
      super(files.getName(), files);
    }

    @Override
    public String[] getPropertyNames() {
      return source.getPropertyNames();
    }

    @Override
    public Object getProperty(String name) {
      ConfigTreePropertySource.Value file = source.getProperty(name);
      return file == null ? null : text(file);
    }

    /** Without the line end that closes a single line, as Spring reads it. */
    private static String text(ConfigTreePropertySource.Value file) {
      try (var in = file.getInputStream()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return text.indexOf('\n') == text.length() - 1 ? text.stripTrailing() : text;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
