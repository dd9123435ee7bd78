package dev.muster.oncall;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The commands of docs/runbook.md. */
final class Runbook {
  private static final Path PAGE = Path.of("docs", "runbook.md");
  private static final Pattern BLOCK = Pattern.compile("```(\\w*)\n(.*?)```", Pattern.DOTALL);

  /** One by one, in the page's order. */
  static List<String> statements() {
    return blocks("sql").flatMap(block -> Stream.of(block.strip().split(";\\s*"))).toList();
  }

  static List<String> shellCommands() {
    return blocks("sh").flatMap(String::lines).toList();
  }

  /** What its blocks are written in. */
  static List<String> languages() {
    return BLOCK.matcher(page()).results().map(block -> block.group(1)).distinct().toList();
  }

  private static Stream<String> blocks(String language) {
    return BLOCK
        .matcher(page())
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2));
  }

  private static String page() {
    try {
      return Files.readString(PAGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Runbook() {}
}
