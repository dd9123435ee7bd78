package dev.muster.work;

import dev.muster.device.Device;
import dev.muster.vendor.Listing;
import dev.muster.vendor.Secrets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The canonical records that a page of a list showed, as JSON that {@code muster.settle} takes.
 *
 * @param keys the devices; their records and digests follow each other in the same order
 * @param products a JSON array; null if it showed none
 * @param partial whether the records show some columns only
 * @param entries how many entries it had
 * @param total how long the list is by the vendor's word; nullable
 * @param createdTo when the latest of its devices was created; nullable
 */
public record ListedPage(
    List<String> keys,
    List<String> devices,
    List<UUID> digests,
    String products,
    boolean partial,
    int entries,
    Long total,
    Instant createdTo) {

  static ListedPage of(Task task, String vendor, Listing list, Secrets secrets) {
    List<String> keys = new ArrayList<>();
    List<String> devices = new ArrayList<>();
    for (Device device : list.devices()) {
      keys.add(device.key());
      devices.add(Shown.json(Records.device(vendor, device), list.part(), secrets));
    }
    List<String> products =
        list.products().stream()
            .map(p -> Shown.json(Records.product(task.account(), vendor, p), null, secrets))
            .toList();
    list.products().forEach(product -> keys.add(product.productKey()));
    return new ListedPage(
        keys,
        devices,
        devices.stream().map(Records::digest).toList(),
        products.isEmpty() ? null : "[" + String.join(",", products) + "]",
        list.part() != null,
        list.entries(),
        list.total(),
        list.devices().stream()
            .map(Device::vendorCreatedAt)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null));
  }

  /** Characters to be sent, about. */
  int chars() {
    return devices.stream().mapToInt(String::length).sum()
        + (products == null ? 0 : products.length());
  }
}
