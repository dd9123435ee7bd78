package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Arrival;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Simulator;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vendor that ends the old token by giving the new one, and calls that are on their way then. */
class RenewalIT {
  private static final String ACCOUNT = "huawei1";
  private static final String KEY = "slow";

  /** What a token lives; it is renewed after half of it. */
  private static final Duration LIFE = Duration.ofSeconds(6);

  /** From the old token's end until Muster has the new one. */
  private static final Duration REPLY_TAKES = Duration.ofSeconds(3);

  /** A call that begins with a new token arrives when the next one has ended it. */
  private static final Duration ON_ITS_WAY = LIFE.dividedBy(2).plus(Duration.ofSeconds(2));

  /** How often the same row meets a renewal. */
  private static final int MET = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void aRowThatMeetsARenewalEachTimeDoesNotHaltTheAccount(@TempDir Path folder) {
    try (Site site = new Site(folder)) {
      site.huawei(ACCOUNT);
      site.command().with("muster.accounts." + ACCOUNT + ".call-deadline", "10s");
      Simulator simulator = site.simulator();
      simulator
          .vendor(HuaweiSimulator.class)
          .changeSettings((ObjectNode) Json.tree("{\"tokenLifeMillis\": " + LIFE.toMillis() + "}"));
      ObjectNode device = (ObjectNode) Json.tree("{\"activated\": true}");
      simulator.vendor(HuaweiSimulator.class).devices().put(KEY, device.put("deviceId", KEY));
      simulator.disturb(Disturbance.lateReply(REPLY_TAKES).call(HuaweiSimulator.REFRESH));
      simulator.disturb(Disturbance.latency(ON_ITS_WAY, ON_ITS_WAY).key(KEY).times(MET));

      try (MusterProcess muster = site.command().start()) {
        await("a fresh token").atMost(PATIENCE).until(() -> generation(site) > 1);
        site.target(ACCOUNT, "device", KEY);

        await("the row's reading").atMost(PATIENCE).until(() -> outcomes(simulator).contains("ok"));
        assertThat(outcomes(simulator)).containsSubsequence("1010005", "1010005", "ok");
        assertThat(muster.logLines(" is halted: ")).isEmpty();
      }
    }
  }

  private static long generation(Site site) {
    return (long) site.row("select generation from muster.token").get("generation");
  }

  private static List<String> outcomes(Simulator simulator) {
    return simulator.arrivals(a -> a.key().equals(KEY)).stream().map(Arrival::outcome).toList();
  }
}
