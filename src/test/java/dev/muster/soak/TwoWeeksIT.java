package dev.muster.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.soak.TwoWeeks.Measure;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two weeks with nobody looking, in time-lapse. Needs {@code apt-get install libfaketime}. */
@Tag("benchmark")
class TwoWeeksIT {
  /** Of the process's memory and of the tables, from one day to the last of one process. */
  private static final double FLAT = 1.2;

  @TempDir private Path folder;

  @Test
  void nothingIsLateAndNobodyIsNeeded() throws Exception {
    try (TwoWeeks weeks = new TwoWeeks(folder)) {
      List<Measure> measures = weeks.pass();

      weeks.assertNobodyWasNeeded();
      Measure last = measures.get(measures.size() - 1);
      Measure early =
          measures.stream().filter(m -> m.pid() == last.pid()).skip(1).findFirst().orElseThrow();
      assertThat(last.halfDay() - early.halfDay()).as("half-days to compare").isGreaterThan(3);
      assertThat((double) last.memoryBytes()).isLessThan(FLAT * early.memoryBytes());
      assertThat((double) last.tableBytes())
          .isLessThan(FLAT * measures.get(measures.size() / 2).tableBytes());
    }
  }
}
