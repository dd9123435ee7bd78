package dev.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.console.Visitor;
import dev.muster.support.MusterProcess;
import dev.muster.support.TestDatabase;
import dev.muster.support.Timetable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * How long the console's pages take over a large inventory while pulls go on, how many calls people
 * who click cost, and how much memory.
 *
 * <p>{@code -Dbench.targets=1000000} devices, and as many requests; {@code -Dbench.rate=5000} calls
 * a second; {@code -Dbench.rounds=20} times each page; {@code -Dbench.people=20} people, two to a
 * log-in, each of whom clicks {@code -Dbench.clicks=6} times a minute, for {@code
 * -Dbench.seconds=30} in turns with nobody.
 */
@Tag("benchmark")
class ConsoleBenchIT {
  private static final int ACCOUNTS = 20;
  private static final int VERSIONS = 2;
  private static final int TARGETS = Setting.number("targets", 1_000_000);
  private static final int RATE = Setting.number("rate", 5_000);
  private static final int ROUNDS = Setting.number("rounds", 20);
  private static final int PEOPLE = Setting.number("people", 20);
  private static final int CLICKS = Setting.number("clicks", 6);
  private static final Duration TIME = Duration.ofSeconds(Setting.number("seconds", 30));
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final int TURNS = 3;
  private static final double MEBIBYTE = 1 << 20;

  /** The bar, in ms. */
  private static final double P95 = 300;

  private static final List<String> PAGES =
      List.of(
          "/",
          "/devices",
          "/devices?find=SN-77",
          "/devices?account=enos8&connectivity=online",
          "/devices?connectivity=offline",
          "/devices?lifecycle=faulted",
          "/devices?name=pump+777",
          "/devices?missing=yes",
          "/devices?sort=changed+last+first",
          "/devices/act?do=refresh&account=enos8",
          "/device?account=enos8&key=SN-7",
          "/requests",
          "/requests?status=open",
          "/requests?status=dead",
          "/requests?account=enos8&status=done",
          "/requests?by=ann&code=E7",
          "/requests?key=SN-77",
          "/requests?since=yesterday",
          "/requests/cancel?account=enos8",
          "/requests/new",
          "/request?id=77",
          "/letters",
          "/letters?account=enos8",
          "/letters?code=E4",
          "/letters?words=device+SN-777&since=yesterday",
          "/letters/act?do=replay&code=E4",
          "/letter?id=77",
          "/accounts",
          "/account?account=enos8",
          "/freshness",
          "/freshness?account=enos8&refresh=15+min",
          "/routes");

  @Test
  void everyPageOverALargeInventory() {
    try (Bench bench = Bench.start(Stub.Log.NONE, ACCOUNTS);
        TestDatabase database = bench.database()) {
      JdbcClient db = JdbcClient.create(database.dataSource());
      ScaleData.fill(db, TARGETS, ACCOUNTS, VERSIONS);
      ScaleData.addLettersAndRequests(db);
      // Each is due again a second after it was read, so that pulls never run out.
      db.sql("update muster.poll_target set refresh_every = '1 second' where account = ?")
          .param(Bench.ACCOUNT)
          .update();
      bench.server().checkpoint();
      double without = peak(bench, database, db);
      try (MusterProcess muster = command(bench, database).start()) {
        List<Visitor> people =
            IntStream.range(0, PEOPLE / 2)
                .mapToObj(n -> new Visitor(muster.port()))
                .map(visitor -> visitor.loggedIn(database.user(), database.password()))
                .toList();
        var unused = rate(db, WARM_UP);
        List<String> slow = pages(people.get(0));
        cost(db, people);
        System.out.printf(
            "Peak RSS: %.0f MiB, and %.0f MiB without the console%n",
            Usage.of(muster.pid()).peakBytes() / MEBIBYTE, without);
        assertThat(slow).isEmpty();
      }
    }
  }

  private static MusterProcess.Command command(Bench bench, TestDatabase database) {
    String quota = "muster.accounts." + Bench.ACCOUNT + ".quota.";
    return bench.command(database).with(quota + "requests", RATE).with(quota + "window", "1s");
  }

  /** The most memory that a Muster without the console takes for the same work, in MiB. */
  private static double peak(Bench bench, TestDatabase database, JdbcClient db) {
    try (MusterProcess muster =
        command(bench, database).with("muster.console.enabled", false).start()) {
      var unused = rate(db, WARM_UP.plus(TIME.multipliedBy(2)));
      return Usage.of(muster.pid()).peakBytes() / MEBIBYTE;
    }
  }

  private static double rate(JdbcClient db, Duration time) {
    try (Timetable nobody = new Timetable()) {
      return rate(db, time, nobody);
    }
  }

  /** Calls a second. */
  private static double rate(JdbcClient db, Duration time, Timetable people) {
    long claims = Bench.claims(db);
    long start = System.nanoTime();
    people.pass(time);
    return (Bench.claims(db) - claims) / ((System.nanoTime() - start) / 1e9);
  }

  /** The pages that take longer than they may. */
  private static List<String> pages(Visitor visitor) {
    Table table =
        new Table(
            "The console over " + Figure.whole(TARGETS) + " devices, ms", "page", "p50", "p95");
    List<String> slow = new ArrayList<>();
    for (String page : PAGES) {
      List<Double> millis = new ArrayList<>();
      visitor.look(page);
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        visitor.look(page);
        millis.add((System.nanoTime() - start) / 1e6);
      }
      double p95 = Figure.share(millis, 0.95);
      table.row("`" + page + "`", Figure.hundredths(Figure.median(millis)), Figure.hundredths(p95));
      if (p95 > P95) {
        slow.add(page + ": " + p95);
      }
    }
    return slow;
  }

  /** In step with nobody. */
  private static Duration pause() {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(2 * 60_000L / CLICKS));
  }

  /** Nobody clicks and people click, in turns. */
  private static void cost(JdbcClient db, List<Visitor> people) {
    List<Double> alone = new ArrayList<>();
    List<Double> watched = new ArrayList<>();
    AtomicInteger clicks = new AtomicInteger();
    for (int turn = 0; turn < TURNS; turn++) {
      alone.add(rate(db, TIME));
      try (Timetable timetable = new Timetable()) {
        for (int person = 0; person < PEOPLE; person++) {
          Visitor visitor = people.get(person % people.size());
          timetable.repeat(
              ConsoleBenchIT::pause,
              () -> visitor.look(PAGES.get(clicks.getAndIncrement() % PAGES.size())));
        }
        watched.add(rate(db, TIME, timetable));
      }
    }
    Table table =
        new Table("What people who click cost", "calls/s", "and with people", "share", "clicks");
    table.row(
        Figure.whole(Figure.median(alone)),
        Figure.whole(Figure.median(watched)),
        Figure.thousandths(Figure.median(watched) / Figure.median(alone)),
        Figure.whole(clicks.get()));
  }
}
