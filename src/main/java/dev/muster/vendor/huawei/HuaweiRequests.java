package dev.muster.vendor.huawei;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Encoding;
import dev.muster.vendor.Request;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Huawei's requests: a form to log in, JSON to refresh, a GET for everything else. */
final class HuaweiRequests {
  static final String APP_ID = "app-id";
  static final String SECRET = "secret";
  static final String QUERY_APP_ID = "query-app-id";

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
    Account account = call.account();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("app_key", account.credential(APP_ID));
    headers.put("Authorization", "Bearer " + call.token().access());
    String path = call.path().replace("{deviceId}", Encoding.segment(call.key()));
    String appId = account.parameter(QUERY_APP_ID, null);
    String query = appId == null ? null : Encoding.pairs(Map.of("appId", appId));
    return new Request("GET", path, query, headers, null, null);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private HuaweiRequests() {}
}
