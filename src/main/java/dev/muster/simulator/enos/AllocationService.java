package dev.muster.simulator.enos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Inventory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Carries out "V2.5 Allocate DPS Device" and counts it. */
final class AllocationService {
  private final Inventory devices;
  private final Map<String, AllocationCount> counts = new ConcurrentHashMap<>();

  AllocationService(Inventory devices) {
    this.devices = devices;
  }

  AllocationCount count(String sn) {
    return counts.getOrDefault(sn, AllocationCount.NONE);
  }

  Map<String, AllocationCount> counts() {
    return Map.copyOf(counts);
  }

  void clear() {
    counts.clear();
  }

  /** The end of an attempt: the device as it is now, or a code that refuses. */
  record Result(ObjectNode device, String code, String message) {}

  Result allocate(
      String sn, String orgId, ObjectNode body, Disturbance disturbance, EnosSettings settings) {
    Result[] result = {new Result(null, "35601", "Verify not pass/sn not found")};
    boolean[] changed = {false};
    devices.change(
        sn,
        device -> {
          result[0] = attempt(device, orgId, body, disturbance, settings);
          changed[0] = result[0].device() != null && !result[0].device().equals(device);
          return result[0].device() == null ? device : result[0].device();
        });
    boolean effective = changed[0] && isAllocated(result[0].device());
    counts.merge(sn, AllocationCount.NONE.plus(effective), (old, first) -> old.plus(effective));
    return result[0];
  }

  private static Result attempt(
      ObjectNode device, String orgId, ObjectNode body, Disturbance d, EnosSettings settings) {
    if (device.path("groupId").asText("").isEmpty()) {
      return new Result(null, "35404", "Group/Device group not found");
    }
    if (!device.path("allocateStatus").asText().equals("init")) {
      return settings.acceptsSecondAllocate()
          ? new Result(device, null, null)
          : new Result(null, settings.secondAllocateCode(), "Verify not pass/sn not found");
    }
    ObjectNode copy = device.deepCopy();
    if (d.kind() == Disturbance.Kind.ALLOCATE_ERROR) {
      copy.put("allocateErrorMsg", d.message());
      return new Result(copy, null, null);
    }
    String owner = d.kind() == Disturbance.Kind.ALLOCATE_ELSEWHERE ? d.message() : orgId;
    return new Result(allocated(copy, owner, body), null, null);
  }

  /**
   * {@code updateTime} and {@code connectStatus} stay as they are: so they do in the document's
   * sample.
   */
  private static ObjectNode allocated(ObjectNode device, String orgId, ObjectNode body) {
    device.put("orgId", orgId);
    device.put("regionId", "beta");
    device.putNull("allocateErrorMsg");
    device.put("reprovisioning", false);
    device.put("allocateStatus", "allocated");
    ObjectNode status = device.withObject("/status");
    status.put("currentStatus", "allocated");
    status.put("allocatedTime", System.currentTimeMillis());
    if (body.get("deviceData") instanceof ObjectNode given) {
      device.withObject("/deviceData").setAll(given);
    }
    return device;
  }

  private static boolean isAllocated(ObjectNode device) {
    return device.path("allocateStatus").asText().equals("allocated");
  }
}
