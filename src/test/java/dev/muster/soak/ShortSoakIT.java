package dev.muster.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A vendor's limit kept by two processes whose clocks are minutes apart and one of which is killed.
 * Only what does not depend on the machine's speed is asserted; the rest is told.
 */
class ShortSoakIT {
  /** One kill, and three renewals of the token. */
  private static final Duration DURATION = Duration.ofSeconds(70);

  @TempDir Path folder;

  @Test
  void noWindowHoldsMoreThanTheLimit() {
    Scenario scenario =
        Scenario.of(
                Platform.HUAWEI, 60, Duration.ofSeconds(6), Latency.millis(5, 800).arrivingLate())
            .replicas(2)
            .wrongClocks()
            .killEvery(Duration.ofSeconds(30))
            .lasting(DURATION);

    Figures figures = Soak.run(scenario, folder);

    System.out.println(Report.head() + "\n" + Report.row("Huawei", figures));
    assertThat(figures.windows().above()).as("windows above the limit").isZero();
    assertThat(figures.refused()).as("calls refused").isZero();
    assertThat(figures.uncalled()).as("rows not carried out exactly once").isEmpty();
    assertThat(figures.tokenCallsAtOnce()).as("logins at once").isZero();
    assertThat(figures.tokenCalls()).as("logins").isBetween(2, 12);
    assertThat(figures.kills()).as("kills").isEqualTo(1);
  }
}
