package dev.muster.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Disturbance.Kind;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.support.Json;
import dev.muster.support.Replica;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process that stands still for longer than its lease, and then goes on as if nothing were. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no signals")
class ZombieIT {
  private static final String SN = "undead";
  private static final String PROBE = "probe";

  /** The vendor acts at once; its reply lies in the zombie's socket long before that goes on. */
  private static final Duration REPLY = Duration.ofSeconds(1);

  private Site site;
  private Replica zombie;
  private Replica other;

  @BeforeEach
  void start(@TempDir Path folder) {
    site = new Site(folder);
    site.enos(Requests.ACCOUNT);
    // Reads go on and on, and no letter ends them.
    site.command().with("muster.retry.attempts", 100).with("muster.retry.max-delay", "500ms");
    free(SN);
    free(PROBE);
    zombie = Replica.of(site.command().start());
  }

  @AfterEach
  void stop() {
    Stream.of(zombie, other).filter(Objects::nonNull).forEach(Replica::close);
    site.close();
  }

  @Test
  void theLateAnswerOfOneThatLostItsLeaseChangesNothing() {
    site.simulator().disturb(Disturbance.lateReply(REPLY).call(EnosSimulator.ALLOCATE).key(SN));
    long request = site.allocate(Requests.ACCOUNT, SN, null);
    await("a POST under way").until(() -> site.calls(EnosSimulator.ALLOCATE, SN) == 1);
    zombie.freeze();
    // What became of it can't be seen for the time being.
    int blind = site.simulator().disturb(Disturbance.any(Kind.DROP_BEFORE).call("get").key(SN));

    other = Replica.of(site.command().start());
    Map<String, Object> unknown = site.awaitRequest(request, "unknown");
    assertThat(unknown).containsEntry("step", "verify");
    other.close();
    Object givenUp = unknown.get("given_up_at");
    zombie.thaw();
    // What the zombie does for this row it does after it has told of its late answer.
    site.awaitRequest(site.allocate(Requests.ACCOUNT, PROBE, null), "done");

    assertThat(site.row("select * from muster.work_request where id = ?", request))
        .containsEntry("status", "unknown")
        .containsEntry("given_up_at", givenUp)
        .hasEntrySatisfying("error_code", code -> assertThat(code).isIn("lost", "disconnected"));

    site.simulator().undisturb(blind);
    assertThat(site.awaitRequest(request, "done").get("result").toString())
        .contains("as a later read shows");
    assertThat(site.simulator().vendor(EnosSimulator.class).allocations(SN))
        .isEqualTo(new AllocationCount(1, 1, 0));
    assertThat(site.calls(EnosSimulator.ALLOCATE, SN)).isEqualTo(1);
  }

  private void free(String sn) {
    ObjectNode device = (ObjectNode) Json.tree(Site.recorded("enos/get-device.json")).get("data");
    site.simulator().vendor(EnosSimulator.class).devices().put(sn, device.put("sn", sn));
  }
}
