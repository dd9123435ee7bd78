package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Relay;
import dev.muster.support.RestartableServer;
import dev.muster.support.Site;
import dev.muster.support.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that can't be used for a while, under a Muster that is busy. */
class DatabaseAwayIT {
  private static final String GONE = "the database can't be used: ";
  private static final String UNREACHABLE = "it can't be reached";
  private static final String BACK = "the database can be used again";

  /** A refused connection is tried for as long as one may take to be made. */
  private static final Duration NOTICED = Duration.ofSeconds(10);

  /** From the end of the outage to the first call. */
  private static final Duration GOES_ON = Duration.ofSeconds(15);

  /** From the moment at which a network died silently, and again from when it healed. */
  private static final Duration SILENCE_NOTICED = Duration.ofSeconds(20);

  private static final Duration STOP = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ALLOCATIONS = 40;
  private static final int POLLED = 10;

  @TempDir Path folder;
  private RestartableServer server;
  private Site site;
  private Relay relay;
  private MusterProcess muster;

  private void open(TestDatabase database) {
    site = new Site(folder, database);
    relay = new Relay(site.database().host(), site.database().port());
    site.command().with("spring.datasource.url", site.database().jdbcUrlBy(relay));
    site.enos("enos1");
    site.lvcc("lvcc1");
    site.simulator().disturb(Disturbance.latency(Duration.ofMillis(50), Duration.ofMillis(400)));
  }

  @AfterEach
  void close() {
    if (muster != null) {
      muster.close();
    }
    relay.close();
    site.close();
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aServerThatIsStoppedAndStartedAgain(@TempDir Path data) {
    server = new RestartableServer(data);
    open(server.database());

    assertItWaitsAndGoesOn(server::stop, UNREACHABLE, NOTICED, server::start, GOES_ON);

    assertThat(troubles()).hasSize(1);
  }

  @Test
  void aNetworkThatIsCut() {
    open(TestDatabase.fresh());
    assertItWaitsAndGoesOn(relay::cut, UNREACHABLE, NOTICED, relay::heal, GOES_ON);

    assertThat(troubles()).hasSize(1);
    assertThat(muster.stop().after()).isLessThan(STOP);
  }

  @Test
  void aNetworkThatDiesSilently() {
    open(TestDatabase.fresh());
    assertItWaitsAndGoesOn(
        relay::fallSilent, UNREACHABLE, SILENCE_NOTICED, relay::heal, SILENCE_NOTICED);

    await("it listens again")
        .atMost(SILENCE_NOTICED)
        .until(
            () ->
                muster.logLines("can't listen").isEmpty()
                    && !site.rows(
                            "select from pg_stat_activity where application_name = 'muster-listener'"
                                + " and backend_start > now() - interval '30 s' and datname = current_database()")
                        .isEmpty());
    assertThat(troubles()).hasSize(1);
    relay.fallSilent();
    assertThat(muster.stop().after()).as("a stop meanwhile").isLessThan(STOP);
  }

  @Test
  void connectionsThatDieSilentlyWhileOthersCanBeMade() {
    open(TestDatabase.fresh());
    assertItGoesOnBy(
        () -> {
          relay.fallSilent();
          relay.heal();
        });
  }

  @Test
  void aServerThatHasNoConnectionLeft() {
    open(TestDatabase.fresh());
    assertItWaitsAndGoesOn(
        () -> site.database().alter("connection limit 0"),
        "it takes no more connections",
        NOTICED,
        () -> site.database().alter("connection limit -1"),
        GOES_ON);
  }

  @Test
  void aStandbyThatIsReadOnly() {
    open(TestDatabase.fresh());
    assertItWaitsAndGoesOn(
        () -> site.database().alter("set default_transaction_read_only = on"),
        "it is read-only, as a standby is",
        NOTICED,
        () -> site.database().alter("reset default_transaction_read_only"),
        GOES_ON);
  }

  /** What is read can't be stored; what a claim changes still can. */
  @Test
  void aDiskThatIsFull() {
    open(TestDatabase.fresh());
    assertItWaitsAndGoesOn(
        () ->
            site.db()
                .sql(
                    """
                    create function public.full() returns trigger language plpgsql as $$
                    begin
                      raise exception using errcode = '53100', message = 'could not extend file: No space left on device';
                    end $$;
                    create trigger a_full before insert or update on muster.device execute function public.full();
                    """)
                .update(),
        "its disk is full",
        NOTICED,
        () -> site.db().sql("drop trigger a_full on muster.device").update(),
        GOES_ON);

    assertThat(troubles()).hasSize(1).allMatch(line -> line.contains("No space left on device"));
  }

  /** As PgBouncer does if the address leads to it since the start. */
  @Test
  void aPoolerThatLosesPreparedStatements() {
    open(TestDatabase.fresh());
    assertItWaitsAndGoesOn(
        () ->
            site.db()
                .sql(
                    """
                    create function public.lost() returns trigger language plpgsql as $$
                    begin
                      raise exception using errcode = '26000', message = 'prepared statement "S_1" does not exist';
                    end $$;
                    create trigger a_lost before insert or update on muster.device execute function public.lost();
                    """)
                .update(),
        "a pooler shares its connections",
        NOTICED,
        () -> site.db().sql("drop trigger a_lost on muster.device").update(),
        GOES_ON);

    assertThat(site.rows("select from report.dead_letter")).isEmpty();
  }

  @Test
  void aPoolOfTwoConnectionsIsEnoughForManyAccounts() {
    open(TestDatabase.fresh());
    List<String> accounts = new ArrayList<>();
    for (int n = 2; n <= 20; n++) {
      site.lvcc("lvcc" + n);
      accounts.add("lvcc" + n);
    }
    site.command().with("spring.datasource.hikari.maximum-pool-size", 2);
    muster = site.command().start();
    for (int n = 0; n < POLLED; n++) {
      lvccDevice("d-" + n);
    }

    site.db()
        .sql(
            "insert into muster.work_request (account, action, key)"
                + " select a, 'refresh', 'd-' || n from unnest(?::text[]) a, generate_series(0, ?) n")
        .params(accounts.toArray(String[]::new), POLLED - 1)
        .update();

    awaitDone();
    assertThat(troubles()).isEmpty();
  }

  private void assertItWaitsAndGoesOn(
      Runnable goes, String words, Duration noticed, Runnable comes, Duration goesOn) {
    beBusy();

    goes.run();
    awaitReadiness(503, noticed);
    await(words).atMost(noticed).until(() -> !muster.logLines(GONE + words).isEmpty());
    assertThat(muster.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
    long before = site.simulator().arrivalCount();
    await("no call leaves")
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(4))
        .until(() -> site.simulator().arrivalCount() == before);
    comes.run();

    long back = System.nanoTime();
    await("calls again").atMost(goesOn).until(() -> site.simulator().arrivalCount() > before);
    System.out.println(
        "calls again after %d ms: %s"
            .formatted(Duration.ofNanos(System.nanoTime() - back).toMillis(), words));
    awaitReadiness(200, goesOn);
    assertEverythingWasDoneOnce();
    assertThat(troubles()).as(muster.log()).allMatch(line -> line.contains(GONE));
    assertThat(muster.logLines(GONE + words)).hasSize(1);
    assertThat(muster.logLines(BACK)).hasSize(1);
  }

  private void assertItGoesOnBy(Runnable blow) {
    beBusy();

    blow.run();

    await("all connections are new ones")
        .atMost(SILENCE_NOTICED)
        .until(() -> !muster.logLines(BACK).isEmpty());
    awaitReadiness(200, SILENCE_NOTICED);
    assertEverythingWasDoneOnce();
    assertThat(troubles()).as(muster.log()).hasSize(1).allMatch(line -> line.contains(GONE));
  }

  /** Allocations under way at one account, devices read every second at the other. */
  private void beBusy() {
    for (int n = 0; n < ALLOCATIONS; n++) {
      ObjectNode device = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
      site.simulator()
          .vendor(EnosSimulator.class)
          .devices()
          .put("SN" + n, device.put("sn", "SN" + n));
    }
    muster = site.command().start();
    for (int n = 0; n < POLLED; n++) {
      lvccDevice("d-" + n);
      site.db()
          .sql(
              "insert into muster.poll_target (account, resource, key, refresh_every) values ('lvcc1', 'device', ?, '1 s')")
          .param("d-" + n)
          .update();
    }
    site.db()
        .sql(
            "insert into muster.work_request (account, action, key) select 'enos1', 'allocate', 'SN' || n from generate_series(0, ?) n")
        .param(ALLOCATIONS - 1)
        .update();
    await("some are sent")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> !site.simulator().arrivals(a -> a.call().equals("allocate")).isEmpty());
  }

  private void lvccDevice(String key) {
    site.simulator()
        .vendor(LvccSimulator.class)
        .devices()
        .put(key, (ObjectNode) Json.tree(Site.recorded("lvcc/device-status.json")).get("data"));
  }

  private void awaitReadiness(int status, Duration atMost) {
    await("readiness " + status)
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> muster.get("/actuator/health/readiness").statusCode() == status);
  }

  private void assertEverythingWasDoneOnce() {
    awaitDone();
    for (int n = 0; n < ALLOCATIONS; n++) {
      assertThat(site.simulator().vendor(EnosSimulator.class).allocations("SN" + n))
          .as("SN" + n)
          .isEqualTo(new AllocationCount(1, 1, 0));
    }
  }

  private void awaitDone() {
    await("all requests are done")
        .atMost(PATIENCE)
        .until(() -> site.rows("select from muster.work_request where status <> 'done'").isEmpty());
  }

  private List<String> troubles() {
    return muster
        .log()
        .lines()
        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .toList();
  }
}
