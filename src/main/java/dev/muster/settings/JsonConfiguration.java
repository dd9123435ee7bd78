package dev.muster.settings;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The one mapper for everything, Camel's data format included: unknown fields pass, 1.0 stays 1.0,
 * and nothing may follow the document.
 */
@Configuration(proxyBeanMethods = false)
class JsonConfiguration {
  /**
   * A vendor's reply nests five deep; a reply that nests deeper than this is refused before it
   * costs a stack.
   */
  private static final int MAX_NESTING = 200;

  /**
   * Names, values and brackets of one document; a token becomes some 50 bytes of heap. A device has
   * some hundred.
   */
  private static final long MAX_TOKENS = 100_000;

  @Bean
  ObjectMapper objectMapper() {
    JsonMapper mapper =
        JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_NESTING)
                .maxTokenCount(MAX_TOKENS)
                .build());
    return mapper;
  }
}
