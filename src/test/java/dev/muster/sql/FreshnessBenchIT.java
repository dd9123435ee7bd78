package dev.muster.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.muster.support.MusterDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How much sooner changes reach their rows than by a round robin of as many calls: the time lapse
 * of {@link TimeLapse}, with fleets whose habits change.
 *
 * <p>{@code -Dbench.devices=1200}, {@code -Dbench.rounds=60} and {@code -Dbench.steps=48} are its
 * size.
 */
@Tag("benchmark")
class FreshnessBenchIT {
  private static final int DEVICES = Integer.getInteger("bench.devices", 1_200);
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 60);
  private static final int STEPS = Integer.getInteger("bench.steps", 48);

  /** Of the gain that the true rates would bring. */
  private static final double SHARE = 0.75;

  /**
   * @param habits shares of the fleet, and how often each changes in a round
   * @param least the gain in the mean delay of a change
   */
  @ParameterizedTest
  @CsvSource({
    "charger, 1.5, 0.2 4 0.6 0.3 0.2 0.003, 1.35",
    "hot, 4, 0.1 9 0.9 0.11, 2",
    "alike, 4, 1 0.5, 0.95"
  })
  void changesReachTheirRowsSooner(String fleet, double ceiling, String habits, double least) {
    TimeLapse.Result turns = run(habits, 1, false);
    TimeLapse.Result learnt = run(habits, ceiling, false);
    TimeLapse.Result known = run(habits, ceiling, true);

    double gain = turns.delay() / learnt.delay();
    double best = turns.delay() / known.delay();
    System.out.printf(
        Locale.ROOT,
        "| %s | ceiling %s | turns %.3f | learnt %.3f, %.3f x | true rates %.3f, %.3f x | oldest %.2f | calls %.3f |%n",
        fleet,
        ceiling,
        turns.delay(),
        learnt.delay(),
        gain,
        known.delay(),
        best,
        learnt.oldest(),
        (double) learnt.calls() / turns.calls());
    System.out.printf(
        Locale.ROOT,
        "| ages p50, p95 | turns %s, planned %s | learnt %s, planned %s |%n",
        Arrays.toString(turns.ages()),
        Arrays.toString(turns.planned()),
        Arrays.toString(learnt.ages()),
        Arrays.toString(learnt.planned()));
    isAsPlanned(turns);
    isAsPlanned(learnt);
    assertThat(gain).isGreaterThanOrEqualTo(least);
    assertThat(gain / best).isGreaterThanOrEqualTo(SHARE);
    assertThat(learnt.oldest()).isLessThanOrEqualTo(ceiling + 1.0 / STEPS);
  }

  private static void isAsPlanned(TimeLapse.Result result) {
    for (int n = 0; n < 2; n++) {
      assertThat(result.ages()[n]).isCloseTo(result.planned()[n], withinPercentage(5));
    }
  }

  private static TimeLapse.Result run(String habits, double ceiling, boolean told) {
    String[] words = habits.split(" ");
    List<TimeLapse.Habit> fleet =
        IntStream.range(0, words.length / 2)
            .mapToObj(
                n ->
                    new TimeLapse.Habit(
                        Double.parseDouble(words[2 * n]), Double.parseDouble(words[2 * n + 1])))
            .toList();
    try (MusterDatabase muster = MusterDatabase.migratedAndEmpty()) {
      return new TimeLapse(muster, fleet, DEVICES, STEPS, ceiling, told).run(ROUNDS);
    }
  }
}
