package dev.muster.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.ProcessMemory;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A great many replies that nobody wrote, through the packaged jar into a real database.
 *
 * <p>{@code -Dfuzz.replies=N} is how many mutations of reads, {@code -Dfuzz.others=N} how many
 * replies to all other calls, every second one mutated, and {@code -Dfuzz.minutes=N} how long bytes
 * come that are no HTTP.
 */
@Tag("benchmark")
class FuzzIT {
  private static final int REPLIES = Integer.getInteger("fuzz.replies", 1_000_000);
  private static final int OTHERS = Integer.getInteger("fuzz.others", 50_000);

  private static final Duration NOISE = Duration.ofMinutes(Integer.getInteger("fuzz.minutes", 60));

  /** Of each vendor that has lists. */
  private static final int DEVICES = 300;

  /** Mutations a second, at least. */
  private static final int SLOWEST = 200;

  /** Of the process, from a fifth of the time to its end. */
  private static final double FLAT = 1.25;

  private static final long MOST_MEMORY_BYTES = 512L << 20;

  @TempDir private Path folder;

  @Test
  void mutationsBecomeRowsAndLettersAndNothingElse() {
    try (Site site = new Site(folder);
        MutatingVendor vendor = new MutatingVendor(samples(), site.simulator().port())) {
      List<String> accounts = List.of(EnosSimulator.NAME, LvccSimulator.NAME, HuaweiSimulator.NAME);
      site.enos(EnosSimulator.NAME);
      site.lvcc(LvccSimulator.NAME);
      site.huawei(HuaweiSimulator.NAME);
      accounts.forEach(
          name -> site.command().with("muster.accounts." + name + ".base-url", vendor.url(name)));
      try (MusterProcess muster = start(site)) {
        enrol(site, accounts);
        await("each reply has ended as a row or as a letter, or is asked for again")
            .atMost(Duration.ofSeconds(60 + REPLIES / SLOWEST))
            .pollInterval(Duration.ofSeconds(20))
            .until(() -> goOn(site) && open(site) == 0);

        assertThat(muster.isAlive()).as(muster.log()).isTrue();
        assertThat(muster.log()).doesNotContain("\tat ");
        assertThat(
                site.rows("select * from report.dead_letter where error_code = 'defect' limit 5"))
            .isEmpty();
        // Whoever reads all of it gets all of it.
        var read =
            site.row(
                "select count(*) as devices, max(length(attributes::text)) as longest from report.device");
        System.out.println(
            vendor.answered + " mutations, " + read + ", peak " + ProcessMemory.peak(muster));
        System.out.println(
            site.rows(
                "select error_code, count(*) from report.dead_letter group by 1 order by 2 desc limit 12"));
        assertThat((long) site.row("select count(*) as n from report.dead_letter").get("n"))
            .isPositive();
        assertThat(ProcessMemory.peak(muster)).isLessThan(MOST_MEMORY_BYTES);
      }
    }
  }

  @Test
  void tokensPagesAndAllocationsAreMutatedToo() {
    try (Site site = new Site(folder);
        MutatingVendor vendor = new MutatingVendor(Map.of(), site.simulator().port())) {
      site.enos(EnosSimulator.NAME);
      site.huawei(HuaweiSimulator.NAME);
      for (String account : List.of(EnosSimulator.NAME, HuaweiSimulator.NAME)) {
        String prefix = "muster.accounts." + account;
        site.command().with(prefix + ".base-url", vendor.url(account));
        site.command().with(prefix + ".sweep-every", "1s").with(prefix + ".discover", true);
      }
      populate(site);
      try (MusterProcess muster = start(site)) {
        vendor.changesAll = true;
        await("many calls of all kinds")
            .atMost(Duration.ofSeconds(60 + OTHERS / (SLOWEST / 10)))
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> askForAll(site) && vendor.answered.get() >= OTHERS);

        assertThat(muster.isAlive()).as(muster.log()).isTrue();
        assertThat(muster.log()).doesNotContain("\tat ");
        assertThat(
                site.rows("select * from report.dead_letter where error_code = 'defect' limit 5"))
            .isEmpty();
        System.out.println(
            vendor.answered
                + site.rows("select state, count(*) from report.sweep group by 1").toString()
                + site.rows("select status, count(*) from muster.work_request group by 1"));
        assertThat(site.rows("select from report.sweep where devices > 0")).isNotEmpty();
        assertThat(ProcessMemory.peak(muster)).isLessThan(MOST_MEMORY_BYTES);
      }
    }
  }

  private static void populate(Site site) {
    ObjectNode device = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
    for (int n = 0; n < DEVICES; n++) {
      String key = "SN" + n;
      site.simulator()
          .vendor(EnosSimulator.class)
          .devices()
          .put(key, device.deepCopy().put("sn", key));
      site.simulator()
          .vendor(HuaweiSimulator.class)
          .devices()
          .put(key, ((ObjectNode) Json.tree("{\"activated\":true}")).put("deviceId", key));
    }
  }

  /** New sweeps, new tokens, and everything that operations may ask for. */
  private static boolean askForAll(Site site) {
    goOn(site);
    site.db()
        .sql(
            "update muster.sweep set started_at = now() - interval '2 days',"
                + " finished_at = now() - interval '2 days' where state <> 'running'")
        .update();
    site.db().sql("update muster.token set sealed = null, expires_at = null").update();
    site.db()
        .sql(
            "insert into muster.work_request (account, action, key)"
                + " select account, action, 'SN' || (random() * 299)::int from muster.account_action,"
                + " generate_series(1, 20) on conflict do nothing")
        .update();
    return true;
  }

  @Test
  void noiseInsteadOfHttpCostsNeitherTheProcessNorItsMemory() {
    try (Site site = new Site(folder);
        NoiseServer noise = new NoiseServer()) {
      site.lvcc(LvccSimulator.NAME);
      site.command().with("muster.accounts.lvcc.base-url", noise.url());
      try (MusterProcess muster = start(site)) {
        for (int n = 0; n < 100; n++) {
          site.target(LvccSimulator.NAME, "device", MutatingVendor.KEY + n);
        }
        Instant start = Instant.now();
        await("a fifth of it").atMost(NOISE).until(() -> goOn(site, start, NOISE.dividedBy(5)));
        long early = ProcessMemory.resident(muster);
        await("all of it").atMost(NOISE.multipliedBy(2)).until(() -> goOn(site, start, NOISE));

        System.out.println(
            noise.answered + " times noise, " + early + " to " + ProcessMemory.resident(muster));
        assertThat(muster.isAlive()).as(muster.log()).isTrue();
        assertThat(muster.log()).doesNotContain("\tat ");
        assertThat(ProcessMemory.resident(muster)).isLessThan((long) (FLAT * early));
        assertThat(noise.answered.get()).isGreaterThan(NOISE.toSeconds());
      }
    }
  }

  /** One call a target, and no weather: what fails here fails by chance. */
  private static MusterProcess start(Site site) {
    return site.command()
        .with("muster.retry.attempts", "1")
        .with("muster.retry.letter-after", "0s")
        .with("muster.weather.failures", "1000000")
        .start();
  }

  private static void enrol(Site site, List<String> accounts) {
    for (String account : accounts) {
      site.db()
          .sql(
              """
              insert into muster.poll_target (account, resource, key, refresh_every)
              select ?, 'device', ? || n, '365 days' from generate_series(1, ?) n
              """)
          .params(account, MutatingVendor.KEY, REPLIES / accounts.size())
          .update();
    }
  }

  /** A code that says that the credentials are wrong may come by chance. */
  private static boolean goOn(Site site) {
    site.rows("select muster.resume(account) from report.account where state <> 'active'");
    return true;
  }

  /** Whether so much time has passed; what has become a letter is tried again. */
  private static boolean goOn(Site site, Instant start, Duration time) {
    goOn(site);
    site.db()
        .sql("update muster.poll_state set due_at = now() where fence is null and due_at > now()")
        .update();
    return Instant.now().isAfter(start.plus(time));
  }

  private static long open(Site site) {
    return (long)
        site.row(
                """
                select count(*) as n from muster.poll_state s
                  join muster.poll_target t on t.id = s.target_id
                 where s.synced_at is null and s.failing_since is null and not exists (
                   select from muster.dead_letter l
                    where l.account = t.account and l.key = t.key and l.state = 'open')
                """)
            .get("n");
  }

  private static Map<String, String> samples() {
    return Map.of(
        "enos", Site.recorded("enos/get-device.json").replace("yourSn", "KEY"),
        "lvcc", Site.recorded("lvcc/device-status.json"),
        "huawei", "{\"deviceId\":\"KEY\",\"activated\":true,\"name\":\"one\"}");
  }
}
