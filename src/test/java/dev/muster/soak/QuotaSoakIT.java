package dev.muster.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Minutes of calls, some 10,000 in all, with one, two and three processes; then others' limiters
 * under the same load. Prints a table.
 *
 * <p>{@code -Dsoak.minutes=N} is how long each run of Muster lasts, twice that where the window is
 * a minute; others' last 90 s at most.
 */
@Tag("benchmark")
@TestMethodOrder(MethodOrderer.MethodName.class)
class QuotaSoakIT {
  private static final Duration SHORT = Duration.ofSeconds(6);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration KILLS = Duration.ofSeconds(30);

  /** How long others' runs last at most: long enough for two kills. */
  private static final Duration OTHERS = Duration.ofSeconds(90);

  private static final Latency SLOW = Latency.millis(5, 800);
  private static final Latency USUAL = Latency.millis(5, 400);

  /** Four runs of 60 calls in 6 s make 10,000 calls in so many minutes each. */
  private static final Duration DURATION =
      Duration.ofSeconds((long) (60 * Double.parseDouble(System.getProperty("soak.minutes", "5"))));

  /** A window of a minute takes longer to tell. */
  private static final Duration LONG = DURATION.multipliedBy(2);

  @TempDir Path folder;

  @BeforeAll
  static void head() {
    System.out.println(Report.head());
  }

  /** A run and what to call it. */
  private record Run(String name, Scenario scenario) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Run> muster() {
    Scenario address = Scenario.of(Platform.LVCC, 60, SHORT, SLOW).lasting(DURATION);
    Scenario shared = Scenario.of(Platform.LVCC_SHARED, 60, SHORT, SLOW).lasting(DURATION);
    Scenario tokens =
        Scenario.of(Platform.HUAWEI, 60, SHORT, SLOW.arrivingLate()).lasting(DURATION);
    Scenario minute = Scenario.of(Platform.LVCC, 60, MINUTE, USUAL).lasting(LONG);
    return Stream.of(
        new Run("Muster, LvCC", address),
        new Run("Muster, LvCC", disturbed(address, 2)),
        new Run("Muster, LvCC, two accounts", disturbed(shared, 3)),
        new Run("Muster, Huawei", disturbed(tokens, 2)),
        new Run("Muster, LvCC", minute),
        new Run("Muster, LvCC", disturbed(minute, 2)));
  }

  private static Scenario disturbed(Scenario scenario, int replicas) {
    return scenario.replicas(replicas).wrongClocks().killEvery(KILLS);
  }

  @ParameterizedTest
  @MethodSource("muster")
  @DisplayName("Muster")
  void musterKeepsTheLimit(Run run) {
    Figures figures = Soak.run(run.scenario(), folder);

    System.out.println(Report.row(run.name(), figures));
    assertThat(figures.windows().above()).isZero();
    assertThat(figures.refused()).isZero();
    assertThat(figures.uncalled()).isEmpty();
    assertThat(figures.tokenCallsAtOnce()).isZero();
  }

  /** Another limiter's run and what to call it. */
  private record RivalRun(String name, Rival rival, Scenario scenario) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<RivalRun> rivals() {
    Scenario load =
        Scenario.of(Platform.LVCC, 60, SHORT, SLOW)
            .lasting(DURATION)
            .replicas(2)
            .killEvery(KILLS)
            .lasting(DURATION.compareTo(OTHERS) < 0 ? DURATION : OTHERS);
    Scenario alone =
        Scenario.of(Platform.LVCC, 60, SHORT, SLOW.arrivingLate()).lasting(load.duration());
    return Stream.of(
        new RivalRun("Camel throttle, alone", Rival.CAMEL_THROTTLE, alone),
        new RivalRun("Camel throttle, each the limit", Rival.CAMEL_THROTTLE, load),
        new RivalRun("Camel throttle, each its share", Rival.CAMEL_THROTTLE_DIVIDED, load),
        new RivalRun("Bucket4j, greedy", Rival.BUCKET4J_GREEDY, load),
        new RivalRun("Bucket4j, intervally", Rival.BUCKET4J_INTERVALLY, load),
        new RivalRun("Bucket4j, greedy", Rival.BUCKET4J_GREEDY, load.wrongClocks()));
  }

  /** Nothing of theirs is judged, but that they made calls. */
  @ParameterizedTest
  @MethodSource("rivals")
  @DisplayName("others")
  void others(RivalRun run) {
    Figures figures = run.rival().run(run.scenario(), folder);

    System.out.println(Report.row(run.name(), figures));
    assertThat(figures.calls()).isPositive();
  }
}
