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
import org.springframework.core.io.ClassPathResource;

/** The simulator's own JSON: decimals exact, so that 1.0 goes out as it came in. */
public final class Json {
  /** Reads and writes all of it. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  /** An empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The JSON text of a value. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The object these bytes hold; empty when they hold anything else. */
  public static Optional<ObjectNode> read(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The object these bytes hold. */
  public static ObjectNode require(byte[] bytes) {
    return read(bytes).orElseThrow(() -> new IllegalArgumentException("a JSON object is needed"));
  }

  /** A text member of the object these bytes hold; "" when there is none. */
  public static String text(byte[] bytes, String member) {
    return read(bytes).map(object -> object.path(member).asText()).orElse("");
  }

  /** A document's sample reply, as it is printed there. */
  public static byte[] sample(Class<?> beside, String file) {
    try {
      return new ClassPathResource(file, beside).getContentAsByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The {@code data} member of a sample; a fresh copy at each call. */
  public static ObjectNode data(byte[] sample) {
    return (ObjectNode) require(sample).get("data");
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

  /** A copy of a record with some of its members replaced. */
  static Object with(Object base, ObjectNode changes) {
    return MAPPER.convertValue(merge(MAPPER.valueToTree(base), changes), base.getClass());
  }

  private Json() {}
}
