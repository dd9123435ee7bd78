package dev.muster.fault;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A vendor's table of codes: what each deserves. The vendor's file of routes binds it as the bean
 * {@code <vendor>-codes}, from a text with one line a code.
 *
 * <pre>
 * # code       call         what follows  gone  sentence
 * 1002         *            halt          -     the vendor does not know the app-key
 * 11404,11611  get-product  dead-letter   gone  the vendor has no such product
 * </pre>
 *
 * <p>Blanks separate the columns, commas the codes and the calls that share a line. A line that
 * names the call goes before one for any call, which is {@code *}. A bad line throws nothing here,
 * because Camel would bury it in its own exceptions: whoever loads the file asks for {@link
 * #problems}.
 */
public final class Codes {
  /** Stands in the column of calls for all of them. */
  public static final String ANY_CALL = "*";

  private static final String GONE = "gone";
  private static final String NOT_GONE = "-";
  private static final int COLUMNS = 5;
  private static final String ROUTES =
      Arrays.stream(Disposition.values()).map(Disposition::route).collect(Collectors.joining(", "));

  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final List<Mistake> mistakes = new ArrayList<>();

  /** Where a call is named first. */
  private final Map<String, Integer> lineOfCall = new LinkedHashMap<>();

  /**
   * What a code deserves as the answer to a call.
   *
   * @param code the vendor's code
   * @param call the call's name, or {@link #ANY_CALL}
   * @param disposition what is done about it
   * @param gone whether it says that what was asked for does not exist
   * @param sentence what it means; the vendor's own words follow it behind a colon
   */
  public record Row(
      String code, String call, Disposition disposition, boolean gone, String sentence) {}

  /**
   * @param line of the table, from 1
   * @param words what is wrong, and what to write
   */
  public record Mistake(int line, String words) {}

  /** Reads the table, in place of any before. */
  public void setTable(String table) {
    rows.clear();
    mistakes.clear();
    lineOfCall.clear();
    int number = 0;
    for (String line : table.split("\n")) {
      number++;
      if (!line.isBlank() && !line.strip().startsWith("#")) {
        read(number, line.strip().split("\\s+", COLUMNS));
      }
    }
    if (rows.isEmpty() && mistakes.isEmpty()) {
      mistake(1, "it holds no code: write one line a code");
    }
  }

  /** Null if the table has no line for it, or if there is no code. */
  public Row of(String code, String call) {
    if (code == null) {
      return null;
    }
    Row row = rows.get(key(code, call));
    return row == null ? rows.get(key(code, ANY_CALL)) : row;
  }

  /** One for each code and call, in the table's order. */
  public List<Row> rows() {
    return List.copyOf(rows.values());
  }

  /**
   * What is wrong with the table: a sentence each, which names the line and says what to write.
   *
   * @param calls the names of the vendor's calls
   */
  public List<String> problems(Collection<String> calls) {
    return mistakes(calls).stream()
        .map(mistake -> "line " + mistake.line + " of the table: " + mistake.words)
        .toList();
  }

  /**
   * What is wrong with the table, in the order of its lines.
   *
   * @param calls the names of the vendor's calls
   */
  public List<Mistake> mistakes(Collection<String> calls) {
    List<Mistake> all = new ArrayList<>(mistakes);
    lineOfCall.forEach(
        (call, line) -> {
          if (!calls.contains(call)) {
            String known = String.join(", ", new TreeSet<>(calls));
            all.add(new Mistake(line, "no call is named " + call + ": write * or " + known));
          }
        });
    return all.stream().sorted(Comparator.comparingInt(Mistake::line)).toList();
  }

  private void read(int line, String[] columns) {
    if (columns.length < COLUMNS) {
      mistake(
          line,
          "a column is missing: write code, call, what follows, gone or -, and then a sentence");
      return;
    }
    Disposition disposition = disposition(line, columns[2]);
    boolean gone = columns[3].equals(GONE);
    if (!gone && !columns[3].equals(NOT_GONE)) {
      mistake(line, "the column for gone holds " + columns[3] + ": write gone or -");
    }
    for (String code : columns[0].split(",", -1)) {
      for (String call : columns[1].split(",", -1)) {
        add(line, new Row(code, call, disposition, gone, columns[4]));
      }
    }
  }

  private Disposition disposition(int line, String route) {
    for (Disposition disposition : Disposition.values()) {
      if (disposition.route().equals(route)) {
        return disposition;
      }
    }
    mistake(line, route + " is not known: what follows is one of " + ROUTES);
    return null;
  }

  private void add(int line, Row row) {
    if (row.code.isEmpty() || row.call.isEmpty()) {
      mistake(line, "a comma has nothing before or behind it: take it out");
      return;
    }
    if (rows.putIfAbsent(key(row.code, row.call), row) != null) {
      String where = row.call.equals(ANY_CALL) ? "any call" : row.call;
      mistake(
          line, "code " + row.code + " stands twice for " + where + ": keep one line of the two");
    }
    if (!row.call.equals(ANY_CALL)) {
      lineOfCall.putIfAbsent(row.call, line);
    }
  }

  private void mistake(int line, String words) {
    mistakes.add(new Mistake(line, words));
  }

  private static String key(String code, String call) {
    return code + " " + call;
  }
}
