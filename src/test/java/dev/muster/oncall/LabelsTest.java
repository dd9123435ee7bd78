package dev.muster.oncall;

import static dev.muster.support.AccountSetup.account;
import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.support.DocumentPage;
import dev.muster.support.MusterDatabase;
import dev.muster.work.Outcome.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values that docs/metrics.md promises for a label are those that the database gives. */
@Tag("sql")
class LabelsTest {
  private static final Set<Verdict> WELL = EnumSet.of(Verdict.DONE, Verdict.SEND);
  private static final DocumentPage PAGE = new DocumentPage("metrics.md");

  @ParameterizedTest
  @CsvSource({
    "`status`, muster_requests, status",
    "`state` of targets, muster_targets, state",
    "`quantile`, muster_age_seconds, quantile",
    "`state` of an account, muster_account_state, state",
    "`what`, muster_attention, what"
  })
  void theyAreWhatIsExported(String row, String metric, String label) {
    try (MusterDatabase muster = MusterDatabase.migratedAndEmpty()) {
      muster.configure(account("acme1"));
      muster.enrol("acme1", "SN1");
      List<String> given =
          muster.rows(
              "select distinct labels[array_position(labels, ?) + 1] from muster.metrics()"
                  + " where metric = ?",
              label,
              metric);

      assertThat(promised(row)).containsExactlyInAnyOrderElementsOf(given);
    }
  }

  @Test
  void eachVerdictIsAnOutcome() {
    assertThat(promised("`outcome`"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Verdict.values())
                // A call that Muster broke off is given back, and not counted.
                .map(verdict -> WELL.contains(verdict) ? "ok" : verdict.name().toLowerCase(ROOT))
                .filter(word -> !word.equals("release"))
                .distinct()
                .toList());
  }

  /** The words in code style of the first sentence. */
  private static Set<String> promised(String row) {
    String cell =
        PAGE.text()
            .lines()
            .filter(line -> line.startsWith("| " + row + " |"))
            .findFirst()
            .orElseThrow()
            .replace("| " + row + " |", "")
            .replaceFirst("\\. .*", "");
    return Pattern.compile("`([a-z0-9_.]+)`")
        .matcher(cell)
        .results()
        .map((MatchResult word) -> word.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
