package dev.muster.console;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What somebody pastes: a key a line, or cells from a spreadsheet or a CSV file. A first line that
 * begins with {@code key} names the columns: each is a parameter.
 *
 * @param heading the first line as it was pasted; empty for none
 */
record Sheet(String heading, List<Line> lines) {
  /** Lines of one paste, at most. */
  static final int MOST = 10_000;

  private static final Pattern BARE =
      Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?|true|false|[{\\[].*");

  /**
   * @param number the line's in what was pasted, from 1
   * @param raw as it was pasted
   * @param params JSON, numbers as they were written; null for none
   * @param trouble what is wrong with it; null if nothing is
   */
  record Line(int number, String raw, String key, String params, String trouble) {
    Line with(String newTrouble) {
      return new Line(number, raw, key, params, newTrouble);
    }
  }

  /** These of its lines, as they were pasted. */
  String only(List<Line> some) {
    return Stream.concat(Stream.of(heading), some.stream().map(Line::raw))
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  static Sheet read(String pasted) {
    String[] lines = pasted.replace("\uFEFF", "").split("\\R");
    List<Line> read = new ArrayList<>();
    Map<String, Integer> seen = new LinkedHashMap<>();
    List<String> names = null;
    String heading = "";
    String separator = separator(pasted);
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].isBlank()) {
        continue;
      }
      List<String> cells = cells(lines[i], separator);
      if (names == null && read.isEmpty() && cells.get(0).equalsIgnoreCase("key")) {
        names = cells;
        heading = lines[i];
        continue;
      }
      Line line = line(i + 1, lines[i], cells, names);
      Integer before = seen.putIfAbsent(line.key(), line.number());
      read.add(before == null ? line : line.with("The same key stands in line " + before + "."));
    }
    return new Sheet(heading, read);
  }

  private static Line line(int number, String raw, List<String> cells, List<String> names) {
    String key = cells.get(0);
    if (cells.size() > (names == null ? 1 : names.size())) {
      return new Line(
          number,
          raw,
          key,
          null,
          names == null
              ? "It has several cells. Put a first line above that names the columns: key, and parameters."
              : "It has more cells than the first line has names.");
    }
    List<String> params = new ArrayList<>();
    for (int i = 1; i < cells.size(); i++) {
      if (!cells.get(i).isEmpty()) {
        params.add(json(names.get(i)) + ": " + value(cells.get(i)));
      }
    }
    return new Line(
        number, raw, key, params.isEmpty() ? null : "{" + String.join(", ", params) + "}", null);
  }

  private static String separator(String pasted) {
    String first = pasted.strip().split("\\R", 2)[0];
    if (first.contains("\t")) {
      return "\t";
    }
    return first.contains(";") ? ";" : ",";
  }

  private static List<String> cells(String line, String separator) {
    List<String> cells = new ArrayList<>();
    Matcher cell =
        Pattern.compile("\\G(?:\"((?:[^\"]|\"\")*+)\"|([^%1$s]*))(%1$s|$)".formatted(separator))
            .matcher(line);
    do {
      if (!cell.find()) {
        cells.add(line);
        break;
      }
      cells.add(
          cell.group(1) == null ? cell.group(2).strip() : cell.group(1).replace("\"\"", "\""));
    } while (!cell.group(3).isEmpty());
    return cells;
  }

  private static String value(String cell) {
    return BARE.matcher(cell).matches() ? cell : json(cell);
  }

  private static String json(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
