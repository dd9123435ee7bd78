package dev.muster.vendor.enos;

import static dev.muster.vendor.enos.EnosCases.getProduct;
import static dev.muster.vendor.enos.EnosCases.json;
import static dev.muster.vendor.enos.EnosCases.read;
import static dev.muster.vendor.enos.EnosCases.sample;
import static dev.muster.vendor.enos.EnosCases.sampleWith;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.device.Product;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnosProductsTest {

  @Test
  void readsAProduct() {
    Product product = read(getProduct(), 200, sample("get-product")).product();

    assertThat(product.productKey()).isEqualTo("yourProductKey");
    assertThat(product.name()).isEqualTo("202cp");
    assertThat(product.names())
        .isEqualTo(
            json("{\"defaultValue\":\"202cp\",\"i18nValue\":{\"en_US\":\"\",\"zh_CN\":\"\"}}"));
    assertThat(product.description()).isNull();
    assertThat(product.type()).isEqualTo("Device");
    assertThat(product.dataFormat()).isEqualTo("Json");
    assertThat(product.modelId()).isEqualTo("202model");
    assertThat(product.orgId()).isEqualTo("yourOrgId");
    assertThat(product.dynamicActivation()).isFalse();
    assertThat(product.bidirectionalAuth()).isFalse();
    assertThat(product.defaultValidDays()).isNull();
    assertThat(product.maxValidDays()).isNull();
    assertThat(product.tags()).isEqualTo(json("{}"));
    assertThat(product.vendorCreatedAt()).isEqualTo(Instant.ofEpochMilli(1582861255508L));
    assertThat(product.vendorUpdatedAt()).isEqualTo(Instant.ofEpochMilli(1582861255508L));
  }

  @Test
  void readsANameThatIsPlainText() {
    Product product = productWith("{\"productName\":\"Meter\"}");

    assertThat(product.name()).isEqualTo("Meter");
    assertThat(product.names()).isNull();
  }

  @Test
  void readsANameWithoutADefault() {
    Product product = productWith("{\"productName\":{}}");

    assertThat(product.name()).isNull();
    assertThat(product.names()).isEqualTo(json("{}"));
  }

  @ParameterizedTest
  @CsvSource({
    "true,null,true",
    "null,true,true",
    "true,true,true",
    "false,false,false",
    "true,false,",
    "false,true,",
    "null,null,"
  })
  void readsBothSpellingsOfDynamicActivation(String table, String sample, Boolean expected) {
    Product product =
        productWith(
            "{\"dynamicActiveEnabled\":" + table + ",\"dynamicActivateEnabled\":" + sample + "}");

    assertThat(product.dynamicActivation()).isEqualTo(expected);
    assertThat(product.attributes().get("dynamicActiveEnabled")).isEqualTo(json(table));
    assertThat(product.attributes().get("dynamicActivateEnabled")).isEqualTo(json(sample));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamicActiveEnabled", "dynamicActivateEnabled"})
  void readsOneSpellingAlone(String spelling) {
    JsonNode body = json(sample("get-product"));
    ((ObjectNode) body.get("data")).remove("dynamicActivateEnabled");
    ((ObjectNode) body.get("data")).put(spelling, true);

    assertThat(read(getProduct(), body).product().dynamicActivation()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "\"gw1\"", "[\"gw1\",\"gw2\"]", "null"})
  void keepsGatewayIdsOfAnyShape(String ids) {
    Product product = productWith("{\"protocolGatewayIds\":" + ids + "}");

    assertThat(product.attributes().get("protocolGatewayIds")).isEqualTo(json(ids));
  }

  @Test
  void readsValidityInDays() {
    Product product = productWith("{\"defaultValidDay\":30,\"maxValidDay\":\"365\"}");

    assertThat(product.defaultValidDays()).isEqualTo(30);
    assertThat(product.maxValidDays()).isEqualTo(365);
  }

  @Test
  void keepsNoSecretInTheTagsEither() {
    Product product = productWith("{\"productTags\":{\"site\":\"a\",\"api_key\":\"planted\"}}");

    assertThat(product.tags()).isEqualTo(json("{\"site\":\"a\"}"));
    assertThat(product.toString()).doesNotContain("planted", "yourProductSecret");
  }

  private static Product productWith(String dataMembers) {
    return read(getProduct(), sampleWith("get-product", dataMembers)).product();
  }
}
