package dev.muster.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.simulator.enos.EnosDemo;
import dev.muster.simulator.enos.EnosSimulator;
import dev.muster.simulator.huawei.HuaweiDemo;
import dev.muster.simulator.huawei.HuaweiSimulator;
import dev.muster.simulator.lvcc.LvccDemo;
import dev.muster.simulator.lvcc.LvccSimulator;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DemonstrationTest {
  private final Simulator simulator = Simulator.start(0);

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void theKeysNamedAreHeldAndTheAllocatableOnesAreFree() {
    assertThat(simulator.vendor(EnosSimulator.class).devices().keys())
        .containsExactlyElementsOf(EnosDemo.DEVICES);
    assertThat(simulator.vendor(EnosSimulator.class).products().keys())
        .containsExactlyElementsOf(EnosDemo.PRODUCTS);
    assertThat(simulator.vendor(LvccSimulator.class).devices().keys())
        .containsAll(LvccDemo.DEVICES);
    assertThat(simulator.vendor(HuaweiSimulator.class).devices().keys())
        .containsExactlyInAnyOrderElementsOf(HuaweiDemo.DEVICES);
    assertThat(EnosDemo.ALLOCATABLE)
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

  private Set<String> everywhere(String pointer) {
    return simulator.vendor(EnosSimulator.class).devices().keys().stream()
        .map(sn -> enos(sn, pointer))
        .collect(Collectors.toSet());
  }

  private String enos(String sn, String pointer) {
    return simulator
        .vendor(EnosSimulator.class)
        .devices()
        .get(sn)
        .orElseThrow()
        .at(pointer)
        .asText();
  }
}
