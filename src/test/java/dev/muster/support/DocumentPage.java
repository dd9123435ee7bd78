package dev.muster.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page of docs/, and what it tells people to run. */
public final class DocumentPage {
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  private final String text;

  public DocumentPage(String name) {
    this(Path.of("docs", name));
  }

  private DocumentPage(Path file) {
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DocumentPage(String heading, String text) {
    this.text =
        Pattern.compile("^## ", Pattern.MULTILINE)
            .splitAsStream(text)
            .filter(part -> part.startsWith(heading + "\n"))
            .findFirst()
            .orElseThrow();
  }

  /** A page anywhere, such as README.md. */
  public static DocumentPage of(Path file) {
    return new DocumentPage(file);
  }

  /** The part under a heading of the second level. */
  public DocumentPage section(String heading) {
    return new DocumentPage(heading, text);
  }

  public String text() {
    return text;
  }

  /** The blocks in this language, in their order. A block without one has the empty language. */
  public List<String> blocks(String language) {
    return BLOCK
        .matcher(text)
        .results()
        .filter((MatchResult block) -> block.group(1).equals(language))
        .map(block -> block.group(2).strip())
        .toList();
  }

  /** The statements of the blocks of SQL, in their order. */
  public List<String> statements() {
    return blocks("sql").stream()
        .flatMap(block -> Pattern.compile(";[^\n]*(\n|$)").splitAsStream(block))
        .map(String::strip)
        .toList();
  }
}
