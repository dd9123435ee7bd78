package dev.muster.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.Limit;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.huawei.HuaweiSettings;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.ProcessMemory;
import dev.muster.support.Relay;
import dev.muster.support.ServerWithClock;
import dev.muster.support.Site;
import dev.muster.support.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two weeks, half a day after the other: each lasts seconds, in which devices are read every two,
 * and between them the database's clock goes on by the rest. Nobody looks.
 */
final class TwoWeeks implements AutoCloseable {
  static final int HALF_DAYS = 28;

  /** A noon in UTC. Europe's clocks go forward on the 28th, and the month ends, meanwhile. */
  private static final Instant FIRST_DAY = Instant.parse("2027-03-24T12:00:00Z");

  private static final Duration HALF_A_DAY = Duration.ofHours(12);
  private static final int DEVICES = 100;
  private static final int ASKED_FOR = 5;
  private static final Duration TROUBLE = Duration.ofSeconds(6);

  /** From the end of the trouble until all that was due is done. */
  private static final Duration PATIENCE = Duration.ofSeconds(75);

  private static final String ENOS = "roll-enos";
  private static final String LVCC = "roll-lvcc";
  private static final String HUAWEI = "roll-huawei";
  private static final String BUNDLE = "spring.ssl.bundle.pem.vendor.";

  /** What befalls a half-day, in turn. */
  private enum Trouble {
    NONE,
    SERVER_ERRORS,
    FAILOVER,
    BLACK_HOLE,
    RENEWED_CERTIFICATE,
    RESETS,
    CRON
  }

  /** How much there was at the end of one half-day. */
  record Measure(int halfDay, long pid, long memoryBytes, long tableBytes) {}

  private final Path folder;
  private final ServerWithClock server;
  private final Site site;
  private final Relay enos;
  private final Relay lvcc;
  private final Relay huawei;
  private final List<Measure> measures = new ArrayList<>();
  private final List<Long> requests = new ArrayList<>();
  private MusterProcess muster;
  private int certificates;

  TwoWeeks(Path folder) throws IOException {
    this.folder = folder;
    server = new ServerWithClock(Files.createDirectory(folder.resolve("postgres")));
    server.start(ahead(0));
    site = new Site(folder, server.database());
    int vendor = site.simulator().port();
    enos = new Relay("127.0.0.1", vendor);
    lvcc = new Relay("127.0.0.1", vendor);
    huawei = new Relay("127.0.0.1", vendor);
  }

  /** Of the machine's clock. */
  private static Duration ahead(int halfDay) {
    return Duration.between(Instant.now(), FIRST_DAY.plus(HALF_A_DAY.multipliedBy(halfDay)));
  }

  List<Measure> pass() throws Exception {
    site.tickEverySecond(folder);
    configure();
    renewCertificate();
    muster = site.command().start();
    enrol();
    for (int n = 0; n < HALF_DAYS; n++) {
      if (n > 0) {
        letHalfADayPass(n);
      }
      ask(n);
      befall(n, Trouble.values()[n % Trouble.values().length]);
      awaitAllIsWell(n);
      measures.add(measure(n));
      System.out.println(measures.get(n) + " " + site.row("select now() as at").get("at"));
    }
    return measures;
  }

  private void configure() {
    site.enos(ENOS);
    site.lvcc(LVCC);
    site.huawei(HUAWEI);
    site.simulator()
        .vendor(HuaweiSimulator.class)
        .settings(
            new HuaweiSettings(Limit.NONE, Platform.TOKEN_LIFE.toMillis(), false, false, false));
    base(ENOS, "https://127.0.0.1:" + enos.port() + "/enos");
    base(LVCC, "http://127.0.0.1:" + lvcc.port() + "/lvcc");
    base(HUAWEI, "http://127.0.0.1:" + huawei.port() + "/huawei");
    site.command()
        .with("muster.accounts." + ENOS + ".tls-bundle", "vendor")
        .with(BUNDLE + "reload-on-update", true)
        .with("spring.ssl.bundle.watch.file.quiet-period", "200ms")
        .with(BUNDLE + "truststore.certificate", "file:" + folder.resolve("ca.crt"))
        .with("muster.weather.probe-every", "1s")
        .with("muster.weather.probe-at-most", "5s")
        .with("muster.retry.attempts", "8")
        .with("muster.retry.letter-after", "15m")
        .with("muster.retention.requests", "2d")
        .with("muster.retention.letters", "2d")
        .with("muster.retention.every", "5s")
        .environment("TZ", "Europe/Berlin");
  }

  private void base(String account, String url) {
    site.command()
        .with("muster.accounts." + account + ".base-url", url)
        .with("muster.accounts." + account + ".sweep-every", "0s")
        .with("muster.accounts." + account + ".refresh-every", "2s");
  }

  private void enrol() {
    ObjectNode enosDevice =
        (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
    ObjectNode lvccDevice =
        (ObjectNode) Json.tree(Site.recorded("lvcc/device-status.json")).get("data");
    for (int n = 0; n < DEVICES; n++) {
      String key = "device-" + n;
      site.simulator()
          .vendor(EnosSimulator.class)
          .devices()
          .put(key, enosDevice.deepCopy().put("sn", key));
      site.simulator().vendor(LvccSimulator.class).devices().put(key, lvccDevice.deepCopy());
      Platform.HUAWEI.device(site.simulator(), key);
      for (String account : List.of(ENOS, LVCC, HUAWEI)) {
        site.target(account, "device", key);
      }
    }
  }

  /**
   * In the first week the service is stopped, or killed, or only the database is away. In the
   * second it lives, so that its memory can be compared, and the database is away each time.
   */
  private void letHalfADayPass(int n) {
    boolean lives = n % 4 == 3 || n > HALF_DAYS / 2;
    if (!lives && n % 2 == 0) {
      muster.kill();
    } else if (!lives) {
      assertThat(muster.stop().exitCode()).isEqualTo(143);
    }
    server.stop();
    server.start(ahead(n));
    if (!lives) {
      muster = site.command().start();
    }
  }

  private void ask(int halfDay) {
    for (int n = 0; n < ASKED_FOR; n++) {
      String key = "asked-" + halfDay + "-" + n;
      ObjectNode device = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
      site.simulator().vendor(EnosSimulator.class).devices().put(key, device.put("sn", key));
      requests.add(site.allocate(ENOS, key, "{}"));
      site.refresh(LVCC, "device-" + n);
      site.refresh(HUAWEI, "device-" + n);
    }
  }

  private void befall(int halfDay, Trouble trouble) throws Exception {
    switch (trouble) {
      case NONE -> {}
      case SERVER_ERRORS -> {
        enos.answer("HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno");
        goOn();
        enos.heal();
      }
      case FAILOVER -> {
        server.failOver(Duration.between(Instant.now(), databaseTime()));
      }
      case BLACK_HOLE -> {
        lvcc.fallSilent();
        goOn();
        lvcc.cut();
        lvcc.heal();
      }
      case RENEWED_CERTIFICATE -> renewCertificate();
      case RESETS -> {
        huawei.reset();
        goOn();
        huawei.heal();
      }
      case CRON -> {
        MusterProcess cron = site.command().copy().with("muster.once", true).launch();
        if (halfDay < HALF_DAYS / 2) {
          muster.kill();
          muster = site.command().start();
        }
        assertThat(cron.awaitEnd().exitCode()).as(cron.log()).isZero();
      }
    }
  }

  private Instant databaseTime() {
    return ((Timestamp) site.row("select clock_timestamp() as at").get("at")).toInstant();
  }

  private void goOn() {
    Instant end = Instant.now().plus(TROUBLE);
    await("the trouble lasts").atMost(PATIENCE).until(() -> Instant.now().isAfter(end));
  }

  /** The authority's certificate first, as one does; the vendor's own when that is known. */
  private void renewCertificate() throws IOException, GeneralSecurityException {
    String name = "vendor-" + ++certificates;
    TestCertificate next = new TestCertificate(folder.resolve(name), "ip:127.0.0.1");
    next.writePem(folder.resolve("ca.crt"), folder.resolve("unused.key"));
    if (muster != null) {
      int known = muster.logLines("vendor was renewed").size();
      await("the bundle is read")
          .atMost(PATIENCE)
          .until(() -> muster.logLines("vendor was renewed").size() > known);
    }
    enos.cut();
    enos.tls(next.trusting());
    enos.heal();
  }

  private void awaitAllIsWell(int halfDay) {
    Instant well = databaseTime();
    await("half-day " + halfDay + " ends well")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              assertThat(muster.isAlive()).as(muster.log()).isTrue();
              assertThat(muster.log()).as("no stack trace").doesNotContain("\tat ");
              assertThat(open()).isEmpty();
              assertThat(
                      site.rows(
                          "select account, key from report.device where key like 'device-%' and last_synced_at < ?",
                          Timestamp.from(well)))
                  .isEmpty();
            });
    // After a failover it says, until the permits are free again, what may be lost.
    assertThat(
            site.rows(
                "select what, why from report.attention where what <> 'the database is not what it was'"))
        .isEmpty();
  }

  private List<Map<String, Object>> open() {
    return site.rows(
        "select account, action, key, status, muster.explain(id) from muster.work_request"
            + " where status <> 'done'");
  }

  /** Without what is kept by its age: requests, letters, history and audit. */
  private Measure measure(int halfDay) {
    long tables =
        ((Number)
                site.row(
                        """
                        select sum(pg_total_relation_size(oid)) as bytes from pg_class
                         where relnamespace = 'muster'::regnamespace and relkind = 'r'
                           and relname !~ 'history|audit|work_request|dead_letter'
                        """)
                    .get("bytes"))
            .longValue();
    return new Measure(halfDay, muster.pid(), ProcessMemory.resident(muster), tables);
  }

  /** What a person finds who comes back after it. */
  void assertNobodyWasNeeded() {
    assertThat(site.rows("select * from report.dead_letter")).as("letters").isEmpty();
    assertThat(site.rows("select what, why from report.attention")).isEmpty();
    assertThat(site.rows("select account from report.account where state <> 'active'")).isEmpty();
    await("what is two days old is gone")
        .atMost(PATIENCE.multipliedBy(2))
        .untilAsserted(
            () ->
                assertThat(
                        site.rows(
                            "select id from muster.work_request where finished_at < now() - interval '3 days'"))
                    .isEmpty());
    List<Arrival> allocations =
        site.simulator().arrivals(a -> a.call().equals("allocate") && a.outcome().equals("ok"));
    assertThat(allocations).extracting(Arrival::key).doesNotHaveDuplicates();
    assertThat(allocations).hasSameSizeAs(requests);
  }

  @Override
  public void close() {
    if (muster != null) {
      muster.close();
    }
    List.of(enos, lvcc, huawei).forEach(Relay::close);
    site.simulator().close();
    server.close();
  }
}
