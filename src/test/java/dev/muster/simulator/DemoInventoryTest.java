package dev.muster.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DemoInventoryTest {
  private final Simulator simulator = Simulator.start(0);

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void theKeysNamedAreHeldAndTheAllocatableOnesAreFree() {
    assertThat(simulator.enos().devices().keys())
        .containsExactlyElementsOf(DemoInventory.keys(Simulator.ENOS, "device"));
    assertThat(simulator.enos().products().keys())
        .containsExactlyElementsOf(DemoInventory.keys(Simulator.ENOS, "product"));
    assertThat(simulator.lvcc().devices().keys())
        .containsAll(DemoInventory.keys(Simulator.LVCC, "device"));
    assertThat(simulator.huawei().devices().keys())
        .containsExactlyInAnyOrderElementsOf(DemoInventory.keys(Simulator.HUAWEI, "device"));
    assertThat(DemoInventory.allocatable())
        .hasSize(39)
        .allMatch(sn -> enos(sn, "/allocateStatus").equals("init"));
  }

  @Test
  void everyDocumentedStatusOccursAndOneThatIsNot() {
    assertThat(everywhere("/status/currentStatus"))
        .containsExactlyInAnyOrder(
            "init", "allocated", "connected", "finished", "discarded", "suspended");
    assertThat(everywhere("/connectStatus"))
        .containsExactlyInAnyOrder("init", "connected", "failed");
    assertThat(everywhere("/reprovisioning")).containsExactlyInAnyOrder("true", "false");
    assertThat(everywhere("/deviceData/deviceName/defaultValue")).contains("", "Inverter 1");
  }

  @Test
  void theSampleOfTheDocumentLacksItsCommaAndTheMendedOneDoesNot() {
    assertThat(Json.read(Samples.LVCC_MISSING_COMMA)).isEmpty();
    assertThat(Json.read(Samples.LVCC_STATUS)).isPresent();
  }

  private Set<String> everywhere(String pointer) {
    return simulator.enos().devices().keys().stream()
        .map(sn -> enos(sn, pointer))
        .collect(Collectors.toSet());
  }

  private String enos(String sn, String pointer) {
    return simulator.enos().devices().get(sn).orElseThrow().at(pointer).asText();
  }
}
