package dev.muster.console;

import dev.muster.settings.MusterSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.View;

/** The routes as they are written, with the source of each limit. */
@ConsolePage
public class RoutesPage {
  private final PageViews pages;
  private final Path folder;

  RoutesPage(PageViews pages, MusterSettings settings) {
    this.pages = pages;
    this.folder = settings.routes();
  }

  /** A file of routes. */
  public record RouteFile(String name, String text) {}

  /** All files. */
  public record Routes(String folder, List<RouteFile> files) {}

  @GetMapping("/routes")
  View show() throws IOException {
    String root =
        folder == null
            ? "classpath*:routes/"
            : folder.toAbsolutePath().normalize().toUri().toString();
    List<RouteFile> files = new ArrayList<>();
    for (String under : List.of("", "vendors/")) {
      Stream.of(new PathMatchingResourcePatternResolver().getResources(root + under + "*.yaml"))
          .map(file -> read(under, file))
          .forEach(files::add);
    }
    return pages.show(
        "routes", "Routes", new Routes(folder == null ? "routes/" : folder + "/", files));
  }

  private static RouteFile read(String under, Resource file) {
    try {
      return new RouteFile(
          under + file.getFilename(), file.getContentAsString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new RouteFile(under + file.getFilename(), "It can't be read.");
    }
  }
}
