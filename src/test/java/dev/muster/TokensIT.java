package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two replicas at vendors whose tokens live for seconds: each token is got once, used by both, and
 * got anew in time.
 */
class TokensIT {
  /** What a token lives; it is renewed after half of it. */
  private static final Duration LIFE = Duration.ofSeconds(6);

  /** How long a login or a refresh takes: two at once would overlap. */
  private static final Duration RENEWAL_TAKES = Duration.ofMillis(600);

  private static final int DEVICES = 30;

  /** How many tokens a test sees come. */
  private static final int RENEWED = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Set<String> RENEWALS =
      Set.of(HuaweiSimulator.LOGIN, HuaweiSimulator.REFRESH, LvccSimulator.TOKEN);

  private static Site site;
  private static Simulator simulator;
  private static MusterProcess first;
  private static MusterProcess second;

  @BeforeAll
  static void start(@TempDir Path folder) {
    site = new Site(folder);
    simulator = site.simulator();
    ObjectNode life = (ObjectNode) Json.tree("{\"tokenLifeMillis\": " + LIFE.toMillis() + "}");
    simulator.vendor(HuaweiSimulator.class).changeSettings(life);
    simulator.vendor(LvccSimulator.class).changeSettings(life);
    RENEWALS.forEach(
        call -> simulator.disturb(Disturbance.latency(RENEWAL_TAKES, RENEWAL_TAKES).call(call)));
    site.huawei("huawei1");
    fetching("lvcc1", LIFE);
    // Believes that its tokens live for ever: only a refusal tells that they do not.
    fetching("lvcc2", Duration.ofDays(1));
    site.huawei("huawei-wrong", "huawei-wrong-app-id", "not-its-secret");
    site.lvcc("lvcc-wrong", "lvcc-wrong-user", "not-its-password");
    site.lvcc("lvcc-mended", "lvcc-mended-user", "its-password");
    first = site.command().start();
    second = site.command().start();
  }

  private static void fetching(String account, Duration life) {
    simulator.vendor(LvccSimulator.class).addUser(account + "-user", account + "-password");
    site.lvcc(account, account + "-user", account + "-password");
    site.command()
        .with("muster.accounts." + account + ".parameters.token-life", life.toSeconds() + "s");
  }

  @AfterAll
  static void stop() {
    Stream.of(first, second).filter(process -> process != null).forEach(MusterProcess::close);
    site.close();
  }

  @Test
  void tokensAreRenewedOneAtATimeAndWhatAnOlderOneWasRefusedForIsMadeAgain() {
    // Slow enough for some to be judged after a renewal that they did not see.
    simulator.disturb(
        Disturbance.latency(Duration.ZERO, Duration.ofSeconds(1)).call(HuaweiSimulator.ACTIVATION));
    everySecond("huawei1");
    awaitRenewals("huawei1");
    await("a call that was refused because another replica had renewed")
        .atMost(PATIENCE)
        .until(() -> !calls("huawei1-app-id", HuaweiSimulator.ACTIVATION, "1010005").isEmpty());

    List<Arrival> renewals = renewals("huawei1-app-id");
    assertThat(renewals).extracting(Arrival::call).startsWith(HuaweiSimulator.LOGIN);
    assertThat(renewals).extracting(Arrival::call).containsOnlyOnce(HuaweiSimulator.LOGIN);
    assertOneAtATime(renewals);
    assertNothingCounted("huawei1");
  }

  @Test
  void aFetchedTokenIsSharedUsedAndFetchedAgainAheadOfItsEnd() {
    everySecond("lvcc1");
    awaitRenewals("lvcc1");

    List<Arrival> calls =
        simulator.arrivals(
            a -> a.call().equals(LvccSimulator.STATUS) && a.key().startsWith("lvcc1-"));
    List<Arrival> fetched = renewals("lvcc1-user");
    assertOneAtATime(fetched);
    assertThat(calls).extracting(Arrival::outcome).doesNotContain("10001");
    assertThat(calls.stream().map(Arrival::account).collect(Collectors.toSet()))
        .as("tokens in use, by both replicas")
        .hasSizeBetween(2, fetched.size());
    assertNothingCounted("lvcc1");
  }

  @Test
  void aFetchedTokenThatIsRefusedIsFetchedAgainOnce() {
    everySecond("lvcc2");
    awaitRenewals("lvcc2");

    List<Arrival> fetched = renewals("lvcc2-user");
    assertOneAtATime(fetched);
    for (int i = 1; i < fetched.size(); i++) {
      assertThat(Duration.between(fetched.get(i - 1).at(), fetched.get(i).at()))
          .as("a token is used to its end")
          .isGreaterThanOrEqualTo(LIFE);
    }
    assertNothingCounted("lvcc2");
  }

  @Test
  void wrongCredentialsCostThreeLoginsOverBothReplicas() {
    assertHaltsAfterThree("huawei-wrong", "huawei-wrong-app-id", "100208");
    assertHaltsAfterThree("lvcc-wrong", "lvcc-wrong-user", "-1");
  }

  @Test
  void aHaltedAccountThatIsMendedAtTheVendorIsStartedAgainByResume() {
    awaitHalt("lvcc-mended");
    site.target("lvcc-mended", "device", "mended");
    simulator.vendor(LvccSimulator.class).devices().put("mended", lvccData());
    simulator.vendor(LvccSimulator.class).addUser("lvcc-mended-user", "its-password");

    site.row("select muster.resume('lvcc-mended')");

    site.awaitDevice("lvcc-mended", "mended");
  }

  @Test
  void anAccountWhoseVendorNeverAnswersALoginSaysSo() {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        MusterProcess third =
            site.command()
                .copy()
                .with("muster.accounts.mute.vendor", HuaweiSimulator.NAME)
                .with("muster.accounts.mute.base-url", "https://127.0.0.1:" + mute.getLocalPort())
                .with("muster.accounts.mute.credentials.app-id", "mute-app-id")
                .with("muster.accounts.mute.credentials.secret", "mute-secret")
                .with("muster.accounts.mute.quota.requests", 0)
                .with("muster.accounts.mute.call-deadline", "1s")
                .start()) {
      site.target("mute", "device", "mute-1");

      third.awaitLog("mute gets no token, tries on: timeout");
      await("attention")
          .atMost(PATIENCE)
          .until(
              () ->
                  site.db()
                      .sql("select why from report.attention where what like '%mute gets no token'")
                      .query(String.class)
                      .optional()
                      .filter(why -> why.startsWith("timeout: "))
                      .isPresent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertHaltsAfterThree(String account, String user, String code) {
    Map<String, Object> halted = awaitHalt(account);

    assertThat(halted.get("why").toString()).startsWith(code + ": ");
    assertThat(halted.get("what_to_do").toString()).contains("muster.resume('" + account + "')");
    List<Arrival> logins =
        renewals(user).stream().filter(login -> login.outcome().equals(code)).toList();
    assertThat(logins).hasSize(3);
    assertThat(Duration.between(logins.get(0).at(), since(halted)))
        .isLessThan(Duration.ofSeconds(20));
    assertThat(site.rows("select from report.dead_letter where account = ?", account)).isEmpty();
    for (MusterProcess replica : List.of(first, second)) {
      await(account + " in each log")
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(halts(replica, account)).hasSize(1));
    }
  }

  private static List<String> halts(MusterProcess replica, String account) {
    return replica.logLines(" is halted: ").stream()
        .filter(line -> line.contains(account + " "))
        .toList();
  }

  private static Instant since(Map<String, Object> account) {
    return ((Timestamp) account.get("since")).toInstant();
  }

  /** Reads so many devices a second each, so that calls are always under way. */
  private static void everySecond(String account) {
    for (int n = 0; n < DEVICES; n++) {
      String key = account + "-" + n;
      if (account.startsWith(LvccSimulator.NAME)) {
        simulator.vendor(LvccSimulator.class).devices().put(key, lvccData());
      } else {
        ObjectNode device = (ObjectNode) Json.tree("{\"activated\":true}");
        simulator.vendor(HuaweiSimulator.class).devices().put(key, device.put("deviceId", key));
      }
    }
    site.db()
        .sql(
            "insert into muster.poll_target (account, resource, key, refresh_every)"
                + " select :account, 'device', :account || '-' || n, '1 s' from generate_series(0, :last) n")
        .param("account", account)
        .param("last", DEVICES - 1)
        .update();
  }

  private static void awaitRenewals(String account) {
    long from = generation(account);
    await(account + " renews its token")
        .atMost(PATIENCE)
        .until(() -> generation(account) >= from + RENEWED);
  }

  private static long generation(String account) {
    return (long)
        site.row("select generation from muster.token where account = ?", account)
            .get("generation");
  }

  private static List<Arrival> renewals(String user) {
    return simulator.arrivals(a -> a.account().equals(user) && RENEWALS.contains(a.call()));
  }

  private static List<Arrival> calls(String user, String call, String outcome) {
    return simulator.arrivals(
        a -> a.account().equals(user) && a.call().equals(call) && a.outcome().equals(outcome));
  }

  /**
   * None begins before the one before it has ended, and none is sooner than half a life after it.
   */
  private static void assertOneAtATime(List<Arrival> renewals) {
    for (int i = 1; i < renewals.size(); i++) {
      assertThat(Duration.between(renewals.get(i - 1).at(), renewals.get(i).at()))
          .as("renewal no. %d", i + 1)
          .isGreaterThanOrEqualTo(LIFE.dividedBy(2));
    }
  }

  private static void assertNothingCounted(String account) {
    assertThat(
            site.rows("select from muster.poll_state where account = ? and attempts > 0", account))
        .isEmpty();
    assertThat(site.rows("select from report.dead_letter where account = ?", account)).isEmpty();
    assertThat(site.row("select state from report.account where account = ?", account))
        .containsEntry("state", "active");
  }

  private static Map<String, Object> awaitHalt(String account) {
    return site.awaitRow(
        row -> "halted".equals(row.get("state")),
        "select * from report.account where account = ?",
        account);
  }

  private static ObjectNode lvccData() {
    return (ObjectNode) Json.tree(Site.recorded("lvcc/device-status.json")).get("data");
  }
}
