package dev.muster.vendor.huawei;

import dev.muster.device.Connectivity;
import dev.muster.device.Device;
import dev.muster.device.Lifecycle;
import dev.muster.vendor.Redaction;
import java.util.List;

/** Maps Huawei's activation status to the canonical record. */
final class HuaweiDevices {

  /**
   * @param key what was asked for
   */
  static Device device(String key, HuaweiReply reply) {
    return new Device(
        key,
        null,
        reply.deviceName(),
        null,
        null,
        null,
        lifecycle(reply.activated()),
        reply.activatedWord(),
        Connectivity.UNKNOWN,
        reply.activated(),
        null,
        null,
        null,
        null,
        Redaction.without(reply.body()),
        null,
        null,
        List.of());
  }

  private static Lifecycle lifecycle(Boolean activated) {
    if (activated == null) {
      return Lifecycle.UNKNOWN;
    }
    return activated ? Lifecycle.ACTIVE : Lifecycle.REGISTERED;
  }

  private HuaweiDevices() {}
}
