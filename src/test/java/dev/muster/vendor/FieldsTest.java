package dev.muster.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.support.Json;
import java.math.BigDecimal;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  private static JsonNode a(String value) {
    return Json.tree("{\"a\":" + value + "}");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"x\"',x",
    "1,1",
    "1.0,1.0",
    "1.50,1.50",
    "1e3,1000",
    "true,true",
    "'\"11\"',11",
    "1e999999999,1E+999999999"
  })
  void readsScalarsAsTextAsTheyWereSent(String json, String text) {
    assertThat(Fields.text(a(json), "a")).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"\"", "\" \"", "{}", "[]", "{\"a\":1}"})
  void readsWhatIsNoScalarOrBlankAsAbsent(String json) {
    assertThat(Fields.text(a(json), "a")).isNull();
    assertThat(Fields.bool(a(json), "a")).isNull();
    assertThat(Fields.decimal(a(json), "a")).isNull();
    assertThat(Fields.integer(a(json), "a")).isNull();
    assertThat(Fields.epochMillis(a(json), "a")).isNull();
  }

  @Test
  void readsAFieldOfWhatIsNoObjectAsAbsent() {
    assertThat(Fields.text(null, "a")).isNull();
    assertThat(Fields.text(MissingNode.getInstance(), "a")).isNull();
    assertThat(Fields.text(Json.tree("[1]"), "a")).isNull();
    assertThat(Fields.text(Json.tree("\"a\""), "a")).isNull();
    assertThat(Fields.container(null, "a")).isNull();
    assertThat(Fields.container(a("1"), "a")).isNull();
    assertThat(Fields.container(a("[1]"), "a")).isEqualTo(Json.tree("[1]"));
  }

  @Test
  void readsBooleansAlsoFromText() {
    assertThat(Fields.bool(a("true"), "a")).isTrue();
    assertThat(Fields.bool(a("\"FALSE\""), "a")).isFalse();
    assertThat(Fields.bool(a("1"), "a")).isNull();
    assertThat(Fields.bool(a("\"*******\""), "a")).isNull();
  }

  @Test
  void readsNumbersAlsoFromText() {
    assertThat(Fields.decimal(a("\" 1.23 \""), "a")).isEqualTo(new BigDecimal("1.23"));
    assertThat(Fields.decimal(a("\"-1.5E-3\""), "a")).isEqualTo(new BigDecimal("-0.0015"));
    assertThat(Fields.decimal(a("\"+2e1\""), "a")).isEqualByComparingTo("20");
    assertThat(Fields.integer(a("\"\\t\u0661\""), "a")).as("an Arabic one").isEqualTo(1);
    assertThat(Fields.integer(a("10.0"), "a")).isEqualTo(10);
    assertThat(Fields.integer(a("1.5"), "a")).isNull();
    assertThat(Fields.integer(a("3000000000"), "a")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "-1e-999999999",
        "\"1e2147483647\"",
        "\"10e2147483647\"",
        "\"1e-2147483647\"",
        "\"NaN\"",
        "\"x\""
      })
  void takesNoNumberThatWouldFillTheMemory(String json) {
    assertThat(Fields.decimal(a(json), "a")).isNull();
    assertThat(Fields.integer(a(json), "a")).isNull();
    assertThat(Fields.epochMillis(a(json), "a")).isNull();
  }

  @Test
  void readsEpochMillisecondsAsUtc() {
    Instant expected = Instant.parse("2018-10-25T09:03:21Z");
    assertThat(Fields.epochMillis(a("1540458201000"), "a")).isEqualTo(expected);
    assertThat(Fields.epochMillis(a("\"1540458201000\""), "a")).isEqualTo(expected);
    assertThat(Fields.epochMillis(a("0"), "a")).isNull();
    assertThat(Fields.epochMillis(a("-5"), "a")).isNull();
    assertThat(Fields.epochMillis(a("99999999999999999"), "a")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1540458201",
    "'\"1540458201\"'",
    "'\"2018-10-25T09:03:21Z\"'",
    "'\"2018-10-25t17:03:21.000+08:00\"'",
    "'\"2018-10-25T17:03:21+0800\"'",
    "'\" 2018-10-25T17:03:21+08 \"'",
    "'\"20181025T090321Z\"'"
  })
  void readsSecondsAndTextsThatCanOnlyBeTimesToo(String json) {
    assertThat(Fields.epochMillis(a(json), "a")).isEqualTo(Instant.parse("2018-10-25T09:03:21Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"2018-10-25T09:03:21\"",
        "\"2018-10-25\"",
        "\"1969-10-25T09:03:21Z\"",
        "\"+10000-10-25T09:03:21Z\"",
        "\"2018-13-25T09:03:21Z\"",
        "\"Z\"",
        "1540458201.5",
        "-1540458201000"
      })
  void guessesNoTime(String json) {
    assertThat(Fields.epochMillis(a(json), "a")).isNull();
  }
}
