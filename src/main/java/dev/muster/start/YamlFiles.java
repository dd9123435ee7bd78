package dev.muster.start;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.Resource;

/**
 * Reads the configuration's YAML as Spring does, and says in which file and line it is broken. The
 * start ends there; a check goes on with the files that can be read.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class YamlFiles implements PropertySourceLoader {
  /** Spring makes the loader by itself, on the thread that prepares the environment. */
  private static final ThreadLocal<List<Mistake>> COLLECTED = new ThreadLocal<>();

  private final PropertySourceLoader spring = new YamlPropertySourceLoader();

  /** Collects what is broken in the files that the action has Spring read, and ends at none. */
  public static void collecting(List<Mistake> mistakes, Runnable action) {
    COLLECTED.set(mistakes);
    try {
      action.run();
    } finally {
      COLLECTED.remove();
    }
  }

  @Override
  public String[] getFileExtensions() {
    return spring.getFileExtensions();
  }

  @Override
  public List<PropertySource<?>> load(String name, Resource resource) throws IOException {
    YamlTree tree = new YamlTree(place(resource), resource.getContentAsByteArray());
    if (tree.mistakes().isEmpty()) {
      return spring.load(name, resource);
    }
    if (COLLECTED.get() == null) {
      throw new ConfigurationProblem(tree.mistakes().stream().map(Mistake::toString).toList());
    }
    COLLECTED.get().addAll(tree.mistakes());
    return tree.isBroken()
        ? List.of()
        : spring.load(name, new Repaired(resource, tree.withoutDoubled()));
  }

  /** A file as people call it; the packaged one by its name. */
  static String place(Resource resource) {
    try {
      return isPackaged(resource)
          ? resource.getFilename() + " of the jar"
          : Mistake.shown(resource.getFile().toPath());
    } catch (IOException notAFile) {
      return resource.getDescription();
    }
  }

  static boolean isPackaged(Resource resource) {
    return resource.getDescription().startsWith("class path resource");
  }

  /** The same file with another text. */
  private static final class Repaired extends AbstractResource {
    private final Resource file;
    private final String text;

    Repaired(Resource file, String text) {
      this.file = file;
      this.text = text;
    }

    @Override
    public String getDescription() {
      return file.getDescription();
    }

    @Override
    public String getFilename() {
      return file.getFilename();
    }

    @Override
    public URL getURL() throws IOException {
      return file.getURL();
    }

    @Override
    public File getFile() throws IOException {
      return file.getFile();
    }

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
