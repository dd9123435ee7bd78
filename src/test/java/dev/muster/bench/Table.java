package dev.muster.bench;

import java.util.Collections;
import java.util.List;

/** A table on the console, as Markdown has them, with a line before that names the machine. */
final class Table {

  /** Prints the head. */
  Table(String title, String... columns) {
    System.out.println();
    System.out.println(title + ", " + Machine.line());
    System.out.println();
    line(List.of(columns));
    line(Collections.nCopies(columns.length, "---"));
  }

  /** Prints one row. */
  void row(String... cells) {
    line(List.of(cells));
  }

  private static void line(List<String> cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }
}
