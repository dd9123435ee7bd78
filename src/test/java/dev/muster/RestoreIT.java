package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import dev.muster.support.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is set back to an earlier state under a running Muster, or while none runs. */
class RestoreIT {
  private static final Duration WINDOW = Duration.ofSeconds(6);
  private static final int LIMIT = 6;
  private static final String NOTICE = "the database was set back to an earlier state";

  private Site site;
  private MusterProcess muster;

  @BeforeEach
  void start(@TempDir Path folder) {
    site = new Site(folder);
    site.enos("enos1");
    site.command()
        .with("muster.accounts.enos1.quota.requests", LIMIT)
        .with("muster.accounts.enos1.quota.window", WINDOW.toMillis() + "ms");
    muster = site.command().start();
  }

  @AfterEach
  void stop() {
    muster.close();
    site.close();
  }

  @Test
  void whatWasDoneSinceTheBackupIsReadAndNotDoneAgain() {
    TestDatabase backup = backupWithOpenRequest();

    site.database().restore(backup);

    assertReadAndNotDoneAgain();
  }

  @Test
  void itIsNoticedByAReplicaThatWasNotRunningMeanwhile() {
    TestDatabase backup = backupWithOpenRequest();
    muster.stop();

    site.database().restore(backup);
    muster = site.command().start();

    assertReadAndNotDoneAgain();
  }

  /** A backup in which the request is open; since then it was carried out. */
  private TestDatabase backupWithOpenRequest() {
    ObjectNode device = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
    device.put("sn", "SN1");
    site.simulator().vendor(EnosSimulator.class).devices().put("SN1", device);
    site.row("select muster.pause('enos1', 'backup')::text");
    long request = site.allocate("enos1", "SN1", "{}");
    TestDatabase backup = site.database().backup();
    site.row("select muster.resume('enos1')::text");
    site.awaitRequest(request, "done");
    return backup;
  }

  private void assertReadAndNotDoneAgain() {
    site.row("select muster.resume('enos1')::text");

    site.awaitRow("select * from muster.work_request where status = 'done' and key = 'SN1'");

    assertThat(site.row("select result::text from muster.work_request").get("result").toString())
        .contains("already allocated");
    assertThat(site.simulator().vendor(EnosSimulator.class).allocations("SN1"))
        .isEqualTo(new AllocationCount(1, 1, 0));
    assertThat(site.simulator().worstWindow(WINDOW, arrival -> true).calls())
        .isLessThanOrEqualTo(LIMIT);
    assertThat(gapAroundTheRestore()).as("every permit was held").isGreaterThan(WINDOW);
    assertThat(muster.logLines(NOTICE)).as(muster.log()).hasSize(1);
    assertThat(site.rows("select why from report.attention where why like ?", NOTICE + "%"))
        .hasSize(1);
  }

  /** Between the last call of the time that was forgotten and the next. */
  private Duration gapAroundTheRestore() {
    List<Arrival> calls = site.simulator().arrivals();
    long widest = 0;
    for (int n = 1; n < calls.size(); n++) {
      widest = Math.max(widest, calls.get(n).nanos() - calls.get(n - 1).nanos());
    }
    return Duration.ofNanos(widest);
  }
}
