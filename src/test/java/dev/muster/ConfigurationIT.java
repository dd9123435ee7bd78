package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.enos.EnosAccount;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/**
 * Accounts by environment variable and secret file, routes and SQL from folders beside the jar, and
 * two replicas on one host.
 */
class ConfigurationIT {
  private static final int DEVICES = 40;

  private static Site site;
  private static MusterProcess first;
  private static MusterProcess second;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    site = new Site(folder);
    site.lvcc("lvcc1");
    site.huawei("huawei1");
    site.enos("enos2");
    byEnvironment();
    secretsAsFiles(folder);
    folders(folder);
    first = site.command().start();
    second = site.command().start();
  }

  private static void byEnvironment() {
    String prefix = "MUSTER_ACCOUNTS_ENOS1_";
    site.simulator()
        .vendor(EnosSimulator.class)
        .add(new EnosAccount("env-key", "env-secret", Site.ORG_ID, true));
    site.command()
        .environment(prefix + "VENDOR", EnosSimulator.NAME)
        .environment(prefix + "BASEURL", site.simulator().url(EnosSimulator.NAME).toString())
        .environment(prefix + "PARAMETERS_ORGID", Site.ORG_ID)
        .environment(prefix + "CREDENTIALS_APPKEY", "env-key")
        .environment(prefix + "CREDENTIALS_APPSECRET", "env-secret");
  }

  /** As Docker and Kubernetes mount them; the jar itself looks into /run/secrets. */
  private static void secretsAsFiles(Path folder) throws IOException {
    Path secrets = Files.createDirectory(folder.resolve("secrets"));
    site.simulator().vendor(HuaweiSimulator.class).addApplication("file-app", "file-secret");
    String prefix = "muster.accounts.huawei2.";
    Files.writeString(secrets.resolve(prefix + "credentials.secret"), "file-secret\n");
    site.command()
        .with("spring.config.import", "optional:configtree:" + secrets + "/")
        .with(prefix + "vendor", HuaweiSimulator.NAME)
        .with(prefix + "base-url", site.simulator().url(HuaweiSimulator.NAME))
        .with(prefix + "credentials.app-id", "file-app");
  }

  private static void folders(Path folder) throws IOException {
    Path routes = folder.resolve("routes");
    FileSystemUtils.copyRecursively(Path.of("routes"), routes);
    Path huawei = routes.resolve("vendors").resolve("huawei.yaml");
    Files.writeString(huawei, Files.readString(huawei).replace("calls(*, 100)", "calls(*, 97)"));
    Path sql = folder.resolve("sql");
    FileSystemUtils.copyRecursively(Path.of("sql"), sql);
    Files.writeString(
        sql.resolve("views").resolve("R__90_own.sql"),
        "create or replace view report.own as select 'from the folder' as source;");
    site.command().with("muster.routes", routes).with("muster.sql", sql);
  }

  @AfterAll
  static void stop() {
    Stream.of(first, second).filter(p -> p != null).forEach(MusterProcess::close);
    site.close();
  }

  @Test
  void anAccountThatOnlyTheEnvironmentNamesReadsDevices() {
    free("by-environment");
    site.target("enos1", "device", "by-environment");

    site.awaitDevice("enos1", "by-environment");
  }

  @Test
  void aSecretThatStandsInAFileIsUsed() {
    site.simulator()
        .vendor(HuaweiSimulator.class)
        .devices()
        .put("by-file", (ObjectNode) Json.tree("{\"deviceId\":\"by-file\",\"activated\":true}"));
    site.target("huawei2", "device", "by-file");

    site.awaitDevice("huawei2", "by-file");
  }

  @Test
  void aLimitInTheRoutesFolderIsTheQuotasSize() {
    assertThat(
            site.row(
                "select max_calls, window_seconds::int as seconds from report.quota"
                    + " where quota like 'huawei%'"))
        .isEqualTo(Map.of("max_calls", 97, "seconds", 60));
  }

  @Test
  void theSqlFolderIsAppliedInsteadOfThePackagedOne() {
    assertThat(site.row("select source from report.own"))
        .containsEntry("source", "from the folder");
  }

  @Test
  void twoReplicasShareOneDatabaseAndReadEachDeviceOnce() {
    for (int i = 0; i < DEVICES; i++) {
      free("shared-" + i);
    }
    site.db()
        .sql(
            "insert into muster.poll_target (account, resource, key)"
                + " select 'enos2', 'device', 'shared-' || n from generate_series(0, ?) n")
        .params(DEVICES - 1)
        .update();

    await("all read")
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> site.rows("select from report.device where account = 'enos2'").size() == DEVICES);
    assertThat(site.simulator().arrivals(a -> a.key().startsWith("shared-"))).hasSize(DEVICES);
    assertThat(
            site.rows(
                "select from pg_stat_activity where application_name = 'muster-listener'"
                    + " and datname = current_database()"))
        .hasSize(2);
  }

  @Test
  void theJarAsksEachVendorLiveAndChangesNothing() {
    free("checked");
    site.target("enos1", "device", "checked");
    site.awaitDevice("enos1", "checked");
    try (MusterProcess check = site.command().copy().word("check").with("live", true).launch()) {
      assertThat(check.awaitEnd().exitCode()).as("lvcc1 has no target").isEqualTo(1);
      assertThat(check.log())
          .contains("Of 5 accounts, these need somebody: lvcc1.")
          .contains("enos1: enos at ", "huawei2: huawei at ", "HTTP 200 after ", "as it is stored")
          .doesNotContain("env-secret", "file-secret", "\tat ");
    }
    assertThat(site.rows("select from report.replica")).as("no replica of its own").hasSize(2);
  }

  @Test
  void healthIsToldForMachines() {
    for (MusterProcess replica : new MusterProcess[] {first, second}) {
      for (String path : new String[] {"", "/liveness", "/readiness"}) {
        var reply = replica.get("/actuator/health" + path);
        assertThat(reply.statusCode()).as(path).isEqualTo(200);
        assertThat(reply.body()).as(path).contains("\"status\":\"UP\"");
      }
    }
  }

  private static void free(String sn) {
    site.simulator()
        .vendor(EnosSimulator.class)
        .devices()
        .put(
            sn,
            ((ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data"))
                .put("sn", sn));
  }
}
