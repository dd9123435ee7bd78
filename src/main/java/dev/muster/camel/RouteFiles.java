package dev.muster.camel;

import dev.muster.settings.MusterSettings;
import dev.muster.start.Mistake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The YAML files of {@code routes/}: those of the folder {@code muster.routes} names, else the
 * packaged ones. Camel's own pattern for sub-folders works in tests and not in a packaged jar, so
 * the files are found by Spring and handed to Camel one by one.
 */
final class RouteFiles {
  private static final String ROOT = "routes/";

  private final Path folder;

  RouteFiles(MusterSettings settings) {
    this.folder = settings.routes();
  }

  /** The routes that all vendors share. */
  List<Resource> shared() {
    return files("");
  }

  /** One file a vendor, named after it. */
  List<Resource> vendors() {
    return files("vendors/");
  }

  /** {@code acme} for {@code routes/vendors/acme.yaml}. */
  static String vendor(Resource file) {
    String location = file.getLocation();
    return location.substring(location.lastIndexOf('/') + 1, location.length() - ".yaml".length());
  }

  /** As people call it who look from the working directory; the packaged one by its name. */
  String shown(Resource file) {
    return folder == null
        ? file.getLocation()
        : Mistake.shown(folder.resolve(file.getLocation().substring(ROOT.length())));
  }

  private List<Resource> files(String under) {
    String root =
        folder == null
            ? "classpath*:routes/"
            : folder.toAbsolutePath().normalize().toUri().toString();
    try {
      List<Resource> files = new ArrayList<>();
      for (var found :
          new PathMatchingResourcePatternResolver().getResources(root + under + "*.yaml")) {
        try (InputStream content = found.getInputStream()) {
          files.add(
              ResourceHelper.fromBytes(ROOT + under + found.getFilename(), content.readAllBytes()));
        }
      }
      files.sort(Comparator.comparing(Resource::getLocation));
      return files;
    } catch (IOException e) {
      throw new IllegalStateException(
          "can't read the routes under " + root + under + ": " + e.getMessage(), e);
    }
  }
}
