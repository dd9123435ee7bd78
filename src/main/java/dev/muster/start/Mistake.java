package dev.muster.start;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * Something wrong in what people write for Muster.
 *
 * @param where a file, or what else the wrong value came from
 * @param line from 1; 0 if it has none
 * @param words what is wrong, and what to do; never a value that may be a secret
 */
public record Mistake(String where, int line, String words) {
  /** By file, and from its beginning to its end. */
  public static final Comparator<Mistake> IN_ORDER =
      Comparator.comparing(Mistake::where)
          .thenComparingInt(Mistake::line)
          .thenComparing(Mistake::words);

  /** What is told of the configuration as a whole, because what it is about stands nowhere. */
  static final String NOWHERE = "configuration";

  /** Whether something is there to look at. */
  boolean isPlaced() {
    return !where.equals(NOWHERE);
  }

  /** A file as people call it who look from the working directory. */
  public static String shown(Path file) {
    Path here = Path.of("").toAbsolutePath();
    Path there = file.toAbsolutePath().normalize();
    return (there.startsWith(here) ? here.relativize(there) : there).toString();
  }

  /** As editors and terminals can follow it. */
  @Override
  public String toString() {
    return where + (line > 0 ? ":" + line : "") + ": " + words;
  }
}
