package dev.muster.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosDemo;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.huawei.HuaweiDemo;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.simulator.lvcc.LvccDemo;
import dev.muster.support.Certificates;
import dev.muster.support.RawServer;
import dev.muster.support.RunningMuster;
import dev.muster.support.TestCertificate;
import dev.muster.support.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A check beside a running service: of its accounts, and of some that it does not have. */
class LiveCheckTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** A login at Huawei's, said by a server whose clock stands still. */
  private static final String LOGIN =
      """
      HTTP/1.1 200 OK\r
      Date: Thu, 01 Jan 2026 00:00:00 GMT\r
      Content-Type: application/json\r
      Content-Length: 80\r
      \r
      {"accessToken":"planted-token","refreshToken":"planted-again","expiresIn":3600 }""";

  @TempDir static Path folder;

  private static Simulator simulator;
  private static RunningMuster muster;
  private static RawServer known;
  private static RawServer expired;
  private static RawServer silent;
  private static List<String> lines;
  private static int exitCode;
  private static long loginsOfTheCheck;
  private static long loginsAfterIt;

  @BeforeAll
  static void checkBesideARunningService() throws Exception {
    simulator = Simulator.start(0);
    simulator.vendor(HuaweiSimulator.class).addApplication("second-app", "planted-second");
    Path base = Files.writeString(folder.resolve("base.yaml"), serviceAccounts());
    muster = RunningMuster.start(Map.of("spring.config.additional-location", "file:" + base));
    enrol("enos1", EnosDemo.DEVICES.get(0));
    enrol("huawei1", HuaweiDemo.DEVICES.get(0));
    enrol("lvcc1", LvccDemo.DEVICES.get(0));
    enrol("paused", EnosDemo.DEVICES.get(2));
    awaitDevicesOf("enos1", "huawei1", "lvcc1", "paused");
    muster
        .sql()
        .sql("select muster.hold_permits('small', clock_timestamp(), null, 'calls elsewhere')")
        .query()
        .listOfRows();
    enrol("spent", EnosDemo.DEVICES.get(1));
    // As after credentials that were wrong for a while.
    run("update muster.account set state = 'halted', why = '100208' where account = 'huawei2'");
    run("update muster.token set sealed = null, expires_at = null where account = 'huawei2'");
    muster.sql().sql("select muster.pause('paused', 'a planned maintenance')").query().listOfRows();
    simulator
        .vendor(EnosSimulator.class)
        .devices()
        .change(EnosDemo.DEVICES.get(0), device -> device.put("connectStatus", "failed"));
    long before = logins();
    Path full = Files.writeString(folder.resolve("full.yaml"), serviceAccounts() + strangers());
    Told told = check(muster.database(), "--spring.config.additional-location=file:" + full);
    exitCode = told.exitCode;
    lines = told.lines;
    loginsOfTheCheck = logins() - before;
    run("update muster.account set state = 'active', why = null where account = 'huawei2'");
    enrol("huawei2", HuaweiDemo.DEVICES.get(1));
    awaitDevicesOf("enos1", "huawei1", "huawei2", "lvcc1", "paused");
    loginsAfterIt = logins() - before - loginsOfTheCheck;
  }

  private static String serviceAccounts() {
    return """
        muster.accounts:
          lvcc1: { vendor: lvcc, base-url: "%1$s/lvcc", credentials: { token: %2$s } }
          enos1: { vendor: enos, base-url: "%1$s/enos", %3$s }
          huawei1: { vendor: huawei, base-url: "%1$s/huawei", credentials: { app-id: %4$s, secret: %5$s } }
          huawei2: { vendor: huawei, base-url: "%1$s/huawei", credentials: { app-id: second-app, secret: planted-second } }
          spent: { vendor: enos, base-url: "%1$s/enos", %3$s, quota: { requests: 1, window: 1h, scope: small } }
          paused: { vendor: enos, base-url: "%1$s/enos", %3$s }
        """
        .formatted(
            "http://127.0.0.1:" + simulator.port(),
            LvccDemo.TOKEN,
            enos(EnosDemo.APP_SECRET),
            HuaweiDemo.APP_ID,
            HuaweiDemo.SECRET);
  }

  private static String enos(String secret) {
    return "parameters: { org-id: %s }, credentials: { app-key: %s, app-secret: %s }"
        .formatted(EnosDemo.ORG_ID, EnosDemo.APP_KEY, secret);
  }

  private static String strangers() throws Exception {
    TestCertificate good = new TestCertificate(folder.resolve("good.p12"), "ip:127.0.0.1");
    Certificates signed = Certificates.in(folder);
    good.writePem(folder.resolve("good.pem"), folder.resolve("good.key"));
    known = RawServer.keepingOpen(good.trusting(), LOGIN);
    expired = RawServer.keepingOpen(signed.expired(), LOGIN);
    silent = RawServer.keepingOpen("");
    String login = "credentials: { app-id: planted-app, secret: planted-secret }";
    return """
          wrong: { vendor: enos, base-url: "%1$s/enos", %2$s }
          nowhere: { vendor: huawei, base-url: "http://nowhere.invalid", %3$s1 } }
          known: { vendor: huawei, base-url: "https://127.0.0.1:%4$d", tls-bundle: good, %3$s2 } }
          unknown: { vendor: huawei, base-url: "https://127.0.0.1:%4$d", %3$s3 } }
          expired: { vendor: huawei, base-url: "https://localhost:%5$d", tls-bundle: old, %3$s4 } }
          silent: { vendor: huawei, base-url: "%6$s", call-deadline: 1s, %3$s5 } }
        spring.ssl.bundle:
          pem.good.truststore.certificate: %7$s/good.pem
          jks.old.truststore: { location: %8$s, password: %9$s, type: PKCS12 }
        """
        .formatted(
            "http://127.0.0.1:" + simulator.port(),
            enos("planted-wrong"),
            login.replace(" }", ""),
            known.port(),
            expired.port(),
            silent.url(),
            folder,
            signed.trust(),
            Certificates.PASSWORD);
  }

  @AfterAll
  static void stop() {
    muster.close();
    simulator.close();
    Stream.of(known, expired, silent).filter(Objects::nonNull).forEach(RawServer::close);
    // The check has switched the log of this JVM off.
    LoggingSystem log = LoggingSystem.get(LiveCheckTest.class.getClassLoader());
    log.setLogLevel("ROOT", LogLevel.WARN);
    log.setLogLevel("muster", LogLevel.INFO);
    log.setLogLevel("dev.muster", LogLevel.INFO);
  }

  private record Told(int exitCode, List<String> lines) {}

  private static Told check(TestDatabase database, String... more) {
    List<String> keys = new ArrayList<>(List.of(more));
    keys.add(Check.LIVE);
    keys.add("--spring.datasource.url=" + database.jdbcUrl());
    keys.add("--spring.datasource.username=" + database.user());
    keys.add("--spring.datasource.password=" + database.password());
    return told(keys);
  }

  private static Told told(List<String> keys) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exitCode =
        Check.run(new PrintStream(out, true, StandardCharsets.UTF_8), keys.toArray(String[]::new));
    return new Told(exitCode, out.toString(StandardCharsets.UTF_8).lines().toList());
  }

  private static void run(String sql) {
    muster.sql().sql(sql).update();
  }

  private static void enrol(String account, String key) {
    muster
        .sql()
        .sql("insert into muster.poll_target (account, resource, key) values (?, 'device', ?)")
        .params(account, key)
        .update();
  }

  private static void awaitDevicesOf(String... accounts) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(
                        muster
                            .sql()
                            .sql("select account from report.device order by account")
                            .query(String.class)
                            .list())
                    .containsExactly(accounts));
  }

  private static long count(String sql, Object... params) {
    return muster.sql().sql(sql).params(params).query(Long.class).single();
  }

  private static long logins() {
    return simulator.arrivals(a -> a.call().equals(HuaweiSimulator.LOGIN)).size();
  }

  /** The lines about one account. */
  private static String about(String account) {
    Map<String, List<String>> parts = new LinkedHashMap<>();
    List<String> part = new ArrayList<>();
    for (String line : lines) {
      if (line.matches("[a-z0-9]+: (enos|lvcc|huawei) at .*")) {
        part = parts.computeIfAbsent(line.replaceFirst(":.*", ""), name -> new ArrayList<>());
      }
      part.add(line);
    }
    return String.join("\n", parts.get(account));
  }

  @Test
  void aGoodAccountAnswersWithWhatIsStored() {
    assertThat(about("lvcc1"))
        .containsPattern(
            "call +device-status " + LvccDemo.DEVICES.get(0) + ": HTTP 200 after \\d+ ms")
        .containsPattern("clock +the vendor's agrees with the database's")
        .containsPattern("record +as it is stored");
  }

  @Test
  void aChangedDeviceIsShownFieldByFieldAndNotStored() {
    assertThat(about("enos1"))
        .containsPattern("token +the stored one, good until \\d{4}-")
        .containsPattern("connectivity: stored \"(online|unknown)\", now \"offline\"")
        .containsPattern("attributes.connectStatus: stored \".*\", now \"failed\"");
    assertThat(
            count(
                "select count(*) from report.device where connectivity = 'offline' and account = 'enos1'"))
        .isZero();
  }

  @Test
  void aTokenThatALoginWouldEndIsUsed() {
    assertThat(about("huawei1"))
        .containsPattern("token +the stored one, good until .*. No login: that would end it")
        .containsPattern("call +activation-status .*: HTTP 200")
        .doesNotContain("login  ");
  }

  @Test
  void anAccountWithoutATargetLogsInForTheService() {
    assertThat(about("huawei2"))
        .containsPattern("state +halted since .*: 100208")
        .containsPattern("login +login: HTTP 200 after \\d+ ms")
        .containsPattern("token +good for \\d+ min, stored for the service")
        .containsPattern("call +none: no target");
    assertThat(loginsOfTheCheck).as("that of huawei2 alone").isEqualTo(1);
    assertThat(loginsAfterIt).as("the service uses that token").isZero();
  }

  @Test
  void aQuotaThatIsUsedUpIsLeftAlone() {
    assertThat(about("spent"))
        .containsPattern("not asked +quota small \\(1 calls per 3600 s\\) is used up for \\d+ min");
    assertThat(
            simulator.arrivals(
                a -> a.call().equals("get") && a.key().equals(EnosDemo.DEVICES.get(1))))
        .isEmpty();
  }

  @Test
  void callsArePaidFromTheServicesLedger() {
    // The pull's, and the check's.
    Map.of("lvcc1", 2L, "enos1", 2L)
        .forEach(
            (account, calls) ->
                assertThat(
                        count(
                            "select sum(calls)::bigint from muster.quota_use"
                                + " join muster.account_quota using (quota) where account = ?",
                            account))
                    .as(account)
                    .isEqualTo(calls));
  }

  @Test
  void aPausedAccountIsNotAsked() {
    assertThat(about("paused"))
        .containsPattern(
            "state +paused since .*: .*a planned maintenance.* muster.resume ends the pause")
        .doesNotContain("call  ");
  }

  @Test
  void aWrongSecretIsToldInTheServicesWords() {
    assertThat(about("wrong"))
        .containsPattern("database +does not know the account")
        .containsPattern("login +get-token: 1003: .*app-secret.* after \\d+ ms");
  }

  @Test
  void aHostThatIsNotThereIsTold() {
    assertThat(about("nowhere"))
        .containsPattern("unreachable: no connection to http://nowhere.invalid");
  }

  @Test
  void certificatesAndClocksAreTold() {
    assertThat(about("known"))
        .containsPattern("certificate +good until \\d{4}-\\d\\d-\\d\\d .*, 8\\d days")
        .containsPattern(
            "clock +the vendor's is \\d+ h behind the database's, with which calls are signed")
        .containsPattern("token +good for 60 min, not stored");
    assertThat(about("unknown"))
        .containsPattern("certificate +not accepted: unable to find valid certification path");
    assertThat(about("expired")).containsPattern("certificate +not accepted: NotAfter: ");
  }

  @Test
  void aVendorThatHangsIsGivenUpAtTheDeadline() {
    assertThat(about("silent"))
        .containsPattern(
            "login: timeout: no whole reply came within the call's deadline after \\d{3,4} ms");
  }

  @Test
  void accountsStandInTheirOrderAndTheLastLineNamesTheBadOnes() {
    assertThat(lines.stream().filter(line -> line.matches("[a-z0-9]+: \\w+ at .*")))
        .extracting(line -> line.replaceFirst(":.*", ""))
        .containsExactly(
            "lvcc1", "enos1", "huawei1", "huawei2", "spent", "paused", "wrong", "nowhere", "known",
            "unknown", "expired", "silent");
    assertThat(lines.get(lines.size() - 1))
        .isEqualTo(
            "Of 12 accounts, these need somebody: huawei2, spent, wrong, nowhere, unknown, expired, silent.");
    assertThat(exitCode).isEqualTo(1);
    assertThat(lines).noneMatch(line -> line.contains("planted") || line.contains("not-real"));
  }

  @Test
  void aMistakeInTheConfigurationComesFirst() {
    Told told = check(muster.database(), "--muster.workers=0");
    assertThat(told.lines).anyMatch(line -> line.contains("muster.workers is below 1"));
    assertThat(told.exitCode).isEqualTo(1);
  }

  @Test
  void aDatabaseThatIsAwayOrNotNamedIsTold() {
    List<String> away =
        told(List.of(
                Check.LIVE,
                "--spring.config.additional-location=file:" + folder.resolve("base.yaml"),
                "--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/muster"))
            .lines;
    assertThat(away).hasSize(1);
    assertThat(away.get(0)).startsWith("The database can't be used: it can't be reached: ");
    List<String> none =
        told(List.of(
                Check.LIVE,
                "--spring.config.additional-location=file:" + folder.resolve("base.yaml")))
            .lines;
    assertThat(none).hasSize(1);
    assertThat(none.get(0)).startsWith("spring.datasource.url is missing: ");
  }

  @Test
  void beforeTheFirstStartItLogsInAndStoresNothing() throws IOException {
    try (TestDatabase empty = TestDatabase.fresh()) {
      Told told =
          check(
              empty,
              "--spring.config.additional-location=file:"
                  + Files.writeString(
                      folder.resolve("first.yaml"),
                      serviceAccounts()
                          .lines()
                          .filter(l -> !l.contains("lvcc"))
                          .reduce("", (a, b) -> a + b + "\n")));
      assertThat(told.lines)
          .anyMatch(line -> line.matches(" +database +has no tables of Muster yet.*"))
          .anyMatch(line -> line.matches(" +token +good for \\d+ min, not stored"))
          .last()
          .isEqualTo("5 accounts, and nothing is wrong with them.");
      assertThat(told.exitCode).isZero();
      assertAnAccountThatNeedsNoLoginIsNotAskedYet(empty);
      assertThat(
              JdbcClient.create(empty.dataSource())
                  .sql("select count(*) from pg_namespace where nspname = 'muster'")
                  .query(Long.class)
                  .single())
          .isZero();
    }
  }

  private static void assertAnAccountThatNeedsNoLoginIsNotAskedYet(TestDatabase empty)
      throws IOException {
    Path file = Files.writeString(folder.resolve("first-all.yaml"), serviceAccounts());
    Told told = check(empty, "--spring.config.additional-location=file:" + file);
    assertThat(told.lines)
        .anyMatch(line -> line.matches(" +not asked +no target .*, and it needs no login"))
        .last()
        .isEqualTo("Of 6 accounts, these need somebody: lvcc1.");
    assertThat(told.exitCode).isOne();
  }
}
