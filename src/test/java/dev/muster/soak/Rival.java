package dev.muster.soak;

import dev.muster.support.Replica;
import dev.muster.support.Replicas;
import dev.muster.support.Site;
import dev.muster.support.Timetable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What else could keep a limit, each by the plainest use that its own documents show. */
enum Rival {
  /** Camel's Throttle EIP with the whole limit in every process. */
  CAMEL_THROTTLE,
  /** The same with the limit divided among the processes. */
  CAMEL_THROTTLE_DIVIDED,
  /** Bucket4j on PostgreSQL, tokens coming back evenly over the window. */
  BUCKET4J_GREEDY,
  /** Bucket4j on PostgreSQL, all tokens coming back at once, a window after the last time. */
  BUCKET4J_INTERVALLY;

  private static final String TABLE =
      "create table bucket (id bigint primary key, state bytea, expires_at bigint)";

  /**
   * Runs this instead of Muster. The scenario's operators stay at home.
   *
   * @param folder where the processes run
   */
  Figures run(Scenario scenario, Path folder) {
    Platform platform = scenario.platform();
    Skew skew = Skew.in(folder);
    try (Site site = new Site(folder);
        Wire wire = new Wire(site.simulator().port(), scenario.latency()::way);
        Replicas replicas = new Replicas(n -> start(n, scenario, site, wire, skew, folder));
        Timetable timetable = new Timetable()) {
      site.db().sql(TABLE).update();
      platform.configure(site, wire, scenario.limit(), Scenario.CALL_DEADLINE);
      platform.device(site.simulator(), RivalProcess.DEVICE);
      scenario.latency().apply(site.simulator(), platform);
      replicas.start(scenario.replicas());
      long start = System.nanoTime();
      scenario.kills().forEach(at -> timetable.in(at, () -> replicas.killNext(() -> {})));
      timetable.pass(scenario.duration());
      return Figures.of(
          new Observation(
              scenario,
              site.simulator().arrivals(),
              start,
              System.nanoTime(),
              Map.of(),
              replicas.kills(),
              0,
              Set.of()));
    }
  }

  private Replica start(
      int number, Scenario scenario, Site site, Wire wire, Skew skew, Path folder) {
    int requests = scenario.limit().requests();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    Duration clock = scenario.clock(number);
    if (!clock.isZero()) {
      command.add(skew.option(clock));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            RivalProcess.class.getName(),
            name(),
            "" + (this == CAMEL_THROTTLE_DIVIDED ? requests / scenario.replicas() : requests),
            "" + scenario.limit().windowMillis(),
            wire.to(site.simulator().url(scenario.platform().vendor())).toString(),
            site.database().jdbcUrl(),
            site.database().user(),
            site.database().password()));
    try {
      Path log = Files.createTempFile(folder, "rival", ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      scenario.latency().coldStart(site.simulator(), scenario.platform());
      return Replica.of(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
