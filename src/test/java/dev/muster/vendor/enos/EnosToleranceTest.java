package dev.muster.vendor.enos;

import static dev.muster.vendor.enos.EnosCases.allocateDevice;
import static dev.muster.vendor.enos.EnosCases.getDevice;
import static dev.muster.vendor.enos.EnosCases.getProduct;
import static dev.muster.vendor.enos.EnosCases.getToken;
import static dev.muster.vendor.enos.EnosCases.json;
import static dev.muster.vendor.enos.EnosCases.read;
import static dev.muster.vendor.enos.EnosCases.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.fault.Fault;
import dev.muster.vendor.Call;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing documented is dropped, no secret is kept, and nothing odd breaks a reading. */
class EnosToleranceTest {
  private static final Set<String> SECRETS =
      Set.of("productSecret", "tokenInUse", "tokenReplacing", "regcode");

  private static final List<String> ODD =
      List.of("null", "{}", "\"x\"", "[]", "-1", "true", "1e400");

  static Stream<Arguments> samples() {
    return Stream.of(
        Arguments.of(getDevice(), "get-device"),
        Arguments.of(allocateDevice(), "allocate-device"),
        Arguments.of(getProduct(), "get-product"));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void keepsEveryFieldOfTheSampleButTheSecrets(Call call, String sample) {
    JsonNode data = json(sample(sample)).get("data");
    JsonNode attributes = attributes(read(call, 200, sample(sample)));

    for (JsonPointer leaf : leaves(data)) {
      if (SECRETS.contains(leaf.last().getMatchingProperty())) {
        assertThat(attributes.at(leaf).isMissingNode()).as("%s", leaf).isTrue();
      } else {
        assertThat(attributes.at(leaf)).as("%s", leaf).isEqualTo(data.at(leaf));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void keepsNoPlantedSecret(Call call, String sample) {
    JsonNode body = json(sample(sample));
    SECRETS.forEach(name -> ((ObjectNode) body.get("data")).put(name, "planted"));
    ObjectNode deep = ((ObjectNode) body.get("data")).putObject("new").putArray("list").addObject();
    SECRETS.forEach(name -> deep.put(name, "planted"));
    Reading reading = read(call, body);

    assertThat(String.valueOf(reading.device()) + reading.product()).doesNotContain("planted");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void readsWhateverStandsWhereAValueIsExpected(Call call, String sample) {
    JsonNode whole = json(sample(sample));
    for (JsonPointer place : nodes(whole)) {
      for (String odd : ODD) {
        JsonNode body = replaced(whole, place, json(odd));
        Reading reading = readOrRefused(call, body);
        boolean mayFail =
            Set.of("", "/code", "/data", "/data/sn", "/data/productKey").contains(place.toString());

        assertThat(reading != null || mayFail).as("%s at %s", odd, place).isTrue();
        if (reading != null && reading.device() != null) {
          for (Step step : Step.values()) {
            EnosCases.ENOS.progress(call, Enos.ALLOCATE, step, reading);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void keepsFieldsThatNoDocumentKnows(Call call, String sample) {
    JsonNode body = json(sample(sample));
    ((ObjectNode) body.get("data")).set("brandNew", json("{\"a\":[1.0,null]}"));

    assertThat(attributes(read(call, body)).get("brandNew")).hasToString("{\"a\":[1.0,null]}");
  }

  @ParameterizedTest
  @MethodSource("oddTokenReplies")
  void neverBreaksOnATokenReply(String body) {
    readOrRefused(getToken(), json(body));
  }

  static Stream<String> oddTokenReplies() {
    JsonNode whole =
        json("{\"status\":0,\"msg\":\"SUCCESS\",\"data\":{\"accessToken\":\"t\",\"expire\":7200}}");
    return nodes(whole).stream()
        .flatMap(place -> ODD.stream().map(odd -> replaced(whole, place, json(odd)).toString()));
  }

  private static JsonNode attributes(Reading reading) {
    return reading.device() != null
        ? reading.device().attributes()
        : reading.product().attributes();
  }

  private static Reading readOrRefused(Call call, JsonNode body) {
    try {
      return read(call, body);
    } catch (Fault expected) {
      return null;
    }
  }

  private static List<JsonPointer> leaves(JsonNode node) {
    return nodes(node).stream().filter(place -> node.at(place).isEmpty()).toList();
  }

  private static List<JsonPointer> nodes(JsonNode node) {
    List<JsonPointer> found = new ArrayList<>();
    collect(node, JsonPointer.empty(), found);
    return found;
  }

  private static void collect(JsonNode node, JsonPointer at, List<JsonPointer> found) {
    found.add(at);
    node.properties().forEach(m -> collect(m.getValue(), at.appendProperty(m.getKey()), found));
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        collect(array.get(i), at.appendIndex(i), found);
      }
    }
  }

  private static JsonNode replaced(JsonNode whole, JsonPointer place, JsonNode value) {
    if (place.matches()) {
      return value;
    }
    JsonNode copy = whole.deepCopy();
    JsonNode parent = copy.at(place.head());
    if (parent instanceof ArrayNode array) {
      array.set(place.last().getMatchingIndex(), value);
    } else {
      ((ObjectNode) parent).set(place.last().getMatchingProperty(), value);
    }
    return copy;
  }
}
