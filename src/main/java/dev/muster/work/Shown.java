package dev.muster.work;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.device.Part;
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
 * @param page null unless it was a page of a list
 */
public record Shown(String device, UUID digest, String product, String tariff, ListedPage page) {
  /** A reply that showed nothing, or none. */
  public static final Shown NONE = new Shown(null, null, null, null, null);

  /**
   * Made by the thread that made the call, and not by the one that writes for all.
   *
   * @param secrets what the vendor knows of ours and may have put anywhere
   */
  public static Shown of(Task task, String vendor, Reading reading, Secrets secrets) {
    String device = null;
    if (reading.device() != null) {
      device = json(Records.device(vendor, reading.device()), reading.part(), secrets);
    }
    String product = null;
    if (reading.product() != null) {
      product = json(Records.product(task.account(), vendor, reading.product()), null, secrets);
    }
    String tariff = null;
    if (reading.tariff() != null) {
      tariff = json(Records.tariff(task.account(), vendor, reading.tariff()), null, secrets);
    }
    UUID digest = device == null ? null : Records.digest(device);
    ListedPage page =
        reading.list() == null ? null : ListedPage.of(task, vendor, reading.list(), secrets);
    return new Shown(device, digest, product, tariff, page);
  }

  /**
   * @param part which columns it covers; null for all
   */
  static String json(ObjectNode record, Part part, Secrets secrets) {
    String json = (part == null ? record : Records.part(record, part)).toString();
    if (secrets.mayBeIn(json)) {
      ObjectNode masked = Records.without(record, secrets);
      json = (part == null ? masked : Records.part(masked, part)).toString();
    }
    return Jsonb.holdable(json);
  }

  /** How many devices it showed. */
  public int devices() {
    return (device == null ? 0 : 1) + (page == null ? 0 : page.devices().size());
  }

  /** Characters to be sent, about. */
  int chars() {
    return length(device) + length(product) + length(tariff) + (page == null ? 0 : page.chars());
  }

  private static int length(String text) {
    return text == null ? 0 : text.length();
  }
}
