package dev.muster.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.muster.simulator.lvcc.LvccDemo;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArrivalLogTest {
  private static final long SECOND = 1_000_000_000L;

  private final Simulator simulator = Simulator.start(0);
  private final SimulatorClient client = new SimulatorClient(simulator);

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void theWorstWindowIsHalfOpenAndHonoursTheFilter() {
    ArrivalLog log = new ArrivalLog(100);
    CallIdentity get = new CallIdentity("get", "a", "app");
    for (long at : new long[] {0, 50, 60, 61, 119, 120}) {
      log.arrived(at * SECOND, "enos", get);
    }
    log.arrived(60 * SECOND, "lvcc", get);
    assertThat(log.worst(Duration.ofSeconds(60), a -> a.vendor().equals("enos")).calls())
        .isEqualTo(3);
    assertThat(log.worst(Duration.ofSeconds(60), a -> true).calls()).isEqualTo(4);
    assertThat(log.worst(Duration.ofSeconds(60), a -> a.key().equals("b")).from()).isNull();
  }

  @Test
  void forgetsTheOldestBeyondItsCapacityAndSaysSo() {
    CallIdentity get = new CallIdentity("get", "a", "app");
    int kept = 1 << 14;
    ArrivalLog log = new ArrivalLog(kept);
    for (int i = 0; i < kept + 3; i++) {
      log.arrived(i, "enos", get);
    }
    assertThat(log.worst(Duration.ofSeconds(1), a -> true))
        .extracting(WorstWindow::considered, WorstWindow::forgotten)
        .containsExactly((long) kept, 3L);
    assertThat(log.matching(a -> true).get(0).nanos()).isEqualTo(3);
  }

  @Test
  void everyCallIsNotedWithItsKeyAccountStatusAndOutcome() throws IOException {
    client.huawei(client.huaweiToken(), "nobody");
    assertThat(simulator.arrivals())
        .extracting(Arrival::vendor, Arrival::call, Arrival::key, Arrival::account)
        .containsExactly(
            tuple("huawei", "login", "", "demo-app-id"),
            tuple("huawei", "activation", "nobody", "demo-app-id"));
    assertThat(simulator.arrivals().get(1))
        .extracting(Arrival::status, Arrival::outcome)
        .containsExactly(404, "100403");
  }

  @Test
  void anotherProcessCanAskForTheWorstWindow() throws IOException {
    String simId = LvccDemo.DEVICES.get(0);
    client.lvcc(simId);
    client.lvcc(simId);
    client.huaweiToken();
    var worst = client.control("GET", "/worst-window?millis=60000&vendor=lvcc", "");
    assertThat(worst.json().get("calls").asInt()).isEqualTo(2);
    assertThat(client.control("GET", "/arrivals?last=1", "").text()).contains("login");
    client.control("DELETE", "/arrivals", "");
    assertThat(simulator.arrivalCount()).isZero();
  }
}
