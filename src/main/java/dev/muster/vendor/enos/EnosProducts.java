package dev.muster.vendor.enos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.device.Product;
import dev.muster.vendor.Fields;
import dev.muster.vendor.Redaction;

/** Maps a product to the canonical record. What is odd stays in the attributes only. */
final class EnosProducts {

  /**
   * @param key the product key asked for
   * @param data the reply's data object
   */
  static Product read(String key, JsonNode data) {
    JsonNode names = object(data, "productName");
    return new Product(
        key,
        names == null ? Fields.text(data, "productName") : Fields.text(names, "defaultValue"),
        names,
        Fields.text(data, "productDesc"),
        Fields.text(data, "productType"),
        Fields.text(data, "dataFormat"),
        Fields.text(data, "modelId"),
        Fields.text(data, "orgId"),
        dynamicActivation(data),
        Fields.bool(data, "biDirectionalAuth"),
        Fields.integer(data, "defaultValidDay"),
        Fields.integer(data, "maxValidDay"),
        object(data, "productTags"),
        Redaction.without(data),
        Fields.epochMillis(data, "createTime"),
        Fields.epochMillis(data, "updateTime"));
  }

  /**
   * The documented table says dynamicActiveEnabled, the sample dynamicActivateEnabled, and both
   * occur. If they disagree neither is believed: the column is null, the attributes hold both.
   */
  private static Boolean dynamicActivation(JsonNode data) {
    Boolean sample = Fields.bool(data, "dynamicActivateEnabled");
    Boolean table = Fields.bool(data, "dynamicActiveEnabled");
    if (sample == null || table == null) {
      return sample == null ? table : sample;
    }
    return sample.equals(table) ? sample : null;
  }

  private static JsonNode object(JsonNode data, String name) {
    JsonNode value = Fields.container(data, name);
    return value != null && value.isObject() ? Redaction.without(value) : null;
  }

  private EnosProducts() {}
}
