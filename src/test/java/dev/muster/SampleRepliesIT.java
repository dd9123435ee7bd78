package dev.muster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.lvcc.LvccSimulator;
import dev.muster.support.Json;
import dev.muster.support.MusterProcess;
import dev.muster.support.Site;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents' sample replies, byte for byte, go through the packaged jar into the views. */
class SampleRepliesIT {
  private static final String SIM_ID = "432442363530484D0667FF33";

  /** What is about the call and not about the device. */
  private static final Set<String> ENVELOPE =
      Set.of("/code", "/msg", "/requestId", "/success", "/data/device/success");

  private static final Set<String> SECRETS =
      Set.of("productSecret", "tokenInUse", "tokenReplacing", "regcode");

  private static Site site;
  private static MusterProcess muster;

  @BeforeAll
  static void start(@TempDir Path folder) {
    site = new Site(folder);
    site.enos("enos1");
    site.enos("enos2");
    site.command().with("muster.accounts.enos2.parameters.org-id", "yourOrgId");
    site.lvcc("lvcc1");
    site.huawei("huawei1");
    muster = site.command().start();
    site.othersGoWell("lvcc1", LvccSimulator.NAME);
  }

  @AfterAll
  static void stop() {
    muster.close();
    site.close();
  }

  @Test
  void everyFieldOfGetDpsDeviceIsInTheDevice() {
    answer("get", "yourSn", Site.recorded("enos/get-device.json"));
    site.target("enos1", "device", "yourSn");

    Map<String, Object> device = site.awaitDevice("enos1", "yourSn");

    assertAllSeen("enos/get-device.json", "{\"data\":%s}".formatted(device.get("attributes")));
    assertThat(device)
        .containsEntry("vendor", "enos")
        .containsEntry("serial_number", "yourSn")
        .containsEntry("name", null)
        .containsEntry("product_key", "yourProductKey")
        .containsEntry("lifecycle", "registered")
        .containsEntry("vendor_status", "init")
        .containsEntry("connectivity", "unknown")
        .containsEntry("activated", false)
        .containsEntry("org_id", null)
        .containsEntry("region", null)
        .containsEntry("timezone", "+09:00")
        .containsEntry("rated_capacity", null)
        .containsEntry("vendor_created_at", new Timestamp(1666845767197L))
        .containsEntry("vendor_updated_at", new Timestamp(1666845773571L));
  }

  @Test
  void everyFieldOfAllocateDpsDeviceIsInTheDevice() {
    answer("get", "yourSn", Site.recorded("enos/get-device.json"));
    answer("allocate", "yourSn", Site.recorded("enos/allocate-device.json"));
    long id = site.allocate("enos2", "yourSn", "{\"max_capacity\": 1.0, \"scale\": 1}");

    Map<String, Object> request = site.awaitRequest(id, "done");
    Map<String, Object> device = site.awaitDevice("enos2", "yourSn");

    assertThat(request)
        .containsEntry("vendor_request_id", "fb8495da-fa7d-4ba6-b105-bcc75517e0d8")
        .containsEntry("http_status", 200);
    assertAllSeen("enos/allocate-device.json", "{\"data\":%s}".formatted(device.get("attributes")));
    assertThat(device)
        .containsEntry("name", "yourDevice")
        .containsEntry("model", "yourDevice")
        .containsEntry("rated_capacity", new BigDecimal("11"))
        .containsEntry("timezone", "+14:00")
        .containsEntry("lifecycle", "allocated")
        .containsEntry("vendor_status", "allocated")
        .containsEntry("region", "regionId")
        .containsEntry("org_id", "yourOrgId");
  }

  @Test
  void everyFieldOfGetProductIsInTheProduct() {
    answer("product", "yourProductKey", Site.recorded("enos/get-product.json"));
    site.target("enos1", "product", "yourProductKey");

    Map<String, Object> product =
        site.awaitRow("select * from report.product where product_key = 'yourProductKey'");

    assertAllSeen("enos/get-product.json", "{\"data\":%s}".formatted(product.get("attributes")));
    assertThat(product)
        .containsEntry("name", "202cp")
        .containsEntry("description", null)
        .containsEntry("type", "Device")
        .containsEntry("data_format", "Json")
        .containsEntry("model_id", "202model")
        .containsEntry("org_id", "yourOrgId")
        .containsEntry("dynamic_activation", false)
        .containsEntry("bidirectional_auth", false)
        .containsEntry("default_valid_days", null)
        .containsEntry("max_valid_days", null)
        .containsEntry("vendor_created_at", new Timestamp(1582861255508L));
    assertThat(Json.tree(product.get("names").toString()))
        .isEqualTo(Json.tree(Site.recorded("enos/get-product.json")).at("/data/productName"));
  }

  @Test
  void everyFieldOfDeviceStatusIsInTheDeviceItsSocketsAndItsTariff() {
    answer("status", SIM_ID, Site.recorded("lvcc/device-status.json"));
    site.target("lvcc1", "device", SIM_ID);

    Map<String, Object> device = site.awaitDevice("lvcc1", SIM_ID);
    Map<String, Object> tariff = site.row("select * from report.tariff where account = 'lvcc1'");
    List<Map<String, Object>> ports =
        site.rows("select * from report.device_port where key = ? order by port_no", SIM_ID);

    ObjectNode seen = (ObjectNode) Json.tree("{\"data\":" + tariff.get("attributes") + "}");
    JsonNode attributes = Json.tree(device.get("attributes").toString());
    ObjectNode data = seen.withObject("/data/device/data");
    data.set("device", attributes);
    data.set("errorMsg", attributes.get("errorMsg"));
    // The document has the element at 0 ignored.
    ArrayNode sockets = data.putArray("ports").add(0);
    ports.forEach(port -> sockets.add(Integer.parseInt((String) port.get("vendor_status"))));
    assertAllSeen("lvcc/device-status.json", seen.toString());
    assertThat(ports).hasSize(10).allMatch(port -> "available".equals(port.get("status")));
    assertThat(device)
        .containsEntry("serial_number", SIM_ID)
        .containsEntry("estate", "驴宝宝(lvcc)")
        .containsEntry("name", "测试设备q(test device q)")
        .containsEntry("type", "0")
        .containsEntry("lifecycle", "active")
        .containsEntry("vendor_status", "1")
        .containsEntry("connectivity", "online")
        .containsEntry("activated", null)
        .containsEntry("port_count", 10)
        .containsEntry("vendor_created_at", new Timestamp(1540458201000L));
    assertThat(tariff)
        .containsEntry("tariff_id", "26")
        .containsEntry("name", "1元12分钟(12 mins for 1 USD)")
        .containsEntry("price", new BigDecimal("1.00"))
        .containsEntry("currency", "CNY")
        .containsEntry("duration_minutes", 12)
        .containsEntry("max_minutes", 800)
        .containsEntry("full_price", new BigDecimal("3.00"))
        .containsEntry("minimum_balance", new BigDecimal("1.23"));
  }

  @Test
  void theSampleWithoutItsCommaIsOneDeadLetter() {
    String key = SIM_ID + "-as-printed";
    answer("status", key, Site.recorded("lvcc/device-status-malformed.json"));
    site.target("lvcc1", "device", key);

    Map<String, Object> letter = site.awaitLetter("lvcc1", key);

    assertThat(letter)
        .containsEntry("error_code", "malformed")
        .containsEntry("http_status", 200)
        .containsEntry("attempts", 1);
    assertThat(letter.get("response").toString()).contains("1元12分钟");
    // Until calls for others have gone well it could be every device's.
    assertThat(site.calls("status", key)).isBetween(2, 8);
    assertThat(site.rows("select from report.dead_letter where key = ?", key)).hasSize(1);
    assertThat(site.rows("select from report.device where key = ?", key)).isEmpty();
  }

  @Test
  void everyFieldOfTheActivationStatusIsInTheDevice() {
    // The document masks every value, so this is also the name of the device.
    String masked = "*******";
    answer("activation", masked, Site.recorded("huawei/activation-status.json"));
    site.target("huawei1", "device", masked);

    Map<String, Object> device = site.awaitDevice("huawei1", masked);

    assertAllSeen("huawei/activation-status.json", device.get("attributes").toString());
    assertThat(device)
        .containsEntry("name", masked)
        .containsEntry("vendor_status", masked)
        .containsEntry("lifecycle", "unknown")
        .containsEntry("activated", null);
  }

  private static void answer(String call, String key, String reply) {
    site.simulator().disturb(Disturbance.reply(200, reply).call(call).key(key));
  }

  /** Each leaf of the recorded reply, and each empty object or array, stands in what is seen. */
  private static void assertAllSeen(String recorded, String seen) {
    JsonNode reply = Json.tree(Site.recorded(recorded));
    JsonNode views = Json.tree(seen);
    SoftAssertions softly = new SoftAssertions();
    for (String path : ends(reply, "")) {
      boolean secret = SECRETS.contains(path.substring(path.lastIndexOf('/') + 1));
      if (secret) {
        softly.assertThat(views.at(path).isMissingNode()).as(path).isTrue();
      } else if (!ENVELOPE.contains(path)) {
        softly.assertThat(views.at(path)).as(path).isEqualTo(reply.at(path));
      }
    }
    softly.assertAll();
  }

  private static List<String> ends(JsonNode node, String path) {
    List<String> ends = new ArrayList<>();
    if (node.isEmpty()) {
      ends.add(path);
    }
    node.properties().forEach(m -> ends.addAll(ends(m.getValue(), path + "/" + m.getKey())));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      ends.addAll(ends(node.get(i), path + "/" + i));
    }
    return ends;
  }
}
