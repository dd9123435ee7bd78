package dev.muster.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** The simulator's own JSON: decimals exact, so that 1.0 goes out as it came in. */
final class Json {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The object these bytes hold; empty when they hold anything else. */
  static Optional<ObjectNode> read(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The object these bytes hold. */
  static ObjectNode require(byte[] bytes) {
    return read(bytes).orElseThrow(() -> new IllegalArgumentException("a JSON object is needed"));
  }

  /** Lays changes over a value: objects member by member, anything else is replaced. */
  static ObjectNode merge(ObjectNode base, ObjectNode changes) {
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      if (change.getValue() instanceof ObjectNode inner
          && base.get(change.getKey()) instanceof ObjectNode present) {
        merge(present, inner);
      } else {
        base.set(change.getKey(), change.getValue());
      }
    }
    return base;
  }

  /** A copy of a settings record with some of its members replaced. */
  static <T> T with(T settings, ObjectNode changes, Class<T> type) {
    return MAPPER.convertValue(merge(MAPPER.valueToTree(settings), changes), type);
  }

  private Json() {}
}
