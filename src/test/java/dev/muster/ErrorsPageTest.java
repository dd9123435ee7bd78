package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.fault.Codes;
import dev.muster.fault.Disposition;
import dev.muster.support.ShippedCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The vendors' codes in docs/errors.md are those of the tables that Muster works by. */
class ErrorsPageTest {
  private static final Path PAGE = Path.of("docs", "errors.md");
  private static final Path VENDORS = Path.of("routes", "vendors");
  private static final String VENDOR = "### ";
  private static final String ANY_CALL = "any";

  @Test
  void eachVendorsCodesStandInThePageWithWhatFollowsAndTheOtherWayRound() throws IOException {
    Map<String, List<String>> tables = new TreeMap<>();
    try (Stream<Path> files = Files.list(VENDORS)) {
      files
          .map(file -> file.getFileName().toString().replace(".yaml", ""))
          .forEach(vendor -> tables.put(vendor, rows(ShippedCodes.of(vendor))));
    }

    assertThat(shown()).isEqualTo(tables);
  }

  @Test
  void thePageSaysWhatEachRouteDoes() throws IOException {
    String page = Files.readString(PAGE);
    for (Disposition disposition : Disposition.values()) {
      assertThat(page).contains("\n| `" + disposition.route() + "` | ");
    }
  }

  private static List<String> rows(Codes codes) {
    return codes.rows().stream()
        .map(
            row ->
                line(
                    row.code(),
                    row.call().equals(Codes.ANY_CALL) ? ANY_CALL : row.call(),
                    row.disposition().route(),
                    row.gone(),
                    row.sentence()))
        .sorted()
        .toList();
  }

  /** By vendor: the lines of the tables under the headings that are a vendor's name. */
  private static Map<String, List<String>> shown() throws IOException {
    Map<String, List<String>> shown = new TreeMap<>();
    String vendor = null;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("#")) {
        vendor = line.startsWith(VENDOR) ? line.substring(VENDOR.length()) : null;
      } else if (vendor != null && line.startsWith("| `")) {
        shown.computeIfAbsent(vendor, name -> new ArrayList<>()).addAll(lines(line));
      }
    }
    shown.values().forEach(lines -> lines.sort(null));
    return shown;
  }

  private static List<String> lines(String row) {
    String[] cells = row.substring(2).split(" \\| ?");
    List<String> lines = new ArrayList<>();
    for (String code : words(cells[0])) {
      for (String call : words(cells[1])) {
        lines.add(line(code, call, words(cells[2])[0], cells[3].equals("gone"), cells[4]));
      }
    }
    return lines;
  }

  private static String[] words(String cell) {
    return cell.replace("`", "").split(" ");
  }

  private static String line(
      String code, String call, String route, boolean gone, String sentence) {
    return String.join(" | ", code, call, route, gone ? "gone" : "", sentence);
  }
}
