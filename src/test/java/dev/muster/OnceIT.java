package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Disturbance;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster.once=true}: the backfill and the cron form. */
class OnceIT {
  private static final String ESCAPE = "\u001b";

  /** Of a JVM that SIGTERM ended: 128 and the signal's number. */
  private static final int TERMINATED = 143;

  @TempDir Path folder;

  private Site site;

  /** The first start makes the tables, and finds nothing to do. */
  @BeforeEach
  void open() {
    site = new Site(folder);
    site.enos("enos1");
    site.huawei("huawei1");
    site.command().with("muster.once", true).with("server.port", 0);
    assertThat(run(0)).contains("nothing was due").doesNotContain("account  ");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void whatIsDueIsDoneToItsEndAndToldInATable() {
    device("SN1");
    device("SN2");
    device("SN3");
    site.simulator().disturb(Disturbance.htmlBadGateway().key("SN2").times(2));
    site.allocate("enos1", "SN1", null);

    assertThat(run(0))
        .contains("due: enos1 4")
        .contains("4 of 4 that were due came to their end in 0:00:")
        .contains(
            lines(
                "account  resource  due  pulled  new  changed  unchanged  parked  left",
                "enos1    device      3       3    3        0          0       0     0"))
        .contains(
            lines(
                "account  request   due  done  dead  unknown  left",
                "enos1    allocate    1     1     0        0     0"))
        .containsPattern("(?m)^account  calls$\\R^enos1 +\\d+$")
        .doesNotContain("catches up", ESCAPE);

    assertThat(run(0)).as("all are fresh").contains("nothing was due");
  }

  @Test
  void whatWasParkedOrIsPausedIsToldWithWhatToDo() {
    device("SN1");
    site.target("enos1", "device", "nowhere");
    site.target("huawei1", "device", "d-1");
    site.row("select muster.pause('huawei1', 'maintenance')");

    assertThat(run(1))
        .contains("due: enos1 2; huawei1 1 (it is not active: they stay due)")
        .contains("2 of 3 that were due came to their end")
        .contains(
            lines(
                "account  resource  due  pulled  new  changed  unchanged  parked  left",
                "enos1    device      2       1    1        0          0       1     0",
                "huawei1  device      1       0    0        0          0       0     1",
                "total                3       1    1        0          0       1     1"))
        .contains("What needs a person: select * from report.attention;")
        .contains("1 dead letter(s): enos1 device 35601: ")
        .contains(
            lines("What to do:", "  select * from report.dead_letter where state = 'open' and "))
        .contains("account huawei1 is paused: maintenance")
        .contains(lines("What to do:", "  select muster.resume('huawei1');"));
  }

  @Test
  void withoutATerminalALineTellsHowFarItIsAndASignalWhatIsLeft() {
    device("SN1");
    device("SN2");
    site.simulator().disturb(Disturbance.lateReply(Duration.ofMinutes(5)).key("SN2"));
    site.command()
        .with("muster.accounts.enos1.call-deadline", "60s")
        .with("muster.retry.attempts", "100");

    try (MusterProcess muster = site.command().launch()) {
      muster.awaitLog("progress: 50% [");
      assertThat(muster.logLines("progress: ").get(0))
          .contains("] 1/2 (0:00:1")
          .endsWith("/s 0 failed, 0 changed, 1 new");

      assertThat(muster.stop().exitCode()).isEqualTo(TERMINATED);
      assertThat(muster.log())
          .contains("stopped before the end, what is left stays due; 1 of 2 that were due")
          .contains("enos1    device      2       1    1        0          0       0     1")
          .doesNotContain(ESCAPE);
    }
  }

  @Test
  void onATerminalABarTellsHowFarItIsBelowTheLog() {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "script"))),
        "script of util-linux, which makes the terminal, is not on this machine");
    device("SN1");
    site.target("enos1", "device", "nowhere");
    site.simulator().disturb(Disturbance.lateReply(Duration.ofSeconds(1)).call("get"));
    site.command().onTerminal();

    assertThat(run(1))
        .containsPattern(
            "\r\u001b\\[K 100% \\[=+\\] 2/2 \\(0:00:\\d\\d / 0:00:00\\) *\\S+/s 1 failed, ")
        .containsPattern(
            "\r\u001b\\[K\\d{4}-.* enos1 device nowhere: dead letter 35601.*\r\n\r\u001b\\[K +\\d+% ")
        .contains("2 of 2 that were due came to their end");
  }

  /** Runs it to its end; what the console showed. */
  private String run(int exitCode) {
    try (MusterProcess muster = site.command().launch()) {
      await().atMost(Duration.ofMinutes(2)).until(() -> !muster.isAlive());
      assertThat(muster.awaitEnd().exitCode()).as(muster.log()).isEqualTo(exitCode);
      return muster.log();
    }
  }

  private void device(String key) {
    ObjectNode device = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
    site.simulator().enos().devices().put(key, device.put("sn", key));
    site.target("enos1", "device", key);
  }

  private static String lines(String... lines) {
    return String.join(System.lineSeparator(), lines);
  }
}
