package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Simulator;
import dev.muster.support.RunningMuster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the record and muster.explain say of the service that runs. */
class AuditIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void theReplicaIsNamedAndTheNumberOfAttemptsIsKnown() {
    try (Simulator simulator = Simulator.start(0);
        RunningMuster muster =
            RunningMuster.start(
                Map.of(
                    "muster.retry.attempts",
                    "5",
                    "muster.simulator.url",
                    "http://127.0.0.1:" + simulator.port()))) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(
                          muster
                              .sql()
                              .sql(
                                  "select distinct made_by || ' ' || part || ' ' || application from report.audit"
                                      + " where subject = 'request' and to_status = 'done'")
                              .query(String.class)
                              .list())
                      .singleElement()
                      .asString()
                      .matches("muster settle muster \\S* " + ProcessHandle.current().pid()));
      assertThat(
              muster
                  .sql()
                  .sql("select name, value from muster.setting")
                  .query((row, n) -> List.of(row.getString(1), row.getString(2)))
                  .list())
          .contains(List.of("muster.retry.attempts", "5"));
    }
  }
}
