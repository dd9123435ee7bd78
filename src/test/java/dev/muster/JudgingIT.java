package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each vendor's codes, at the HTTP statuses they come with, end as they are meant to. */
class JudgingIT {
  /** One account for each code that halts one. */
  private static final List<String> ENOS_HALTS = List.of("403", "35603", "99403");

  private static final List<String> HUAWEI_HALTS =
      List.of("403-100203", "500-100203", "403-100217");

  private static Site site;
  private static Simulator simulator;
  private static MusterProcess muster;
  private static Path tokenFile;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    site = new Site(folder);
    simulator = site.simulator();
    site.enos("enos1");
    site.lvcc("lvcc1");
    site.huawei("huawei1");
    ENOS_HALTS.forEach(code -> site.enos("enos-" + code));
    HUAWEI_HALTS.forEach(code -> site.huawei("huawei-" + code));
    site.lvcc("lvcc-10001");
    site.lvcc("lvcc-password", "a-user", "not-its-password");
    site.enos("enos-unknown", "nobodys-app-key", "nobodys-secret");
    Path stale = Files.writeString(folder.resolve("stale-token"), "nobody-replaces-it");
    site.account("lvcc-stale", LvccSimulator.NAME, Map.of("token-file", stale.toString()));
    site.enos("enos-wrong", "enos1-app-key", "not-its-secret");
    site.huawei("huawei-wrong", "huawei1-app-id-x", "not-its-secret");
    site.account("lvcc-wrong", LvccSimulator.NAME, Map.of("token", "not-a-token"));
    tokenFile = Files.writeString(folder.resolve("token"), "yesterdays-token");
    site.account("lvcc-file", LvccSimulator.NAME, Map.of("token-file", tokenFile.toString()));
    for (String account : List.of("enos-busy", "lvcc-busy", "huawei-busy")) {
      busy(account);
    }
    site.huawei("huawei-expiring");
    muster = site.command().start();
    site.othersGoWell("enos1", EnosSimulator.NAME);
    site.othersGoWell("lvcc1", LvccSimulator.NAME);
    site.othersGoWell("huawei1", HuaweiSimulator.NAME);
  }

  /** A limit that is never reached, for the vendor to pause. */
  private static void busy(String account) {
    switch (account.substring(0, account.indexOf('-'))) {
      case EnosSimulator.NAME -> site.enos(account);
      case LvccSimulator.NAME -> site.lvcc(account);
      default -> site.huawei(account);
    }
    site.command()
        .with("muster.accounts." + account + ".quota.requests", 1000)
        .with("muster.accounts." + account + ".quota.window", "1s")
        .with("muster.accounts." + account + ".quota.scope", account);
  }

  @AfterAll
  static void stop() {
    muster.close();
    site.close();
  }

  @ParameterizedTest
  @CsvSource({
    "enos1,get,200,35400",
    "enos1,get,400,35400",
    "enos1,get,200,35601",
    "enos1,get,404,35601",
    "enos1,get,200,99400",
    "enos1,get,500,99404",
    "enos1,get,200,1004",
    "huawei1,activation,404,100403",
    "huawei1,activation,200,100403",
    "huawei1,activation,400,100022",
    "huawei1,activation,200,103028",
  })
  void aRefusalForGoodIsOneLetterAtOnce(String account, String call, int status, String code) {
    String key = "parked-" + status + code;
    simulator.disturb(Disturbance.code(status, code, "in its words").call(call).key(key));
    site.target(account, "device", key);

    Map<String, Object> letter = site.awaitLetter(account, key);

    assertThat(letter).containsEntry("error_code", code).containsEntry("http_status", status);
    assertThat(letter.get("error_message").toString()).contains("in its words");
    assertThat(letter.get("response").toString()).contains("in its words");
    assertThat(site.calls(call, key)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 500})
  void aTextThatNobodyKnowsIsALetterOnceCallsForOthersGoWell(int status) {
    String key = "unknown-text-" + status;
    simulator.disturb(Disturbance.code(status, "-1", "in its words").call("status").key(key));
    site.target("lvcc1", "device", key);

    assertThat(site.awaitLetter("lvcc1", key))
        .containsEntry("error_code", "-1")
        .containsEntry("http_status", status);
    assertThat(site.calls("status", key)).isBetween(2, 8);
  }

  @ParameterizedTest
  @CsvSource({
    "enos1,get,200,99500",
    "enos1,get,500,99500",
    "huawei1,activation,500,50252",
    "huawei1,activation,200,100001",
  })
  void aFaultOfTheVendorsOwnIsTriedThreeTimesAtLeast(
      String account, String call, int status, String code) {
    String key = "retried-" + status + code;
    simulator.disturb(Disturbance.code(status, code, "try later").call(call).key(key));
    site.target(account, "device", key);

    assertThat(site.awaitLetter(account, key)).containsEntry("error_code", code);
    assertThat(site.calls(call, key)).isBetween(3, 8);
  }

  @Test
  void aFaultThatPassesLeavesNoLetter() {
    String key = "passing";
    putEnos(key);
    simulator.disturb(Disturbance.code(200, "99500", "try later").call("get").key(key).times(2));
    site.target("enos1", "device", key);

    site.awaitDevice("enos1", key);
    assertThat(site.rows("select from report.dead_letter where key = ?", key)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"11404", "11611"})
  void aProductThatDoesNotExistIsOneLetter(String code) {
    simulator.disturb(Disturbance.code(200, code, "not found").call("product").key("no-" + code));
    site.target("enos1", "product", "no-" + code);

    assertThat(site.awaitLetter("enos1", "no-" + code))
        .containsEntry("error_code", code)
        .containsEntry("operation", "product");
  }

  @Test
  void anInnerEnvelopeThatFailedIsARefusalAndNoDevice() {
    String key = "inner";
    String reply =
        "{\"data\":{\"device\":{\"data\":{\"errorMsg\":\"设备离线\"},\"success\":false}},\"success\":true}";
    simulator.disturb(Disturbance.reply(200, reply).call("status").key(key));
    site.target("lvcc1", "device", key);

    Map<String, Object> letter = site.awaitLetter("lvcc1", key);

    assertThat(letter).containsEntry("error_code", "device_error");
    assertThat(letter.get("error_message").toString()).contains("设备离线");
    assertThat(site.rows("select from report.device where key = ?", key)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "enos-35603,get,200,35603",
    "enos-99403,get,200,99403",
    "enos-403,get,403,403",
    "huawei-403-100203,activation,403,100203",
    "huawei-500-100203,activation,500,100203",
    "huawei-403-100217,activation,403,100217",
    "lvcc-10001,status,200,10001",
  })
  void aRefusalOfTheAccountItselfHaltsItWithoutLettersUntilItIsResumed(
      String account, String call, int status, String code) {
    List<Integer> refusals = new ArrayList<>();
    for (int device = 1; device <= 3; device++) {
      String key = account + "-" + device;
      put(account, key);
      refusals.add(
          simulator.disturb(Disturbance.code(status, code, "for the account").call(call).key(key)));
      site.target(account, "device", key);
    }

    Map<String, Object> halted = awaitHalt(account);
    site.refresh(account, account + "-1");

    assertThat(halted.get("why").toString()).contains(code, "for the account");
    assertThat(halted.get("what_to_do").toString()).contains("muster.resume('" + account + "')");
    assertThat(site.row("select * from report.attention where what like ?", "%" + account + " %"))
        .containsEntry("why", halted.get("why"));
    assertThat(site.rows("select from report.dead_letter where account = ?", account)).isEmpty();
    assertOneLogLine(account);
    assertThat(
            site.row("select status, attempts from muster.work_request where account = ?", account))
        .isEqualTo(Map.of("status", "pending", "attempts", 0));
    assertThat(
            site.rows(
                "select from muster.poll_state where account = ? and attempts = 0 and due_at < now()",
                account))
        .as("targets that are as due as they were")
        .hasSize(3);

    refusals.forEach(simulator::undisturb);
    site.row("select muster.resume(?)", account);
    for (int device = 1; device <= 3; device++) {
      site.awaitDevice(account, account + "-" + device);
    }
    site.awaitRow("select from muster.work_request where account = ? and status = 'done'", account);
  }

  @ParameterizedTest
  @CsvSource({
    "enos-unknown,token,1002",
    "enos-wrong,token,1003",
    "huawei-wrong,login,100208",
    "lvcc-password,token,-1"
  })
  void wrongCredentialsHaltAfterThreeLoginsAtMostWithin20Seconds(
      String account, String call, String code) {
    site.target(account, "device", "any");

    Map<String, Object> halted = awaitHalt(account);

    assertThat(halted.get("why").toString()).contains(code);
    assertThat(simulator.arrivals(a -> a.call().equals(call) && a.outcome().equals(code)))
        .hasSizeBetween(1, 3);
    Timestamp first =
        (Timestamp)
            site.row("select created_at from muster.poll_target where account = ?", account)
                .get("created_at");
    assertThat(((Timestamp) halted.get("since")).toInstant())
        .isBefore(first.toInstant().plusSeconds(20));
    assertThat(site.rows("select from report.dead_letter where account = ?", account)).isEmpty();
    assertOneLogLine(account);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lvcc-wrong", "lvcc-stale"})
  void aTokenThatNobodyReplacesHaltsTheAccount(String account) {
    site.target(account, "device", "any of " + account);
    site.target(account, "device", "another of " + account);

    assertThat(awaitHalt(account).get("why").toString())
        .startsWith("10001: LvCC refuses the token: ")
        .doesNotContain("redacted");
    assertThat(site.rows("select from report.dead_letter where account = ?", account)).isEmpty();
    assertOneLogLine(account);
  }

  @Test
  void aTokenFileThatWasRenewedIsReadAgainWithoutAHalt() throws IOException {
    simulator.vendor(LvccSimulator.class).devices().put("renewed", lvccData());
    simulator.vendor(LvccSimulator.class).addToken("todays-token");
    simulator.disturb(
        Disturbance.code(200, "10001", "expired").call("status").key("renewed").times(1));
    Files.writeString(tokenFile, "todays-token");
    site.target("lvcc-file", "device", "renewed");

    site.awaitDevice("lvcc-file", "renewed");
    assertThat(site.row("select * from report.account where account = 'lvcc-file'"))
        .containsEntry("state", "active");
    assertThat(site.calls("status", "renewed")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "enos-busy,get,429,429,",
    "lvcc-busy,status,200,-1,请求过于频繁",
    "huawei-busy,activation,403,1010009,app throttle exceed.",
  })
  void aThrottledAccountIsPausedAndNoAttemptCounts(
      String account, String call, int status, String code, String text) {
    String key = account + "-device";
    put(account, key);
    Disturbance busy =
        text == null
            ? Disturbance.tooManyRequests(Duration.ofSeconds(3))
            : Disturbance.code(status, code, text);
    simulator.disturb(busy.call(call).key(key).times(4));
    site.target(account, "device", key);

    Map<String, Object> quota =
        site.awaitRow(
            row -> row.get("paused_until") != null,
            "select * from report.quota where quota = ?",
            account);
    assertThat((Long) quota.get("refused")).isPositive();
    assertThat(
            site.row(
                "select attempts from muster.poll_state where account = ? and synced_at is null",
                account))
        .containsEntry("attempts", 0);
    assertThat(site.rows("select from report.dead_letter where account = ?", account)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"enos1,get,200,35601", "huawei1,activation,404,100403", "lvcc1,status,200,-1"})
  void aDeviceThatIsGoneKeepsItsRowAndSaysSinceWhen(
      String account, String call, int status, String code) {
    String key = "gone-from-" + account;
    put(account, key);
    site.target(account, "device", key);
    assertThat(site.awaitDevice(account, key)).containsEntry("missing_since", null);

    int gone = simulator.disturb(Disturbance.code(status, code, "查询无数据").call(call).key(key));
    site.refresh(account, key);

    Map<String, Object> device =
        site.awaitRow(
            row -> row.get("missing_since") != null,
            "select * from report.device where key = ?",
            key);
    assertThat(device.get("attributes").toString()).isNotEqualTo("{}");

    simulator.undisturb(gone);
    site.refresh(account, key);
    site.awaitRow(
        row -> row.get("missing_since") == null, "select * from report.device where key = ?", key);
  }

  @Test
  void anExpiredTokenCostsOneRefreshAndNoLetter() {
    put("huawei-expiring", "first");
    put("huawei-expiring", "second");
    site.target("huawei-expiring", "device", "first");
    site.awaitDevice("huawei-expiring", "first");
    simulator.disturb(
        Disturbance.code(403, "1010005", "expired").call("activation").key("second").times(1));

    site.target("huawei-expiring", "device", "second");

    site.awaitDevice("huawei-expiring", "second");
    assertThat(logins("huawei-expiring-app-id")).containsExactly("login", "refresh");
    assertThat(site.rows("select from report.dead_letter where account = 'huawei-expiring'"))
        .isEmpty();
  }

  private static List<String> logins(String appId) {
    return simulator.arrivals(a -> a.account().equals(appId)).stream()
        .map(a -> a.call())
        .filter(call -> !call.equals("activation"))
        .toList();
  }

  private static Map<String, Object> awaitHalt(String account) {
    return site.awaitRow(
        row -> "halted".equals(row.get("state")),
        "select * from report.account where account = ?",
        account);
  }

  private static void assertOneLogLine(String account) {
    await(account + " in the log")
        .atMost(Duration.ofSeconds(10))
        .until(() -> !halts(account).isEmpty());
    assertThat(halts(account)).hasSize(1);
  }

  private static List<String> halts(String account) {
    return muster.logLines(" is halted: ").stream().filter(line -> line.contains(account)).toList();
  }

  private static void put(String account, String key) {
    switch (account.replaceAll("[^a-z].*", "")) {
      case EnosSimulator.NAME -> putEnos(key);
      case LvccSimulator.NAME ->
          simulator.vendor(LvccSimulator.class).devices().put(key, lvccData());
      default ->
          simulator
              .vendor(HuaweiSimulator.class)
              .devices()
              .put(
                  key,
                  ((ObjectNode) Json.tree("{\"activated\":true,\"name\":\"n\"}"))
                      .put("deviceId", key));
    }
  }

  private static void putEnos(String sn) {
    simulator
        .vendor(EnosSimulator.class)
        .devices()
        .put(
            sn,
            ((ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data"))
                .put("sn", sn));
  }

  private static ObjectNode lvccData() {
    return (ObjectNode) Json.tree(Site.recorded("lvcc/device-status.json")).get("data");
  }
}
