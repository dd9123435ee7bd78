package dev.muster.database;

import dev.muster.settings.MusterSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.stereotype.Component;

/** The SQL: packaged, or that of the folder that {@code muster.sql} names. */
@Component
class SqlFolder {
  private final ResourceLoader resources;
  private final MusterSettings settings;

  SqlFolder(ResourceLoader resources, MusterSettings settings) {
    this.resources = resources;
    this.settings = settings;
  }

  /** Where Flyway finds the folder's migrations; none for the packaged ones. */
  String[] migrations() {
    return settings.sql() == null
        ? new String[0]
        : Stream.of("migrations", "functions", "views")
            .map(part -> "filesystem:" + settings.sql().resolve(part).toAbsolutePath())
            .toArray(String[]::new);
  }

  /** The text of a script. */
  String script(String path) {
    String folder =
        settings.sql() == null
            ? "classpath:sql"
            : settings.sql().toAbsolutePath().toUri().toString();
    Resource script = resources.getResource(folder + "/" + path);
    try {
      return script.getContentAsString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + script, e);
    }
  }
}
