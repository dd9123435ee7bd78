package dev.muster.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingTest {

  @ParameterizedTest
  @CsvSource({
    "abcXYZ019-._~,abcXYZ019-._~",
    "a b,a%20b",
    "+,%2B",
    "*,%2A",
    "/?#&=,%2F%3F%23%26%3D",
    "%2F,%252F",
    "中,%E4%B8%AD",
    "😀,%F0%9F%98%80"
  })
  void encodesEverythingButUnreservedCharacters(String value, String encoded) {
    assertThat(Encoding.percent(value)).isEqualTo(encoded);
  }

  @ParameterizedTest
  @CsvSource({".,%2E", "..,%2E%2E", "...,...", "a.b,a.b", "../x,..%2Fx"})
  void neverLetsASegmentStepThroughThePath(String value, String encoded) {
    assertThat(Encoding.segment(value)).isEqualTo(encoded);
  }

  @Test
  void joinsPairsInTheirOrder() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("token", "a+/=&");
    values.put("b", "");
    assertThat(Encoding.pairs(values)).isEqualTo("token=a%2B%2F%3D%26&b=");
    assertThat(Encoding.pairs(Map.of())).isEmpty();
  }
}
