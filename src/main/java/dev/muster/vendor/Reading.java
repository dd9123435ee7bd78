package dev.muster.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.device.Device;
import dev.muster.device.Part;
import dev.muster.device.Product;
import dev.muster.device.Tariff;

/**
 * What a successful reply said. All but one of the parts are usually null.
 *
 * @param device nullable
 * @param part which columns of the device the call covers; null for all
 * @param product nullable
 * @param tariff nullable
 * @param token nullable; only token calls bring one
 * @param list nullable; only calls that list bring one
 * @param requestId the vendor's name for the call; nullable
 * @param source the vendor's reply object as it came, for {@link Vendor#progress}; never stored;
 *     nullable
 */
public record Reading(
    Device device,
    Part part,
    Product product,
    Tariff tariff,
    Token token,
    Listing list,
    String requestId,
    JsonNode source) {

  public static Reading of(Token token) {
    return new Reading(null, null, null, null, token, null, null, null);
  }

  public static Reading of(Device device, Tariff tariff, String requestId, JsonNode source) {
    return new Reading(device, null, null, tariff, null, null, requestId, source);
  }

  public static Reading of(Product product, String requestId) {
    return new Reading(null, null, product, null, null, null, requestId, null);
  }

  /** Of a device of which the call shows a part. */
  public static Reading of(Device device, Part part) {
    return new Reading(device, part, null, null, null, null, null, null);
  }

  public static Reading of(Listing list, String requestId) {
    return new Reading(null, null, null, null, null, list, requestId, null);
  }
}
