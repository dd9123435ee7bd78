package dev.muster.once;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Rows of plain text with a heading, the columns aligned: names to the left, numbers to the right.
 */
final class TextTable {
  private static final String BETWEEN = "  ";

  private final int names;
  private final List<String[]> rows = new ArrayList<>();

  /**
   * @param names how many columns, from the first, are names
   */
  TextTable(int names, String... heading) {
    this.names = names;
    rows.add(heading);
  }

  /** As many cells as the heading has. */
  void add(Object... cells) {
    rows.add(Arrays.stream(cells).map(String::valueOf).toArray(String[]::new));
  }

  /** The lines, without blanks at their ends. */
  List<String> lines() {
    int columns = rows.get(0).length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private String line(String[] row, int[] widths) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < row.length; i++) {
      String blanks = " ".repeat(widths[i] - row[i].length());
      cells.add(i < names ? row[i] + blanks : blanks + row[i]);
    }
    return String.join(BETWEEN, cells).stripTrailing();
  }

  /** Breaks a text between words; what follows the first line is indented. */
  static Stream<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split("\\s+")) {
      if (line.toString().isBlank()) {
        line.append(word);
      } else if (line.length() + 1 + word.length() <= width) {
        line.append(' ').append(word);
      } else {
        lines.add(line.toString());
        line = new StringBuilder(BETWEEN).append(word);
      }
    }
    lines.add(line.toString());
    return lines.stream();
  }
}
