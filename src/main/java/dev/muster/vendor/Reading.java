package dev.muster.vendor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.device.Device;
import dev.muster.device.Product;
import dev.muster.device.Tariff;

/**
 * What a successful reply said. All but one of the parts are usually null.
 *
 * @param device nullable
 * @param product nullable
 * @param tariff nullable
 * @param token nullable; only token calls bring one
 * @param requestId the vendor's name for the call; nullable
 * @param source the vendor's reply object as it came, for {@link Vendor#progress}; never stored;
 *     nullable
 */
public record Reading(
    Device device, Product product, Tariff tariff, Token token, String requestId, JsonNode source) {

  public static Reading of(Token token) {
    return new Reading(null, null, null, token, null, null);
  }

  public static Reading of(Device device, Tariff tariff, String requestId, JsonNode source) {
    return new Reading(device, null, tariff, null, requestId, source);
  }

  public static Reading of(Product product, String requestId) {
    return new Reading(null, product, null, null, requestId, null);
  }
}
