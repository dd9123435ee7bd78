package dev.muster.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.device.Device;
import dev.muster.device.Part;
import dev.muster.device.Port;
import dev.muster.device.Product;
import dev.muster.device.Tariff;
import dev.muster.vendor.Redaction;
import dev.muster.vendor.Secrets;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The canonical records as the objects that {@code muster.settle} takes: a member per column. */
final class Records {
  /** Columns whose words are Muster's. */
  private static final Set<String> OWN =
      Set.of(
          "account",
          "vendor",
          "lifecycle",
          "connectivity",
          "currency",
          "vendor_created_at",
          "vendor_updated_at");

  /** What a call always shows; attributes are merged. */
  private static final Set<String> EVERY_PART = Set.of("vendor", "attributes");

  static ObjectNode device(String vendor, Device d) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("vendor", vendor);
    node.put("serial_number", d.serialNumber());
    node.put("name", d.name());
    node.put("product_key", d.productKey());
    node.put("model", d.model());
    node.put("type", d.type());
    node.put("lifecycle", d.lifecycle().word());
    node.put("vendor_status", d.vendorStatus());
    node.put("connectivity", d.connectivity().word());
    node.put("activated", d.activated());
    node.put("port_count", d.portCount());
    node.put("address", d.address());
    node.put("region", d.region());
    node.put("org_id", d.orgId());
    node.set("attributes", d.attributes());
    node.put("vendor_created_at", time(d.vendorCreatedAt()));
    node.put("vendor_updated_at", time(d.vendorUpdatedAt()));
    ArrayNode ports = node.putArray("ports");
    for (Port port : d.ports()) {
      ports
          .addObject()
          .put("port_no", port.number())
          .put("status", port.status().word())
          .put("vendor_status", port.vendorStatus());
    }
    return node;
  }

  static ObjectNode product(String account, String vendor, Product p) {
    ObjectNode node = owned(account, vendor);
    node.put("product_key", p.productKey());
    node.put("name", p.name());
    set(node, "names", p.names());
    node.put("description", p.description());
    node.put("type", p.type());
    node.put("data_format", p.dataFormat());
    node.put("model_id", p.modelId());
    node.put("org_id", p.orgId());
    node.put("dynamic_activation", p.dynamicActivation());
    node.put("bidirectional_auth", p.bidirectionalAuth());
    node.put("default_valid_days", p.defaultValidDays());
    node.put("max_valid_days", p.maxValidDays());
    set(node, "tags", p.tags());
    node.set("attributes", p.attributes());
    node.put("vendor_created_at", time(p.vendorCreatedAt()));
    node.put("vendor_updated_at", time(p.vendorUpdatedAt()));
    return node;
  }

  static ObjectNode tariff(String account, String vendor, Tariff t) {
    ObjectNode node = owned(account, vendor);
    node.put("tariff_id", t.tariffId());
    node.put("name", t.name());
    node.put("price", t.price());
    node.put("currency", t.currency());
    node.put("duration_minutes", t.durationMinutes());
    node.put("max_minutes", t.maxMinutes());
    node.put("full_price", t.fullPrice());
    node.put("minimum_balance", t.minimumBalance());
    node.set("attributes", t.attributes());
    return node;
  }

  /** The columns that a call owns, and beside them what it fills. */
  static ObjectNode part(ObjectNode record, Part part) {
    ObjectNode own = JsonNodeFactory.instance.objectNode();
    own.put("part", part.listed() ? "list" : "read");
    ObjectNode fills = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> column : record.properties()) {
      boolean owned =
          EVERY_PART.contains(column.getKey()) || part.columns().contains(column.getKey());
      (owned ? own : fills).set(column.getKey(), column.getValue());
    }
    own.set("fills", fills);
    return own;
  }

  /**
   * The record without these secrets. What Muster itself put there stays, and so do its numbers.
   */
  static ObjectNode without(ObjectNode record, Secrets secrets) {
    for (Map.Entry<String, JsonNode> column : record.properties()) {
      JsonNode value = column.getValue();
      if (column.getKey().equals("ports")) {
        value.forEach(port -> mask((ObjectNode) port, "vendor_status", secrets));
      } else if (!OWN.contains(column.getKey()) && (value.isTextual() || value.isContainerNode())) {
        column.setValue(Redaction.without(value, secrets));
      }
    }
    return record;
  }

  private static void mask(ObjectNode port, String name, Secrets secrets) {
    if (port.path(name).isTextual()) {
      port.put(name, secrets.mask(port.get(name).textValue()));
    }
  }

  /** What a record is recognised by: its MD5, which is no secret and guards nothing. */
  static UUID digest(String record) {
    try {
      ByteBuffer hash =
          ByteBuffer.wrap(MessageDigest.getInstance("MD5").digest(record.getBytes(UTF_8)));
      return new UUID(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  private static ObjectNode owned(String account, String vendor) {
    return JsonNodeFactory.instance.objectNode().put("account", account).put("vendor", vendor);
  }

  private static void set(ObjectNode node, String name, JsonNode value) {
    if (value != null) {
      node.set(name, value);
    }
  }

  private static String time(Instant value) {
    return value == null ? null : value.toString();
  }

  private Records() {}
}
