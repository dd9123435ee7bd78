package dev.muster.bench;

import static dev.muster.support.AccountSetup.account;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterDatabase;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a row waits from its commit to its call's arrival at the vendor, and what the ringing
 * costs those who insert. Prints a table. For a machine that has nothing else to do.
 */
@Tag("benchmark")
class WorkTableBenchIT {
  private static final int ROWS = 300;

  /** Of the JVM: until its code is compiled. */
  private static final int WARM_UP = 150;

  private static final Duration MEDIAN = Duration.ofMillis(5);
  private static final Duration LATE = Duration.ofMillis(20);

  /** The poll behind the listener, and the time it takes. */
  private static final Duration UNHEARD = Duration.ofSeconds(2);

  private static final int SESSIONS = 50;
  private static final int ROWS_PER_SESSION = 100;
  private static final int ROUNDS = 5;

  /** Of the rate without ringing. */
  private static final double RATE = 0.8;

  @TempDir Path folder;

  @Test
  void aLoneRowOfTheOnlyAccount() throws SQLException {
    loneRows(1, "1 account, a lone row");
  }

  @Test
  void aLoneRowOfOneOfTwentyAccounts() throws SQLException {
    loneRows(20, "20 accounts, a lone row");
  }

  private void loneRows(int accounts, String name) throws SQLException {
    try (Site site = site(accounts);
        MusterProcess muster = site.command().start()) {
      waits(site, WARM_UP, "warm-up");
      List<Duration> waits = waits(site, ROWS, "lone");

      print(name, waits);
      assertThat(share(waits, 0.5)).isLessThan(MEDIAN);
      assertThat(share(waits, 0.99)).isLessThan(LATE);
      assertThat(muster.isAlive()).isTrue();
    }
  }

  @Test
  void aRowThatNobodyHears() throws SQLException {
    ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();
    try (Site site = site(1);
        MusterProcess muster = site.command().start()) {
      var unused =
          killer.scheduleWithFixedDelay(
              () -> site.database().terminate("application_name = 'muster-listener'"),
              0,
              20,
              TimeUnit.MILLISECONDS);
      List<Duration> waits = waits(site, ROWS / 5, "unheard");

      print("1 account, the listener's backend killed all the time", waits);
      assertThat(share(waits, 1)).isLessThan(UNHEARD);
      assertThat(muster.isAlive()).isTrue();
    } finally {
      killer.shutdownNow();
    }
  }

  private Site site(int accounts) {
    Site site = new Site(folder);
    for (int n = 1; n <= accounts; n++) {
      site.lvcc("lvcc" + n);
    }
    // As it runs at its users', and not as tests start it.
    site.command().jvm("-XX:TieredStopAtLevel=4");
    return site;
  }

  /** Inserts rows one at a time, each at a random moment after the one before was settled. */
  private static List<Duration> waits(Site site, int rows, String prefix) throws SQLException {
    Map<String, Long> committed = new HashMap<>();
    try (Connection connection = site.database().dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into muster.work_request (account, action, key) values ('lvcc1', 'refresh', ?)");
        PreparedStatement open =
            connection.prepareStatement(
                "select from muster.work_request where finished_at is null")) {
      for (int n = 0; n < rows; n++) {
        String key = prefix + n;
        site.simulator()
            .vendor(LvccSimulator.class)
            .devices()
            .put(key, (ObjectNode) Json.tree(Site.recorded("lvcc/device-status.json")).get("data"));
        insert.setString(1, key);
        insert.execute();
        committed.put(key, System.nanoTime());
        await(key)
            .pollDelay(Duration.ofMillis(ThreadLocalRandom.current().nextInt(50, 100)))
            .pollInterval(Duration.ofMillis(50))
            .until(() -> !open.executeQuery().next());
      }
    }
    List<Duration> waits = new ArrayList<>();
    for (Arrival arrival : site.simulator().arrivals()) {
      Long at = committed.remove(arrival.key());
      if (at != null) {
        waits.add(Duration.ofNanos(arrival.nanos() - at));
      }
    }
    assertThat(committed).as("rows without a call").isEmpty();
    return waits.stream().sorted().toList();
  }

  private static Duration share(List<Duration> sorted, double share) {
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  private static void print(String name, List<Duration> waits) {
    System.out.println(
        "| %s | p50 %s | p90 %s | p99 %s | most %s |"
            .formatted(
                name,
                millis(share(waits, 0.5)),
                millis(share(waits, 0.9)),
                millis(share(waits, 0.99)),
                millis(share(waits, 1))));
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }

  /** What happens at an insert. */
  private enum Ringing {
    RINGING("alter table muster.work_request enable trigger work_request_added"),
    SILENT("alter table muster.work_request disable trigger work_request_added"),
    PLAIN_NOTIFY(
        """
        create function public.plain() returns trigger language plpgsql as $$
        begin
          perform pg_notify(channel, '') from muster.installation;
          return null;
        end $$;
        create trigger plain after insert on muster.work_request for each statement execute function public.plain();
        alter table muster.work_request disable trigger work_request_added
        """);

    private final String setUp;

    Ringing(String setUp) {
      this.setUp = setUp;
    }
  }

  @Test
  void fiftySessionsThatInsertAtOnce() throws Exception {
    Map<Ringing, List<Double>> rates = new HashMap<>();
    try (MusterDatabase database = MusterDatabase.migratedAndEmpty();
        Connection listener = database.connect()) {
      database.configure(account("acme1"));
      listener
          .createStatement()
          .execute("listen " + database.value("select channel from muster.installation"));
      for (int round = 0; round < ROUNDS; round++) {
        for (Ringing ringing : Ringing.values()) {
          database.run(ringing.setUp);
          rates.computeIfAbsent(ringing, r -> new ArrayList<>()).add(rate(database));
          database.run("drop function if exists public.plain cascade");
        }
      }
    }
    double silent = median(rates.get(Ringing.SILENT));
    rates.forEach(
        (ringing, found) ->
            System.out.printf(
                Locale.ROOT,
                "| %d sessions, %s | %.0f rows/s | %.2f of silent |%n",
                SESSIONS,
                ringing,
                median(found),
                median(found) / silent));
    assertThat(median(rates.get(Ringing.RINGING)) / silent).isGreaterThanOrEqualTo(RATE);
  }

  /** Rows per second that all sessions insert together, each row in a transaction of its own. */
  private static double rate(MusterDatabase database) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
    List<Connection> connections = new ArrayList<>();
    try {
      List<Callable<Void>> sessions = new ArrayList<>();
      for (int n = 0; n < SESSIONS; n++) {
        Connection connection = database.connect();
        connections.add(connection);
        sessions.add(() -> insert(connection));
      }
      long start = System.nanoTime();
      for (Future<Void> session : threads.invokeAll(sessions)) {
        session.get();
      }
      return SESSIONS * ROWS_PER_SESSION / ((System.nanoTime() - start) / 1e9);
    } finally {
      threads.shutdownNow();
      for (Connection connection : connections) {
        connection.close();
      }
      database.run("truncate muster.work_request cascade");
    }
  }

  private static Void insert(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into muster.work_request (account, action, key) values ('acme1', 'refresh', 'SN1')")) {
      for (int n = 0; n < ROWS_PER_SESSION; n++) {
        insert.execute();
      }
    }
    return null;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
