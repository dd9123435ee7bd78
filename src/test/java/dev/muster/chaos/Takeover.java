package dev.muster.chaos;

import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Disturbance;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.support.Replica;
import dev.muster.support.Replicas;
import dev.muster.support.Site;
import dev.muster.support.Timetable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A process is killed while it makes calls with the usual deadline of ten seconds.
 *
 * @param resumed from the kill to the next call for each row that it held, shortest first
 * @param postsAfterSuccess second POSTs for a device
 */
record Takeover(List<Duration> resumed, int postsAfterSuccess) {
  /** More than one process has workers for. */
  private static final int REQUESTS = 100;

  /** {@code muster.workers}: more POSTs at once are those of both processes. */
  private static final int WORKERS = 32;

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** What a POST takes at the vendor; a survivor's are settled well before a lease of 14 s ends. */
  private static final Duration SLOW = Duration.ofSeconds(4);

  private static final Duration SETTLED = Duration.ofSeconds(7);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  static Takeover run(Path folder) {
    try (Site site = new Site(folder);
        Replicas replicas = new Replicas(n -> Replica.of(site.command().start()));
        Timetable timetable = new Timetable()) {
      site.enos(Requests.ACCOUNT);
      site.command()
          .with(
              "muster.accounts." + Requests.ACCOUNT + ".call-deadline", DEADLINE.toMillis() + "ms");
      replicas.start(2);
      site.simulator().disturb(Disturbance.latency(SLOW, SLOW).call(EnosSimulator.ALLOCATE));
      Requests requests = new Requests(site, REQUESTS);
      Resumptions resumptions = new Resumptions(site, SETTLED);
      requests.insertRest();
      await("POSTs of both")
          .until(() -> site.simulator().arrivals(Served.isPost()).size() > WORKERS);
      replicas.killNext(() -> resumptions.killed(timetable));
      await("outcomes").atMost(PATIENCE).until(() -> requests.open() == 0);
      int second =
          Served.all(site, Row.all(site).stream().map(Row::key).toList()).values().stream()
              .mapToInt(Served::postsAfterSuccess)
              .sum();
      return new Takeover(resumptions.durations(), second);
    }
  }
}
