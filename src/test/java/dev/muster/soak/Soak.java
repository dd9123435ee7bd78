package dev.muster.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Arrival;
import dev.muster.support.MusterProcess;
import dev.muster.support.Replica;
import dev.muster.support.Replicas;
import dev.muster.support.Site;
import dev.muster.support.Timetable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Runs Muster's packaged jar through a scenario. */
final class Soak implements AutoCloseable {
  /** Enough that pulls always wait: each is due again a second after it was read. */
  private static final int TARGETS = 200;

  /** After this long every call of a survivor is settled. */
  private static final Duration SETTLED = Duration.ofSeconds(4);

  /** For the rows that are open at the end, leases of killed processes included. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Scenario scenario;
  private final Site site;
  private final Wire wire;
  private final Skew skew;
  private final Replicas replicas = new Replicas(this::start);
  private final Timetable timetable = new Timetable();
  private final Operator operator;
  private final Casualties casualties;

  private Soak(Scenario scenario, Path folder) {
    this.scenario = scenario;
    this.skew = Skew.in(folder);
    this.site = new Site(folder);
    this.wire = new Wire(site.simulator().port(), scenario.latency()::way);
    this.operator = new Operator(site, scenario.platform());
    this.casualties = new Casualties(site);
  }

  /**
   * @param folder where the processes run
   */
  static Figures run(Scenario scenario, Path folder) {
    try (Soak soak = new Soak(scenario, Files.createTempDirectory(folder, "soak"))) {
      return Figures.of(soak.run());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Observation run() {
    scenario.platform().configure(site, wire, scenario.limit(), Scenario.CALL_DEADLINE);
    scenario.latency().apply(site.simulator(), scenario.platform());
    replicas.start(scenario.replicas());
    enrol();
    long start = System.nanoTime();
    timetable.repeat(this::pause, operator::insertOne);
    timetable.in(scenario.duration().dividedBy(2), () -> operator.insertBurst(Scenario.BURST));
    scenario.kills().forEach(at -> timetable.in(at, this::kill));
    timetable.pass(scenario.duration());
    long end = System.nanoTime();
    timetable.close();
    awaitOutcomes();
    replicas.assertAlive();
    return new Observation(
        scenario,
        arrivals(),
        start,
        end,
        operator.committed(),
        replicas.kills(),
        casualties.permits(),
        casualties.keys());
  }

  private Replica start(int number) {
    MusterProcess.Command command = site.command().copy();
    Duration clock = scenario.clock(number);
    if (!clock.isZero()) {
      // The agent changes classes as they are loaded, which a class archive has loaded before.
      command.jvm("-Xshare:off").jvm(skew.option(clock));
    }
    Replica replica = Replica.of(command.start());
    scenario.latency().coldStart(site.simulator(), scenario.platform());
    return replica;
  }

  private void enrol() {
    List<String> accounts = scenario.platform().accounts();
    for (int n = 0; n < TARGETS; n++) {
      scenario.platform().device(site.simulator(), "device-" + n);
    }
    site.db()
        .sql(
            """
            insert into muster.poll_target (account, resource, key, refresh_every)
            select a[1 + n % cardinality(a)], 'device', 'device-' || n, '1 second'
              from string_to_array(?, ',') a, generate_series(0, ?) n
            """)
        .params(String.join(",", accounts), TARGETS - 1)
        .update();
  }

  /** Between two lone rows: so long that one has no part in the other's wait. */
  private Duration pause() {
    Duration least = scenario.gap().multipliedBy(5);
    long millis = Math.max(least.toMillis(), 1000);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis, 2 * millis));
  }

  private void kill() {
    replicas.killNext(
        () -> {
          long latest = casualties.latestClaim();
          timetable.in(SETTLED, () -> casualties.count(latest));
        });
  }

  private void awaitOutcomes() {
    assertThat(operator.stopped()).as("accounts that stopped").isEmpty();
    await("outcomes of all rows")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              replicas.assertAlive();
              assertThat(operator.open()).isEmpty();
            });
    assertThat(operator.undone()).as("rows that are not done").isEmpty();
  }

  private List<Arrival> arrivals() {
    return site.simulator().arrivals(a -> a.vendor().equals(scenario.platform().vendor()));
  }

  @Override
  public void close() {
    timetable.close();
    replicas.close();
    wire.close();
    site.close();
  }
}
