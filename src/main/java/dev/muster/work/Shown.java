package dev.muster.work;

import dev.muster.vendor.Reading;
import java.util.UUID;

/**
 * The canonical records that a reply showed, as JSON that {@code muster.settle} takes.
 *
 * @param device null if it showed none
 * @param digest what the device's record is recognised by; null without a device
 * @param product null if it showed none
 * @param tariff null if it showed none
 */
public record Shown(String device, UUID digest, String product, String tariff) {
  /** A reply that showed nothing, or none. */
  public static final Shown NONE = new Shown(null, null, null, null);

  /** Made by the thread that made the call, and not by the one that writes for all. */
  public static Shown of(Task task, String vendor, Reading reading) {
    String device = null;
    if (reading.device() != null) {
      device = Jsonb.holdable(Records.device(vendor, reading.device()).toString());
    }
    String product = null;
    if (reading.product() != null) {
      product =
          Jsonb.holdable(Records.product(task.account(), vendor, reading.product()).toString());
    }
    String tariff = null;
    if (reading.tariff() != null) {
      tariff = Jsonb.holdable(Records.tariff(task.account(), vendor, reading.tariff()).toString());
    }
    UUID digest = device == null ? null : Records.digest(device);
    return new Shown(device, digest, product, tariff);
  }

  /** Characters to be sent, about. */
  int chars() {
    return length(device) + length(product) + length(tariff);
  }

  private static int length(String text) {
    return text == null ? 0 : text.length();
  }
}
