package dev.muster.vendor.enos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Encoding;
import dev.muster.vendor.Request;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The exact bytes of each call. What is signed is what is sent. */
final class EnosRequests {
  private static final String JSON = "application/json";

  /** Decimals keep the digits they were written with: 1.0 stays 1.0, 0.0000001 stays as it is. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  /**
   * EnOS document 'Search DPS Device': an expression is required. How it says "all" is not
   * documented; {@code parameters.list-expression} takes its place.
   */
  private static final String ALL = "createTime >= 0";

  private final EnosTimestamps timestamps = new EnosTimestamps();

  Request of(Call call) {
    return switch (call.name()) {
      case Enos.GET_TOKEN -> token(call);
      case Enos.GET_DEVICE -> signed(call, "GET", query(call, "get", "sn"), null);
      case Enos.GET_PRODUCT -> signed(call, "GET", query(call, "get", "productKey"), null);
      case Enos.ALLOCATE_DEVICE ->
          signed(call, "POST", query(call, "allocate", null), bytes(allocation(call)));
      case Enos.SEARCH_DEVICES ->
          signed(call, "POST", query(call, "search", null), bytes(deviceSearch(call)));
      case Enos.SEARCH_PRODUCTS ->
          signed(call, "POST", query(call, "search", null), bytes(page(call)));
      default -> throw new IllegalArgumentException("EnOS has no call " + call.name());
    };
  }

  private Request token(Call call) {
    Account account = call.account();
    String appKey = account.credential(Enos.APP_KEY);
    long timestamp = timestamps.next(appKey, call.now());
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("appKey", appKey);
    body.put("timestamp", timestamp);
    body.put(
        "encryption",
        EnosSignature.ofTokenCall(appKey, timestamp, account.credential(Enos.APP_SECRET)));
    return new Request("POST", call.path(), null, Map.of(), JSON, bytes(body));
  }

  private static Request signed(Call call, String method, Map<String, String> query, byte[] body) {
    String accessToken = Objects.requireNonNull(call.token(), "the call needs a token").access();
    long timestamp = call.now().toEpochMilli();
    String appSecret = call.account().credential(Enos.APP_SECRET);
    Map<String, String> headers =
        Map.of(
            "apim-accesstoken", accessToken,
            "apim-timestamp", Long.toString(timestamp),
            "apim-signature", EnosSignature.ofCall(accessToken, query, body, timestamp, appSecret));
    return new Request(
        method, call.path(), Encoding.pairs(query), headers, body == null ? null : JSON, body);
  }

  private static Map<String, String> query(Call call, String action, String keyName) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("action", action);
    query.put("orgId", call.account().parameter(Enos.ORG_ID, null));
    if (keyName != null) {
      query.put(keyName, call.key());
    }
    return query;
  }

  /** The window's end stays, so that devices created meanwhile move no page. */
  private static ObjectNode deviceSearch(Call call) {
    JsonNode what = what(call);
    StringBuilder expression =
        new StringBuilder(call.account().parameter(Enos.LIST_EXPRESSION, ALL));
    if (what.has("from")) {
      expression.append(" and createTime >= ").append(what.get("from").asLong());
    }
    if (what.has("until")) {
      expression.append(" and createTime <= ").append(what.get("until").asLong());
    }
    ObjectNode body = page(call);
    body.put("expression", expression.toString());
    body.withObject("/pagination")
        .putArray("sorters")
        .addObject()
        .put("field", "createTime")
        .put("order", "ASC");
    return body;
  }

  /** EnOS counts pages from 1. */
  private static ObjectNode page(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("pagination")
        .put("pageNo", what(call).path("page").asInt() + 1)
        .put("pageSize", what(call).path("size").asInt(1));
    return body;
  }

  private static JsonNode what(Call call) {
    return call.params() == null ? MissingNode.getInstance() : call.params();
  }

  private static ObjectNode allocation(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("sn", call.key());
    if (call.params() != null && !call.params().isEmpty()) {
      body.set("deviceData", call.params());
    }
    return body;
  }

  private static byte[] bytes(JsonNode body) {
    try {
      return MAPPER.writeValueAsBytes(body);
    } catch (JsonProcessingException notWritable) {
      throw new UncheckedIOException(notWritable);
    }
  }
}
