package dev.muster.vendor.huawei;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Encoding;
import dev.muster.vendor.Request;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Huawei's requests: a form to log in, JSON to refresh, a GET for everything else. */
final class HuaweiRequests {
  static final String APP_ID = "app-id";
  static final String SECRET = "secret";
  static final String QUERY_APP_ID = "query-app-id";
  static final String LIST_FILTER = "list-filter";

  /** Huawei document 'Querying Batch Device Info': what its query may ask for beside the page. */
  private static final Set<String> FILTERS =
      Set.of("gatewayId", "nodeType", "deviceType", "location", "name", "status");

  /** Of startTime and endTime, UTC, in the same document. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json";

  static Request login(Call call) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("appId", call.account().credential(APP_ID));
    form.put("secret", call.account().credential(SECRET));
    return new Request("POST", call.path(), null, Map.of(), FORM, utf8(Encoding.pairs(form)));
  }

  static Request refresh(Call call) {
    String body =
        JsonNodeFactory.instance
            .objectNode()
            .put("appId", call.account().credential(APP_ID))
            .put("secret", call.account().credential(SECRET))
            .put("refreshToken", call.token().refresh())
            .toString();
    return new Request("POST", call.path(), null, Map.of(), JSON, utf8(body));
  }

  static Request activationStatus(Call call) {
    String path = call.path().replace("{deviceId}", Encoding.segment(call.key()));
    return get(call, path, new LinkedHashMap<>());
  }

  static Request listDevices(Call call) {
    JsonNode what = call.params() == null ? MissingNode.getInstance() : call.params();
    Map<String, String> query = new LinkedHashMap<>();
    query.put("pageNo", what.path("page").asText("0"));
    query.put("pageSize", what.path("size").asText("1"));
    query.put("sort", "ASC");
    if (what.has("from")) {
      query.put("startTime", TIME.format(Instant.ofEpochMilli(what.get("from").asLong())));
    }
    if (what.has("until")) {
      // The whole second: what was registered in it a moment before is meant too.
      query.put("endTime", TIME.format(Instant.ofEpochMilli(what.get("until").asLong() + 999)));
    }
    query.putAll(filter(call.account()));
    return get(call, call.path(), query);
  }

  private static Request get(Call call, String path, Map<String, String> query) {
    Account account = call.account();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("app_key", account.credential(APP_ID));
    headers.put("Authorization", "Bearer " + call.token().access());
    String appId = account.parameter(QUERY_APP_ID, null);
    if (appId != null) {
      query.put("appId", appId);
    }
    return new Request(
        "GET", path, query.isEmpty() ? null : Encoding.pairs(query), headers, null, null);
  }

  private static Map<String, String> filter(Account account) {
    Map<String, String> filter = new LinkedHashMap<>();
    for (String pair : account.parameter(LIST_FILTER, "").split("&")) {
      String[] parts = pair.split("=", 2);
      if (parts.length == 2) {
        filter.put(parts[0].strip(), parts[1].strip());
      }
    }
    return filter;
  }

  static Optional<String> filterProblem(Account account) {
    String given = account.parameter(LIST_FILTER, "");
    boolean wrong =
        !given.isEmpty()
            && (given.split("&").length != filter(account).size()
                || !FILTERS.containsAll(filter(account).keySet()));
    return wrong
        ? Optional.of(
            "parameters.%s is no filter: put pairs such as nodeType=ENDPOINT&status=ONLINE there, of %s"
                .formatted(LIST_FILTER, String.join(", ", new TreeSet<>(FILTERS))))
        : Optional.empty();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private HuaweiRequests() {}
}
