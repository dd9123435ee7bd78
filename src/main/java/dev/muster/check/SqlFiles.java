package dev.muster.check;

import dev.muster.start.Mistake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The folder that {@code muster.sql} names, beside the packaged SQL.
 *
 * @param files how many files would be applied
 * @param mistakes in them; Flyway passes over a file whose name it does not know
 */
record SqlFiles(int files, List<Mistake> mistakes) {
  private static final Pattern VERSIONED = Pattern.compile("V(\\d+)__\\w+\\.sql");
  private static final Pattern OTHER = Pattern.compile("(R__|afterMigrate__)\\w+\\.sql");
  private static final List<String> FOLDERS = List.of("migrations", "functions", "views");

  /**
   * @param folder null for the packaged SQL
   */
  static SqlFiles of(Path folder) {
    Map<String, String> packaged = new TreeMap<>();
    FOLDERS.forEach(name -> packaged.putAll(packaged(name)));
    if (folder == null || !Files.isDirectory(folder)) {
      return new SqlFiles(packaged.size(), List.of());
    }
    Map<String, Path> mounted = new TreeMap<>();
    FOLDERS.forEach(name -> mounted.putAll(mounted(folder, name)));
    List<Mistake> mistakes = new ArrayList<>();
    packaged.forEach(
        (name, text) -> {
          if (!mounted.containsKey(name)) {
            mistakes.add(
                new Mistake(
                    Mistake.shown(folder.resolve(name)),
                    0,
                    "this file of the jar is missing here: copy sql/%s".formatted(name)));
          } else if (name.startsWith("migrations/")) {
            changed(mounted.get(name), text).ifPresent(mistakes::add);
          }
        });
    mistakes.addAll(names(mounted));
    return new SqlFiles(mounted.size(), mistakes);
  }

  private static Map<String, String> packaged(String folder) {
    Map<String, String> files = new HashMap<>();
    try {
      for (Resource file :
          new PathMatchingResourcePatternResolver()
              .getResources("classpath*:sql/" + folder + "/*.sql")) {
        files.put(
            folder + "/" + file.getFilename(), file.getContentAsString(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static Map<String, Path> mounted(Path folder, String name) {
    Map<String, Path> files = new HashMap<>();
    if (Files.isDirectory(folder.resolve(name))) {
      try (Stream<Path> found = Files.list(folder.resolve(name))) {
        found
            .filter(Files::isRegularFile)
            .forEach(file -> files.put(name + "/" + file.getFileName(), file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }

  /** Flyway would refuse it in every database that has it already. */
  private static Optional<Mistake> changed(Path file, String packaged) {
    try {
      List<String> here =
          new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
      List<String> there = packaged.lines().toList();
      int line = 0;
      while (line < Math.min(here.size(), there.size()) && here.get(line).equals(there.get(line))) {
        line++;
      }
      return line == here.size() && line == there.size()
          ? Optional.empty()
          : Optional.of(
              new Mistake(
                  Mistake.shown(file),
                  line + 1,
                  "from this line on it is not the jar's: a migration stays as it is; write another one for the change"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Mistake> names(Map<String, Path> mounted) {
    List<Mistake> mistakes = new ArrayList<>();
    Map<String, Path> versions = new HashMap<>();
    mounted.forEach(
        (name, file) -> {
          Matcher versioned = VERSIONED.matcher(file.getFileName().toString());
          if (versioned.matches()) {
            Path other = versions.putIfAbsent(versioned.group(1).replaceFirst("^0+", ""), file);
            if (other != null) {
              mistakes.add(
                  new Mistake(
                      Mistake.shown(file),
                      0,
                      "its version is that of %s: give it the next number"
                          .formatted(other.getFileName())));
            }
          } else if (!OTHER.matcher(file.getFileName().toString()).matches()) {
            mistakes.add(
                new Mistake(
                    Mistake.shown(file),
                    0,
                    "Flyway passes over a file of this name: call it V<number>__<name>.sql or R__<name>.sql"));
          }
        });
    return mistakes;
  }
}
