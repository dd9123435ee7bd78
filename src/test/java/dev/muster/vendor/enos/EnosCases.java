package dev.muster.vendor.enos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.fault.Codes;
import dev.muster.support.ShippedCodes;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Token;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The vocabulary of the EnOS tests: an account, calls, and replies as the documents print them. */
final class EnosCases {
  static final Instant NOW = Instant.ofEpochMilli(1572574909697L);
  static final Token TOKEN = new Token("xxxxaaaxxxx", null, Duration.ofHours(2), null);
  static final Account ACCOUNT = account("yourOrgId");

  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  static final Codes CODES = ShippedCodes.of("enos");

  static final Enos ENOS = new Enos();

  static Account account(String orgId) {
    return new Account(
        "enos1",
        "enos",
        "https://enos.example",
        Map.of("org-id", orgId),
        Map.of("app-key", "theAppKey", "app-secret", "xxxappSecretxxx"));
  }

  static Call call(String name, String key) {
    return call(ACCOUNT, name, key, null);
  }

  static Call call(Account account, String name, String key, String params) {
    JsonNode node = params == null ? null : json(params);
    return new Call(account, name, "/the/path", key, node, TOKEN, NOW, CODES);
  }

  static Call getDevice() {
    return call(Enos.GET_DEVICE, "yourSn");
  }

  static Call allocateDevice() {
    return call(Enos.ALLOCATE_DEVICE, "yourSn");
  }

  static Call getProduct() {
    return call(Enos.GET_PRODUCT, "yourProductKey");
  }

  static Call getToken() {
    return new Call(ACCOUNT, Enos.GET_TOKEN, "/the/path", null, null, null, NOW, CODES);
  }

  /** Reads the way the routes do: bytes into the reply record, and that into a reading. */
  static Reading read(Call call, int status, String json) {
    return ENOS.read(call, new Reply(status, null, content(json)));
  }

  static Reading read(Call call, JsonNode body) {
    return read(call, 200, body.toString());
  }

  static EnosReply content(String json) {
    try {
      return MAPPER.readValue(json, EnosReply.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The return sample of a document, byte for byte. */
  static String sample(String name) {
    try (InputStream in = EnosCases.class.getResourceAsStream(name + ".json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The sample with other members in its data. */
  static JsonNode sampleWith(String name, String dataMembers) {
    ObjectNode body = (ObjectNode) json(sample(name));
    ((ObjectNode) body.get("data")).setAll((ObjectNode) json(dataMembers));
    return body;
  }

  private EnosCases() {}
}
