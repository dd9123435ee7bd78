package dev.muster.vendor.lvcc;

import dev.muster.device.Tariff;
import dev.muster.fault.Fault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Encoding;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Request;
import dev.muster.vendor.Vendor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * LvCC: reads a device with its sockets and price standard. A key is the device's IMEI or simId, or
 * {@code qcode:} and the code printed on it.
 */
@Component
public class Lvcc implements Vendor {
  private static final String DEVICE_STATUS = "device-status";
  private static final String QCODE = "qcode:";
  private static final String FORM_TYPE = "application/x-www-form-urlencoded";
  private static final String TOKEN = "token";
  private static final String TOKEN_IN = "token-in";
  private static final String FORM = "form";
  private static final String HEADER = "header";

  @Override
  public String name() {
    return "lvcc";
  }

  @Override
  public Map<String, String> resources() {
    return Map.of("device", DEVICE_STATUS);
  }

  @Override
  public List<String> keys() {
    return List.of(
        "parameters." + TOKEN_IN,
        "parameters." + LvccRefusals.THROTTLE_TEXTS,
        "parameters." + LvccRefusals.RETRY_TEXTS,
        "credentials." + LvccToken.CREDENTIAL,
        "credentials." + LvccToken.FILE_CREDENTIAL);
  }

  @Override
  public List<String> problems(Account account) {
    List<String> problems = new ArrayList<>();
    boolean token = account.credential(LvccToken.CREDENTIAL) != null;
    boolean file = account.credential(LvccToken.FILE_CREDENTIAL) != null;
    if (!token && !file) {
      problems.add(
          "credentials.token is missing: put LvCC's token there, or name a file that holds it under"
              + " credentials.token-file");
    } else if (token && file) {
      problems.add("credentials has both token and token-file: keep the one that is meant");
    } else if (file && LvccToken.fromFile(account) == null) {
      problems.add(
          "credentials.token-file names a file that cannot be read or is empty: put LvCC's token into"
              + " it");
    }
    if (!List.of(FORM, HEADER).contains(account.parameter(TOKEN_IN, FORM))) {
      problems.add("parameters.token-in must be 'form' or 'header': say how LvCC takes the token");
    }
    return problems;
  }

  @Override
  public String quota(Account account, String egress) {
    return name() + "@" + egress;
  }

  @Override
  public String quotaScope() {
    return "egress";
  }

  @Override
  public Request request(Call call) {
    String token = LvccToken.of(call.account());
    Map<String, String> headers = new LinkedHashMap<>();
    Map<String, String> form = new LinkedHashMap<>();
    (call.account().parameter(TOKEN_IN, FORM).equals(HEADER) ? headers : form).put(TOKEN, token);
    if (call.key().startsWith(QCODE)) {
      form.put("qcode", call.key().substring(QCODE.length()));
    } else {
      form.put("deviceId", call.key());
    }
    byte[] body = Encoding.pairs(form).getBytes(StandardCharsets.UTF_8);
    return new Request("POST", call.path(), null, headers, FORM_TYPE, body);
  }

  @Override
  public Reading read(Call call, Reply http) {
    LvccReply reply = http.content() instanceof LvccReply read ? read : new LvccReply(null);
    Account account = LvccToken.known(call.account());
    Fault refusal = LvccRefusals.judge(account, http, reply);
    if (refusal != null) {
      throw refusal;
    }
    // No comparison with the key: LvCC's ids have two forms, and either may answer for the other.
    if (!Boolean.TRUE.equals(reply.success()) || !reply.device().isObject()) {
      throw LvccRefusals.incomplete(account, http, reply);
    }
    Tariff tariff = LvccTariffs.tariff(reply);
    return Reading.of(LvccDevices.device(call.key(), reply, tariff != null), tariff, null, null);
  }
}
