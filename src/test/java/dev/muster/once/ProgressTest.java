package dev.muster.once;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.once.DueTable.Versions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How far it is, between two looks at the database and over several. */
class ProgressTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Versions BEFORE = new Versions(100, 50);

  private final Tally tally = new Tally();
  private final Progress progress = new Progress(tally, BEFORE);

  @Test
  void betweenTwoLooksTheTallyCounts() {
    look(row("enos1", 100, null));
    progress.at(0);
    Ends.of(tally, "enos1", 20);

    assertThat(progress.at(10 * SECOND))
        .isEqualTo(new Figures(20, 100, 2, Duration.ofSeconds(40), 0, 0, 0));
  }

  @Test
  void whatAnotherReplicaDidComesWithTheNextLook() {
    look(row("enos1", 100, null));
    Ends.of(tally, "enos1", 20);
    look(row("enos1", 30, null));

    assertThat(progress.left()).isEqualTo(30);
    assertThat(progress.at(0).done()).isEqualTo(70);
  }

  @Test
  void whatEndedBeforeTheFirstLookWasDueToo() {
    Ends.of(tally, "enos1", 5);
    look(row("enos1", 95, null));

    Figures figures = progress.at(0);
    assertThat(figures.done()).isEqualTo(5);
    assertThat(figures.total()).isEqualTo(100);
  }

  @Test
  void theSlowestAccountSaysHowLongItTakes() {
    look(row("enos1", 100, null), row("lvcc1", 60, null));
    progress.at(0);
    Ends.of(tally, "enos1", 99);
    Ends.of(tally, "lvcc1", 10);

    assertThat(progress.at(10 * SECOND).toGo()).isEqualTo(Duration.ofSeconds(50));
  }

  @Test
  void aLimitIsKnownBeforeAnythingEnded() {
    look(row("lvcc1", 600, Duration.ofMinutes(10)));
    assertThat(progress.at(0).toGo()).isEqualTo(Duration.ofMinutes(10));

    look(row("lvcc1", 600, null));
    assertThat(progress.at(SECOND).toGo()).as("no limit, no rate").isNull();
  }

  @Test
  void anAccountThatIsPausedIsNotWaitedForAndCountsAsNotDone() {
    look(row("enos1", 100, null), row("lvcc1", 60, null));
    progress.looked(
        List.of(row("enos1", 40, null), new Remaining("lvcc1", false, 50, null, null, null)),
        progress.mark(),
        BEFORE);

    Figures figures = progress.at(0);
    assertThat(figures.done()).isEqualTo(70);
    assertThat(figures.total()).isEqualTo(110);
  }

  @Test
  void theStatisticsOfTheDatabaseSayWhatIsNew() {
    progress.looked(List.of(row("enos1", 1, null)), Map.of(), new Versions(107, 52));

    assertThat(progress.at(0).fresh()).isEqualTo(7);
    assertThat(progress.at(0).changed()).isEqualTo(2);

    progress.looked(List.of(row("enos1", 1, null)), Map.of(), new Versions(0, 0));
    assertThat(progress.at(0).fresh()).as("they were reset").isZero();
  }

  private void look(Remaining... rows) {
    progress.looked(List.of(rows), progress.mark(), BEFORE);
  }

  private static Remaining row(String account, long work, Duration leastTime) {
    return new Remaining(account, true, work, null, null, leastTime);
  }
}
