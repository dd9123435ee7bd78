package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Relay;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica that is killed amid a call, at the settings that Muster comes with. */
class LeaseIT {
  /** From the kill to the other replica's call. */
  private static final Duration RESUMES = Duration.ofSeconds(15);

  private static final Duration HANGS = Duration.ofMinutes(2);

  @TempDir Path folder;
  private Site site;

  @BeforeEach
  void open() {
    site = new Site(folder);
    site.lvcc("lvcc1");
    site.command().with("muster.accounts.lvcc1.call-deadline", "10s");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void theOtherReplicaMakesTheCallsOfOneThatIsKilled() {
    try (Replica first = new Replica();
        Replica second = new Replica()) {
      Replica killed = hung("request", () -> site.refresh("lvcc1", "request"), first, second);
      assertResumes("request", killed);
      try (Replica third = new Replica()) {
        Replica other = killed == first ? second : first;
        assertResumes(
            "pull", hung("pull", () -> site.target("lvcc1", "device", "pull"), other, third));
      }
    }
  }

  /** The replica whose call about this device hangs. */
  private Replica hung(String key, Runnable ask, Replica one, Replica other) {
    site.simulator()
        .vendor(LvccSimulator.class)
        .devices()
        .put(key, (ObjectNode) Json.tree(Site.recorded("lvcc/device-status.json")).get("data"));
    site.simulator().disturb(Disturbance.lateReply(HANGS).key(key).times(1));
    long before = one.relay.carried();
    ask.run();
    await(key).atMost(Duration.ofSeconds(10)).until(() -> calls(key) == 1);
    return one.relay.carried() > before ? one : other;
  }

  private void assertResumes(String key, Replica hung) {
    long dead = System.nanoTime();
    hung.muster.kill();

    await(key + " is called again")
        .atMost(RESUMES)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> calls(key) == 2);
    System.out.println(
        "%s: called again %d ms after the kill"
            .formatted(key, Duration.ofNanos(System.nanoTime() - dead).toMillis()));
    site.awaitDevice("lvcc1", key);
    assertThat(site.rows("select from muster.work_request where status = 'dead'")).isEmpty();
  }

  private int calls(String key) {
    return site.simulator().arrivals(transit -> transit.key().equals(key)).size();
  }

  /** A process with a way to the vendor of its own. */
  private final class Replica implements AutoCloseable {
    private final Relay relay = new Relay("127.0.0.1", site.simulator().port());
    private final MusterProcess muster =
        site.command()
            .copy()
            .with("muster.accounts.lvcc1.base-url", "http://127.0.0.1:" + relay.port() + "/lvcc")
            .start();

    @Override
    public void close() {
      muster.close();
      relay.close();
    }
  }
}
