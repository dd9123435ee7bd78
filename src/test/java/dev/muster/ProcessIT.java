package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.console.Visitor;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import dev.muster.support.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Starting, stopping, dying and starting again, in a folder where nothing is configured. */
class ProcessIT {
  private static final Pattern ADDRESS =
      Pattern.compile("connect with: PGPASSFILE=(\\S+) psql postgresql://muster@(\\S+)");

  /** What a container platform waits by default before it kills is 10 s for Docker. */
  private static final Duration STOP = Duration.ofSeconds(10);

  /** Of a JVM that SIGTERM ended: 128 and the signal's number. */
  private static final int TERMINATED = 143;

  @TempDir Path folder;

  @Test
  void theDemonstrationIsKeptOverStopAndKillAndIsNotSeededTwice() {
    long targets;
    long requests;
    try (MusterProcess muster = demo().start()) {
      JdbcClient db = database(muster);
      awaitDevices(db, 1);
      assertThat(muster.log()).contains("no account is configured");
      assertTheConsoleAsksNobody(muster);
      assertTheBillsOfMaterialsAreShown(muster);
      targets = count(db, "muster.poll_target");
      requests = count(db, "muster.work_request");
      assertThat(targets).isGreaterThan(300);
      assertThat(requests).isPositive();
      assertASecondOneIsRefused();

      MusterProcess.End end = muster.stop();

      assertThat(end.exitCode()).isEqualTo(TERMINATED);
      assertThat(end.after()).isLessThan(STOP);
      assertThat(folder.resolve("data/postgres/postmaster.pid")).doesNotExist();
    }

    long devices;
    try (MusterProcess muster = demo().start()) {
      JdbcClient db = database(muster);
      devices = count(db, "report.device");
      assertThat(devices).isPositive();
      assertThat(count(db, "muster.poll_target")).isEqualTo(targets);
      assertThat(count(db, "muster.work_request")).isEqualTo(requests);
      muster.kill();
    }

    try (MusterProcess muster = demo().with("muster.console.log-in", true).start()) {
      JdbcClient db = database(muster);
      assertThat(count(db, "muster.poll_target")).isEqualTo(targets);
      awaitDevices(db, devices);
      assertTheConsoleAsksForThePassword(muster);
      assertThat(muster.stop().after()).isLessThan(STOP);
    }
  }

  /** Maven writes them only when it works online. */
  private static void assertTheBillsOfMaterialsAreShown(MusterProcess muster) {
    try (JarFile jar = new JarFile("target/muster-demo.jar")) {
      for (String bill : List.of("application", "demo")) {
        boolean isThere = jar.getEntry("META-INF/sbom/" + bill + ".cdx.json") != null;
        HttpResponse<String> shown = muster.get("/actuator/sbom/" + bill);
        assertThat(shown.statusCode()).as(bill).isEqualTo(isThere ? 200 : 404);
        if (isThere) {
          assertThat(Json.tree(shown.body()).path("components")).as(bill).isNotEmpty();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertTheConsoleAsksNobody(MusterProcess muster) {
    assertThat(muster.log()).contains("console: http://127.0.0.1:" + muster.port() + "/");
    Visitor visitor = new Visitor(muster.port());
    assertThat(visitor.page("/")).contains("Demo on this machine: no log-in", "lvcc1");
    String account = visitor.page("/account?account=lvcc1");
    assertThat(visitor.post("/accounts/resume", Map.of("account", "lvcc1")).statusCode())
        .isEqualTo(403);
    assertThat(visitor.form(account, "/accounts/resume", Map.of("account", "lvcc1")).body())
        .contains("select muster.resume('lvcc1')", "account lvcc1 is active already");
  }

  private void assertTheConsoleAsksForThePassword(MusterProcess muster) {
    Visitor visitor = new Visitor(muster.port());
    assertThat(visitor.page("/")).contains("Log in with a role").doesNotContain("lvcc1");
    assertThat(
            visitor.post("/log-in", Map.of("user", "muster", "password", "guessed")).statusCode())
        .isEqualTo(401);
    String pass = read(folder.resolve("data/pgpass")).strip();
    assertThat(
            visitor.loggedIn("muster", pass.substring(pass.lastIndexOf(':') + 1)).page("/accounts"))
        .contains("lvcc1");
    assertThat(muster.log())
        .contains("muster has logged in to the console")
        .doesNotContain("guessed");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertASecondOneIsRefused() {
    try (MusterProcess second = demo().launch()) {
      assertThat(second.awaitEnd().exitCode()).isEqualTo(1);
      assertThat(second.log())
          .contains("Another Muster is running on the data folder " + folder.resolve("data"))
          .contains("Stop the other one")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void aDatabaseIsNotGivenToTheSimulatorForWantOfAnAccount() {
    try (TestDatabase database = TestDatabase.fresh();
        MusterProcess muster = demo().database(database).launch()) {

      assertThat(muster.awaitEnd().exitCode()).isEqualTo(1);

      assertThat(muster.log())
          .contains("no account is configured, and spring.datasource.url names a database")
          .doesNotContain("simulator are used", "\tat ");
      assertUntouched(database);
    }
  }

  private static void assertUntouched(TestDatabase database) {
    assertThat(
            JdbcClient.create(database.dataSource())
                .sql("select exists (select from pg_namespace where nspname = 'muster')")
                .query(Boolean.class)
                .single())
        .isFalse();
  }

  @Test
  void everythingThatIsWrongWithTheConfigurationIsSaidAtOnce() {
    try (TestDatabase database = TestDatabase.fresh();
        MusterProcess muster =
            MusterProcess.in(folder)
                .database(database)
                .with("server.port", 0)
                .with("muster.accounts.a1.vendor", "acme")
                .with("muster.accounts.b2.base-url", "http://127.0.0.1:1")
                .with("muster.accounts.e3.vendor", EnosSimulator.NAME)
                .with("muster.accounts.e3.credentials.app-key", "planted-app-key")
                .with("muster.accounts.h4.vendor", HuaweiSimulator.NAME)
                .with("muster.accounts.h4.credentials.app-id", "planted-app-id")
                .with("muster.accounts.l5.vendor", LvccSimulator.NAME)
                .with("muster.accounts.l5.base-url", "lvcc.example")
                .with("muster.accounts.l5.quotta.requests", "planted-number")
                .environment("MUSTER_ACCOUNTS_L5_QOUTA_WINDOW", "planted-window")
                .with("muster.sql", folder.resolve("nowhere"))
                .environment("MUSTER_TEST_X", "planted-elsewhere")
                .launch()) {

      assertThat(muster.awaitEnd().exitCode()).isEqualTo(1);

      assertThat(muster.log())
          .contains(
              "muster.accounts.a1.vendor: there is no vendor acme; known: enos, huawei, lvcc",
              "muster.accounts.b2.vendor: is missing",
              "muster.accounts.e3: base-url is missing",
              "muster.accounts.e3: parameters.org-id is missing",
              "muster.accounts.e3: credentials.app-secret is missing",
              "muster.accounts.h4: base-url is missing",
              "muster.accounts.h4: credentials.secret is missing",
              "muster.accounts.a1: base-url is missing",
              "muster.accounts.l5.quotta.requests: there is no such key; known under muster.accounts.l5: vendor, base-url,",
              "muster.accounts.l5.qouta.window: there is no such key",
              "muster.accounts.l5: base-url is not an http or https address",
              "muster.accounts.l5: credentials.token is missing",
              "muster.sql: there is no folder " + folder.resolve("nowhere"),
              "docs/configuration.md")
          .doesNotContain("planted", "\tat ");
      assertUntouched(database);
    }
  }

  @Test
  void aQuotaThatDoesNotSuitTheVendorsNumbersLeavesTheDatabaseAsItWas() {
    try (Site site = new Site(folder)) {
      site.enos("enos1");
      String quota = "muster.accounts.enos1.quota.";
      site.command().with(quota + "requests", 5).with(quota + "reserve", 5);

      assertRefused(site.command(), 1, "keeps 5 of 5 ", "in reserve, which leaves none for pulls");

      assertUntouched(site.database());
    }
  }

  @Test
  void aVendorThatHangsHoldsUpNoStopAndAWriteUnderWayIsVerifiedAfterTheNextStart() {
    try (Site site = new Site(folder)) {
      site.enos("enos1");
      site.command().with("muster.accounts.enos1.call-deadline", "20s");
      ObjectNode device = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
      site.simulator().vendor(EnosSimulator.class).devices().put("hung", device.put("sn", "hung"));
      int hanging =
          site.simulator()
              .disturb(Disturbance.lateReply(Duration.ofMinutes(2)).call("allocate").key("hung"));
      long id;
      try (MusterProcess muster = site.command().start()) {
        id = site.allocate("enos1", "hung", null);
        await().atMost(Duration.ofSeconds(30)).until(() -> site.calls("allocate", "hung") == 1);

        assertThat(muster.stop().after()).isLessThan(STOP);
      }
      assertThat(site.row("select * from muster.work_request where id = " + id))
          .containsEntry("status", "unknown")
          .containsEntry("error_code", "lost");
      site.simulator().undisturb(hanging);

      try (MusterProcess muster = site.command().start()) {
        site.awaitRequest(id, "done");
        assertThat(site.simulator().vendor(EnosSimulator.class).allocations("hung"))
            .isEqualTo(new AllocationCount(1, 1, 0));
        assertThat(muster.stop().after()).isLessThan(STOP);
      }
    }
  }

  @Test
  void theLogTellsThatChangedCredentialsResumeAHaltedAccount() {
    try (Site site = new Site(folder)) {
      site.huawei("huawei1", "its-app-id", "wrong-secret");
      site.simulator().vendor(HuaweiSimulator.class).addApplication("its-app-id", "right-secret");
      try (MusterProcess muster = site.command().start()) {
        site.target("huawei1", "device", "d-1");
        muster.awaitLog("huawei1 is halted: ");
      }
      site.huawei("huawei1", "its-app-id", "right-secret");
      try (MusterProcess muster = site.command().start()) {
        muster.awaitLog("huawei1 is active again: its credentials changed");
        assertThat(muster.logLines("halted")).isEmpty();
      }
    }
  }

  @Test
  void theSimulatorAloneIsAProcessOfItsOwn() {
    try (MusterProcess simulator =
        MusterProcess.in(folder).word("simulator").with("port", 0).launch()) {
      simulator.awaitLog("The simulator listens on http://127.0.0.1:");
      assertThat(simulator.log()).doesNotContain("Exception");
      assertThat(simulator.stop().after()).isLessThan(STOP);
    }
  }

  @Test
  void whatCannotBeStartedIsRefusedInASentence() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(
          MusterProcess.in(folder).word("simulator").with("port", taken.getLocalPort()),
          1,
          "simulator: it can't listen on port "
              + taken.getLocalPort()
              + ": Address already in use");
    }
    assertRefused(
        MusterProcess.in(folder).word("simulator").with("port", "abc"),
        2,
        "simulator: --port=abc: put a number");
    assertRefused(
        MusterProcess.in(folder).word("stop"), 2, "muster: argument 1 is none that there is");
    assertRefused(MusterProcess.in(folder).word("chek"), 2, "did you mean check?");
    assertRefused(MusterProcess.in(folder).word("version"), 0, "Muster 0.");
    assertRefused(demo().word("check"), 0, "No mistake.");
    assertRefused(
        MusterProcess.in(folder).word("check").environment("MUSTER_WORKERS", "0"),
        1,
        "environment variable MUSTER_WORKERS: muster.workers is below 1");
    assertRefused(MusterProcess.in(folder).word("--help"), 0, "--muster.once=true");
    assertRefused(
        MusterProcess.in(folder),
        1,
        "spring.datasource.url is missing, and this jar brings no PostgreSQL: put jdbc:postgresql://",
        "or start muster-demo.jar, which brings its own");
  }

  @Test
  void aUserWithoutTheRightToMakeTheSchemasIsTold() {
    try (TestDatabase database = TestDatabase.fresh();
        Simulator simulator = Simulator.start(0)) {
      database.alter("owner to current_user");
      assertRefused(
          demo()
              .database(database)
              .with("muster.simulator.url", "http://127.0.0.1:" + simulator.port()),
          1,
          "permission denied for database",
          "grant create on database");
    }
  }

  private static void assertRefused(MusterProcess.Command command, int exitCode, String... says) {
    try (MusterProcess process = command.launch()) {
      assertThat(process.awaitEnd().exitCode()).isEqualTo(exitCode);
      assertThat(process.log()).contains(says).doesNotContain("\tat ");
    }
  }

  @Test
  void theKeyOfStoredTokensStandsBesideTheDatabaseAndIsKept() throws IOException {
    try (Simulator simulator = Simulator.startEmpty(0, 1000)) {
      simulator.vendor(HuaweiSimulator.class).addApplication("the-app-id", "the-secret");
      MusterProcess.Command command =
          MusterProcess.in(folder)
              .demo()
              .with("muster.accounts.h1.vendor", HuaweiSimulator.NAME)
              .with("muster.accounts.h1.base-url", simulator.url(HuaweiSimulator.NAME))
              .with("muster.accounts.h1.credentials.app-id", "the-app-id")
              .with("muster.accounts.h1.credentials.secret", "the-secret");
      Path file = folder.resolve("data/token-key");
      byte[] key;
      try (MusterProcess muster = command.start()) {
        awaitPull(muster, simulator, "first");
        key = Files.readAllBytes(file);
        assertThat(key).hasSize(32);
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
              .isEqualTo("rw-------");
        }
        assertNoTokenInPlainText(muster);
        assertThat(muster.log()).doesNotContain(HexFormat.of().formatHex(key));
        assertThat(muster.stop().after()).isLessThan(STOP);
      }
      try (MusterProcess muster = command.start()) {
        awaitPull(muster, simulator, "second");
        assertThat(Files.readAllBytes(file)).isEqualTo(key);
      }
      assertThat(simulator.arrivals())
          .extracting(Arrival::call)
          .as("the token of before is still readable")
          .containsExactly("login", "activation", "activation");
    }
  }

  private static void awaitPull(MusterProcess muster, Simulator simulator, String key) {
    simulator
        .vendor(HuaweiSimulator.class)
        .devices()
        .put(key, ((ObjectNode) Json.tree("{\"activated\":true}")).put("deviceId", key));
    JdbcClient db = database(muster);
    db.sql("insert into muster.poll_target (account, resource, key) values ('h1', 'device', ?)")
        .param(key)
        .update();
    await(key)
        .atMost(Duration.ofSeconds(30))
        .until(() -> count(db, "report.device where key = '" + key + "'") == 1);
  }

  /** The simulator's tokens are 32 hexadecimal digits: no bytes that are stored spell such. */
  private static void assertNoTokenInPlainText(MusterProcess muster) {
    byte[] sealed =
        database(muster).sql("select sealed from muster.token").query(byte[].class).single();
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
        .doesNotContainPattern("[0-9a-f]{32}");
    assertThat(sealed.length)
        .as("nonce, two tokens with their lengths, tag")
        .isEqualTo(12 + 68 + 16);
  }

  private MusterProcess.Command demo() {
    return MusterProcess.in(folder).demo().with("server.port", 0);
  }

  private static JdbcClient database(MusterProcess muster) {
    Matcher address = ADDRESS.matcher(muster.log());
    assertThat(address.find()).isTrue();
    try {
      String password = Files.readString(Path.of(address.group(1))).strip().replaceFirst(".*:", "");
      return JdbcClient.create(
          new DriverManagerDataSource("jdbc:postgresql://" + address.group(2), "muster", password));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitDevices(JdbcClient db, long least) {
    await("device rows")
        .atMost(Duration.ofSeconds(30))
        .until(() -> count(db, "report.device") >= least);
  }

  private static long count(JdbcClient db, String table) {
    return db.sql("select count(*) from " + table).query(Long.class).single();
  }
}
