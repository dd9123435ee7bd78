package dev.muster.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Certificates;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Relay;
import dev.muster.support.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** A bad hour at the vendors of many accounts at once, each ill in another way. */
final class BadHour {
  private static final String WELL = "well";

  /** Every second of its calls fails. */
  private static final String HALF_WELL = "half-well";

  /** It may be taken for down once or twice: a line when that begins, and one when it ends. */
  private static final int LOG_LINES_OF_HALF_WELL = 4;

  /** Besides those under way when it began. */
  private static final int MOST_CALLS = 60;

  private static final int UNDER_WAY = 32;
  private static final int MOST_LOG_LINES = 10;

  /** From the beginning until people are told. */
  private static final Duration TOLD = Duration.ofSeconds(60);

  /** From the end until a call leaves, and until everything due is done. */
  private static final Duration NOTICED = Duration.ofSeconds(60);

  private static final Duration DONE = Duration.ofSeconds(75);

  /**
   * How large it is.
   *
   * @param devices of each account
   * @param allocations asked for as it begins, of each account
   * @param refreshEvery how often each device is read
   * @param hour how long it lasts
   * @param halfWell whether there is also an account of which every second call fails; it takes
   *     long to tell that from chance
   */
  record Scale(
      int devices, int allocations, Duration refreshEvery, Duration hour, boolean halfWell) {}

  /** How a vendor can be ill. */
  private enum Ill {
    SERVER_ERROR(answer("500 Internal Server Error", "application/json", "{\"oh\":\"no\"}")),
    BAD_GATEWAY(answer("502 Bad Gateway", "text/html", "<html>502</html>")),
    FIREWALL(answer("403 Forbidden", "text/html", "<html>no</html>")),
    LOGIN_PAGE(answer("200 OK", "text/html", "<html>welcome</html>")),
    NOT_FOUND(answer("404 Not Found", "text/html", "<html>404</html>")),
    MOVED("HTTP/1.1 301 Moved\r\nLocation: https://portal.example/?sign=s\r\n\r\n"),
    REFUSED(null),
    SILENT(null),
    RESET(null),
    CERTIFICATE(null),
    NAME(null);

    private final String reply;

    Ill(String reply) {
      this.reply = reply;
    }

    private static String answer(String status, String type, String body) {
      return "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
          .formatted(status, type, body.length(), body);
    }

    private String account() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Map<Ill, Relay> relays = new EnumMap<>(Ill.class);
  private final Scale scale;
  private final Path folder;
  private Certificates certificates;
  private Path hosts;
  private Site site;

  /**
   * @param folder where the process runs
   */
  BadHour(Scale scale, Path folder) {
    this.scale = scale;
    this.folder = folder;
  }

  /**
   * Runs it, and holds what a person would see against what was promised.
   *
   * @param prepare what else the process is started with
   */
  void pass(Consumer<MusterProcess.Command> prepare) throws Exception {
    certificates = Certificates.in(folder);
    hosts = Files.writeString(folder.resolve("hosts"), names("vendor.test"));
    try (Site opened = new Site(folder)) {
      site = opened;
      configure();
      prepare.accept(site.command());
      try (MusterProcess muster = site.command().start()) {
        enrol();
        await("all read").atMost(patience()).until(this::allIsRead);
        int logged = muster.log().length();
        begin();
        site.simulator()
            .disturb(Disturbance.reply(500, "oh no").vendor(LvccSimulator.NAME).chance(0.5));
        Timestamp began = now();
        List<Long> requests = allocate();

        awaitDown();
        await("the hour passes")
            .atMost(scale.hour.plus(TOLD))
            .until(() -> now().getTime() - began.getTime() > scale.hour.toMillis());
        assertQuietWhileDown(requests);

        end();
        site.simulator().undisturb();
        assertAllIsWell(requests, now());
        assertLog(muster, logged);
      } finally {
        relays.values().forEach(Relay::close);
      }
    }
  }

  private Duration patience() {
    return scale.refreshEvery.plus(TOLD);
  }

  private static String names(String vendor) {
    return "127.0.0.1 localhost " + vendor + "\n";
  }

  private void configure() {
    site.command()
        .with("spring.ssl.bundle.jks.vendor.truststore.location", certificates.trust())
        .with("spring.ssl.bundle.jks.vendor.truststore.password", Certificates.PASSWORD)
        .jvm("-Djdk.net.hosts.file=" + hosts)
        .jvm("-Dsun.net.inetaddr.ttl=0")
        .jvm("-Dsun.net.inetaddr.negative.ttl=0");
    add(WELL, "http://127.0.0.1:" + site.simulator().port());
    site.lvcc(HALF_WELL);
    site.command().with("muster.accounts.half-well.refresh-every", millis(scale.refreshEvery));
    for (Ill ill : Ill.values()) {
      Relay relay = new Relay("127.0.0.1", site.simulator().port());
      relays.put(ill, relay);
      String url = "http://127.0.0.1:" + relay.port();
      if (ill == Ill.NAME) {
        url = "http://vendor.test:" + relay.port();
      } else if (ill == Ill.CERTIFICATE) {
        relay.cut();
        relay.tls(certificates.valid());
        relay.heal();
        url = "https://localhost:" + relay.port();
        site.command().with("muster.accounts." + ill.account() + ".tls-bundle", "vendor");
      }
      add(ill.account(), url);
    }
  }

  private void add(String account, String url) {
    site.enos(account);
    site.command()
        .with("muster.accounts." + account + ".base-url", url + "/enos")
        .with("muster.accounts." + account + ".call-deadline", "4s")
        .with("muster.accounts." + account + ".refresh-every", millis(scale.refreshEvery));
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + "ms";
  }

  private void enrol() {
    for (Ill ill : Ill.values()) {
      enrol(ill.account());
    }
    enrol(WELL);
    if (scale.halfWell) {
      enrolHalfWell();
    }
  }

  private void enrolHalfWell() {
    JsonNode status = Json.tree(Site.recorded("lvcc/device-status.json")).get("data");
    for (int n = 0; n < scale.devices; n++) {
      String key = HALF_WELL + "-" + n;
      site.simulator().vendor(LvccSimulator.class).devices().put(key, status.deepCopy());
      site.target(HALF_WELL, "device", key);
    }
  }

  private void enrol(String account) {
    ObjectNode sample = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
    for (int n = 0; n < scale.devices; n++) {
      String key = account + "-" + n;
      site.simulator()
          .vendor(EnosSimulator.class)
          .devices()
          .put(key, sample.deepCopy().put("sn", key));
      site.target(account, "device", key);
    }
  }

  private boolean allIsRead() {
    return site.rows("select from muster.poll_state where synced_at is null limit 1").isEmpty();
  }

  private Timestamp now() {
    return (Timestamp) site.row("select now() as at").get("at");
  }

  private void begin() {
    relays.forEach(
        (ill, relay) -> {
          switch (ill) {
            case REFUSED -> relay.cut();
            case SILENT -> relay.fallSilent();
            case RESET -> relay.reset();
            case CERTIFICATE -> {
              relay.cut();
              relay.tls(certificates.expired());
              relay.heal();
            }
            case NAME -> {
              write(names(""));
              relay.cut();
              relay.heal();
            }
            default -> relay.answer(ill.reply);
          }
        });
  }

  private void end() {
    write(names("vendor.test"));
    relays.forEach(
        (ill, relay) -> {
          if (ill == Ill.CERTIFICATE) {
            relay.cut();
            relay.tls(certificates.valid());
          }
          relay.heal();
        });
  }

  private void write(String names) {
    try {
      Files.writeString(hosts, names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Long> allocate() {
    List<Long> requests = new ArrayList<>();
    for (Ill ill : Ill.values()) {
      for (int n = 0; n < scale.allocations; n++) {
        requests.add(site.allocate(ill.account(), ill.account() + "-" + n, "{}"));
      }
    }
    return requests;
  }

  private void awaitDown() {
    await("every account is down")
        .atMost(TOLD)
        .untilAsserted(
            () ->
                assertThat(site.rows("select what from report.attention"))
                    .extracting(row -> row.get("what"))
                    .containsExactlyInAnyOrderElementsOf(
                        relays.keySet().stream()
                            .map(ill -> "account " + ill.account() + " is down")
                            .toList()));
  }

  private void assertQuietWhileDown(List<Long> requests) {
    awaitDown();
    assertThat(site.rows("select account, key, error_code from report.dead_letter")).isEmpty();
    assertThat(site.rows("select * from muster.work_request where finished_at is not null"))
        .isEmpty();
    assertThat(requests)
        .allSatisfy(
            id ->
                assertThat(site.row("select muster.explain(?) as why", id).get("why").toString())
                    .as("unless it is the probe under way")
                    .containsPattern(" is down since |^being sent now|^unknown: being read"));
    assertThat(why(Ill.MOVED)).contains("redirects to https://portal.example/: is base-url right?");
    assertThat(why(Ill.FIREWALL)).contains("http_403");
    relays.forEach(
        (ill, relay) ->
            assertThat(relay.answered())
                .as(ill.account())
                .isLessThanOrEqualTo(MOST_CALLS + UNDER_WAY));
    assertThat(site.row("select state, down_since from report.account where account = ?", WELL))
        .containsEntry("state", "active")
        .containsEntry("down_since", null);
    assertThat(
            site.rows(
                "select key from report.device where account = ? and last_synced_at < now() - ? * interval '3 ms'",
                WELL,
                scale.refreshEvery.toMillis()))
        .isEmpty();
  }

  private String why(Ill ill) {
    return site.row("select down_why from report.account where account = ?", ill.account())
        .get("down_why")
        .toString();
  }

  private void assertAllIsWell(List<Long> requests, Timestamp ended) {
    await("a call of each")
        .atMost(NOTICED)
        .until(
            () -> site.rows("select from report.account where down_since is not null").isEmpty());
    await("everything due is done")
        .atMost(DONE)
        .untilAsserted(
            () -> {
              assertThat(
                      site.rows(
                          "select account, key from report.device where last_synced_at < ?", ended))
                  .isEmpty();
              assertThat(
                      site.rows(
                          "select account, status, error_code from muster.work_request where status <> 'done'"))
                  .isEmpty();
            });
    assertThat(site.rows("select what from report.attention")).isEmpty();
    assertThat(site.rows("select * from report.dead_letter")).isEmpty();
    List<Arrival> allocations =
        site.simulator().arrivals(a -> a.call().equals("allocate") && a.outcome().equals("ok"));
    assertThat(allocations).hasSize(requests.size());
    assertThat(allocations).extracting(Arrival::key).doesNotHaveDuplicates();
  }

  private void assertLog(MusterProcess muster, int from) {
    for (Ill ill : relays.keySet()) {
      await(ill.account())
          .atMost(TOLD)
          .untilAsserted(() -> assertThat(lines(muster, from, ill, " is active again")).hasSize(1));
      assertThat(lines(muster, from, ill, " is down: ")).hasSize(1);
      assertThat(lines(muster, from, ill, " ")).hasSizeLessThanOrEqualTo(MOST_LOG_LINES);
    }
    assertThat(
            muster
                .log()
                .substring(from)
                .lines()
                .filter(line -> line.contains(" " + HALF_WELL + " is ")))
        .hasSizeLessThanOrEqualTo(LOG_LINES_OF_HALF_WELL);
    assertThat(muster.log()).as("no stack trace").doesNotContain("\tat ");
  }

  private static List<String> lines(MusterProcess muster, int from, Ill ill, String text) {
    return muster
        .log()
        .substring(from)
        .lines()
        .filter(line -> line.contains(" " + ill.account() + text))
        .toList();
  }
}
