package dev.muster.vendor.lvcc;

import dev.muster.device.Tariff;
import dev.muster.fault.Fault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Encoding;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Request;
import dev.muster.vendor.Token;
import dev.muster.vendor.TokenRule;
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
  static final String FORM_TYPE = "application/x-www-form-urlencoded";
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
        "parameters." + LvccTokenCall.PATH,
        "parameters." + LvccTokenCall.USER_FIELD,
        "parameters." + LvccTokenCall.PASSWORD_FIELD,
        "parameters." + LvccTokenCall.POINTER,
        "parameters." + LvccTokenCall.LIFE,
        "credentials." + LvccToken.CREDENTIAL,
        "credentials." + LvccToken.FILE_CREDENTIAL,
        "credentials." + LvccTokenCall.USER,
        "credentials." + LvccTokenCall.PASSWORD);
  }

  @Override
  public TokenRule tokenRule(Account account) {
    return LvccTokenCall.rule(account);
  }

  @Override
  public List<String> problems(Account account) {
    List<String> problems = new ArrayList<>(LvccToken.problems(account));
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
    return switch (call.name()) {
      case LvccTokenCall.NAME -> LvccTokenCall.request(call);
      case DEVICE_STATUS -> deviceStatus(call);
      default -> throw new IllegalArgumentException(name() + " has no call " + call.name());
    };
  }

  private static Request deviceStatus(Call call) {
    String token = LvccToken.of(call);
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
    Call known = call.withAccount(LvccToken.known(call.account()));
    if (call.name().equals(LvccTokenCall.NAME)) {
      return token(known, http, reply);
    }
    Fault refusal = LvccRefusals.judge(known, http, reply);
    if (refusal != null) {
      throw refusal;
    }
    if (!Boolean.TRUE.equals(reply.success()) || !reply.device().isObject()) {
      throw LvccRefusals.incomplete(known, http, reply);
    }
    if (LvccDevices.isAnother(call.key(), reply.device())) {
      throw LvccRefusals.another(known, http, reply);
    }
    Tariff tariff = LvccTariffs.tariff(reply);
    return Reading.of(LvccDevices.device(call.key(), reply, tariff != null), tariff, null, null);
  }

  private static Reading token(Call call, Reply http, LvccReply reply) {
    Fault refusal = LvccRefusals.judgeTokenCall(call, http, reply);
    if (refusal != null) {
      throw refusal;
    }
    Token token = LvccTokenCall.token(call.account(), reply);
    if (token == null) {
      throw LvccRefusals.noToken(call, http, reply);
    }
    return Reading.of(token);
  }
}
