package dev.muster.oncall;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names that docs/metrics.md promises. */
final class MetricsPage {
  private static final Path PAGE = Path.of("docs", "metrics.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(muster_[a-z_]+)` \\|");
  private static final Pattern METRIC = Pattern.compile("\\bmuster_[a-z_]+");
  private static final Pattern OF_A_TIMER = Pattern.compile("_(?:count|sum|bucket|max)$");

  static Set<String> names() {
    try {
      return ROW.matcher(Files.readString(PAGE))
          .results()
          .map(row -> row.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The metrics of Muster's own that a query names, as the page has them. */
  static Set<String> namedIn(String query) {
    return METRIC
        .matcher(query)
        .results()
        .map(MatchResult::group)
        .map(name -> OF_A_TIMER.matcher(name).replaceFirst(""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private MetricsPage() {}
}
