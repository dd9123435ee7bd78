package dev.muster.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.support.Replica;
import dev.muster.support.Replicas;
import dev.muster.support.Site;
import dev.muster.support.Timetable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Two replicas of the packaged jar that carry out requests while everything goes wrong. */
final class Chaos implements AutoCloseable {
  private static final int REPLICAS = 2;

  /** Until every row is settled once nothing more goes wrong; a process may still be starting. */
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  /** After a process that was killed is back, or one that was stopped goes on. */
  private static final Duration PAUSE = Duration.ofSeconds(3);

  /** Longer than a lease, which is the call's deadline and 4 s. */
  private static final Duration FREEZE = Duration.ofSeconds(7);

  /** One in so many processes is stopped for a while, and not killed. */
  private static final int FREEZE_EVERY = 3;

  private static final Duration FIRST_RUSH = Duration.ofSeconds(8);

  /** Rushes that follow each other sooner make the pauses double: see {@code docs/quota.md}. */
  private static final Duration RUSH_EVERY = Duration.ofSeconds(90);

  /** The call's deadline and some; a lease ends 4 s after that deadline. */
  private static final Duration SETTLED = Duration.ofSeconds(3);

  private final Extent extent;
  private final Site site;
  private final Requests requests;
  private final Resumptions resumptions;
  private final Replicas replicas = new Replicas(this::start);
  private final Timetable timetable = new Timetable();
  private final Set<String> ready = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cuts = new AtomicInteger();
  private int calamities;

  private Chaos(Extent extent, Path folder) {
    this.extent = extent;
    this.site = new Site(folder);
    this.requests = new Requests(site, extent.requests());
    this.resumptions = new Resumptions(site, SETTLED);
  }

  /**
   * @param folder where the processes run
   */
  static Aftermath run(Extent extent, Path folder) {
    try (Chaos chaos = new Chaos(extent, Files.createTempDirectory(folder, "chaos"))) {
      return chaos.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Aftermath run() {
    site.enos(Requests.ACCOUNT);
    site.command().with("muster.retry.attempts", 8);
    replicas.start(REPLICAS);
    letLoose();
    timetable.pass(extent.duration());
    requests.insertRest();
    timetable.end();
    replicas.thaw();
    site.simulator().undisturb();
    long lifted = System.nanoTime();
    awaitSettled();
    Duration recovery = Duration.ofNanos(System.nanoTime() - lifted);
    timetable.close();
    timetable.pass(Duration.ZERO);
    replicas.assertAlive();
    assertThat(site.simulator().arrivals()).hasSize((int) site.simulator().arrivalCount());
    return Aftermath.of(
        site,
        requests.count(),
        new Casualties(
            replicas.kills(),
            replicas.freezes(),
            cuts.get(),
            extent.duration(),
            recovery,
            resumptions.durations()));
  }

  private Replica start(int number) {
    String name = "chaos-" + number;
    ready.remove(name);
    String property = "spring.datasource.hikari.data-source-properties.ApplicationName";
    Replica started = Replica.of(site.command().copy().with(property, name).start());
    ready.add(name);
    return started;
  }

  private void letLoose() {
    VendorTrouble.begin(site.simulator());
    for (int n = 0; n < Extent.PORTIONS * extent.duration().toSeconds(); n++) {
      timetable.in(
          Duration.ofSeconds(n).dividedBy(Extent.PORTIONS),
          () -> requests.insert(extent.portion()));
    }
    timetable.in(PAUSE, this::calamity);
    timetable.repeat(Chaos::untilCut, this::cut);
    timetable.in(FIRST_RUSH, () -> VendorTrouble.rush(site.simulator()));
    timetable.repeat(() -> RUSH_EVERY, () -> VendorTrouble.rush(site.simulator()));
  }

  private void calamity() {
    if (++calamities % FREEZE_EVERY == 0) {
      replicas.freeze();
      timetable.in(FREEZE, this::thaw);
    } else {
      replicas.killNext(() -> resumptions.killed(timetable));
      timetable.in(PAUSE, this::calamity);
    }
  }

  private void thaw() {
    replicas.thaw();
    timetable.in(PAUSE, this::calamity);
  }

  private static Duration untilCut() {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(3000, 6000));
  }

  /** A process that is just starting is spared: it would end, as it should without a database. */
  private void cut() {
    cuts.addAndGet(
        site.db()
            .sql(
                """
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                 where (application_name = any (string_to_array(?, ',')) or application_name = 'muster-listener')
                   and datname = current_database() and random() < 0.5
                """)
            .param(String.join(",", ready))
            .query(Integer.class)
            .single());
  }

  private void awaitSettled() {
    await("every row is done, dead or known to be unknown")
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> requests.open() == 0);
  }

  @Override
  public void close() {
    try (site;
        replicas;
        timetable) {
      ready.clear();
    }
  }
}
