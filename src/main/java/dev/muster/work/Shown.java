package dev.muster.work;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Secrets;
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

  /**
   * Made by the thread that made the call, and not by the one that writes for all.
   *
   * @param secrets what the vendor knows of ours and may have put anywhere
   */
  public static Shown of(Task task, String vendor, Reading reading, Secrets secrets) {
    String device = null;
    if (reading.device() != null) {
      device = json(Records.device(vendor, reading.device()), secrets);
    }
    String product = null;
    if (reading.product() != null) {
      product = json(Records.product(task.account(), vendor, reading.product()), secrets);
    }
    String tariff = null;
    if (reading.tariff() != null) {
      tariff = json(Records.tariff(task.account(), vendor, reading.tariff()), secrets);
    }
    UUID digest = device == null ? null : Records.digest(device);
    return new Shown(device, digest, product, tariff);
  }

  private static String json(ObjectNode record, Secrets secrets) {
    String json = record.toString();
    return Jsonb.holdable(
        secrets.mayBeIn(json) ? Records.without(record, secrets).toString() : json);
  }

  /** Characters to be sent, about. */
  int chars() {
    return length(device) + length(product) + length(tariff);
  }

  private static int length(String text) {
    return text == null ? 0 : text.length();
  }
}
