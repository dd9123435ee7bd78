package dev.muster.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;

/**
 * A row of the yardsticks' own table.
 *
 * @param columns the texts of all columns, in the order of {@link #TABLE}; null for null
 */
record DeviceCopy(String[] columns) {
  static final String TABLE =
      """
      create table device_copy (
        account text, key text, serial_number text, product_key text, model text, region text, org_id text,
        lifecycle text, connectivity text, activated boolean, description text, group_id text,
        vendor_created_at timestamptz, vendor_updated_at timestamptz, attributes jsonb, digest uuid,
        first_seen_at timestamptz not null default clock_timestamp(), synced_at timestamptz not null default clock_timestamp(),
        primary key (account, key))
      """;

  private static final String UPSERT =
      """
      insert into device_copy as t (account, key, serial_number, product_key, model, region, org_id, lifecycle, connectivity, activated,
        description, group_id, vendor_created_at, vendor_updated_at, attributes, digest)
      select a, k, s, p, m, r, o, l, c, b::boolean, d, g, to_timestamp(v::float8 / 1000), to_timestamp(u::float8 / 1000), j::jsonb, h::uuid
        from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[]) x (a, k, s, p, m, r, o, l, c, b, d, g, v, u, j, h)
      on conflict (account, key) do update
         set (serial_number, product_key, model, region, org_id, lifecycle, connectivity, activated, description, group_id,
              vendor_created_at, vendor_updated_at, attributes, digest, synced_at)
           = (excluded.serial_number, excluded.product_key, excluded.model, excluded.region, excluded.org_id, excluded.lifecycle,
              excluded.connectivity, excluded.activated, excluded.description, excluded.group_id, excluded.vendor_created_at,
              excluded.vendor_updated_at, excluded.attributes, excluded.digest, clock_timestamp())
       where t.digest is distinct from excluded.digest
      """;

  static DeviceCopy of(String account, String key, JsonNode data) {
    String attributes = data.toString();
    String status = text(data.path("status"), "currentStatus");
    return new DeviceCopy(
        new String[] {
          account,
          key,
          text(data, "sn"),
          text(data, "productKey"),
          text(data.path("deviceData"), "modelId"),
          text(data, "regionId"),
          text(data, "orgId"),
          status,
          text(data, "connectStatus"),
          String.valueOf("finished".equals(status)),
          text(data, "desc"),
          text(data, "groupId"),
          text(data, "createTime"),
          text(data, "updateTime"),
          attributes,
          digest(attributes)
        });
  }

  /** Writes those that are new or changed, by one statement. */
  static void store(Connection connection, List<DeviceCopy> devices) throws SQLException {
    int columns = devices.get(0).columns.length;
    try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
      for (int column = 0; column < columns; column++) {
        int n = column;
        Object[] values = devices.stream().map(device -> device.columns[n]).toArray();
        upsert.setArray(column + 1, connection.createArrayOf("text", values));
      }
      upsert.executeUpdate();
    }
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isValueNode() && !value.isNull() ? value.asText() : null;
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
