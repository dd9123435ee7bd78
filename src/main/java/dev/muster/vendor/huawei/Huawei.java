package dev.muster.vendor.huawei;

import dev.muster.fault.Fault;
import dev.muster.vendor.Account;
import dev.muster.vendor.Call;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Request;
import dev.muster.vendor.Token;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Huawei's IoT platform: reads whether a device has been activated, and lists devices. A key is the
 * platform's deviceId.
 */
@Component
public class Huawei implements Vendor {
  static final String LOGIN = "login";
  static final String REFRESH_TOKEN = "refresh-token";
  static final String ACTIVATION_STATUS = "activation-status";
  static final String LIST_DEVICES = "list-devices";

  /**
   * A twelfth of a token's hour: longer than any call, its retries and a slow renewal take
   * together, so that no call leaves with a token that ends on its way.
   */
  private static final Duration RENEW_AHEAD = Duration.ofMinutes(5);

  private static final Map<String, String> NEEDED =
      Map.of(
          "credentials." + HuaweiRequests.APP_ID, "the application's id on Huawei's platform",
          "credentials." + HuaweiRequests.SECRET, "the application's secret");

  /** Hexadecimal digits: enough to tell a company's applications apart. */
  private static final int QUOTA_DIGITS = 8;

  @Override
  public String name() {
    return "huawei";
  }

  @Override
  public Map<String, String> resources() {
    return Map.of("device", ACTIVATION_STATUS);
  }

  @Override
  public Map<String, String> lists() {
    return Map.of("device", LIST_DEVICES);
  }

  @Override
  public TokenRule tokenRule(Account account) {
    return new TokenRule(LOGIN, REFRESH_TOKEN, RENEW_AHEAD, true);
  }

  @Override
  public boolean keyInPath() {
    return true;
  }

  @Override
  public List<String> keys() {
    return List.of(
        "parameters." + HuaweiRequests.QUERY_APP_ID,
        "parameters." + HuaweiRequests.LIST_FILTER,
        "credentials." + HuaweiRequests.APP_ID,
        "credentials." + HuaweiRequests.SECRET);
  }

  @Override
  public List<String> problems(Account account) {
    List<String> problems = new ArrayList<>(account.missing(NEEDED));
    HuaweiRequests.filterProblem(account).ifPresent(problems::add);
    return problems;
  }

  /**
   * Hashed, because the name of a quota is shown in reports, and the app id is kept with the
   * secrets.
   */
  @Override
  public String quota(Account account, String egress) {
    String appId = String.valueOf(account.credential(HuaweiRequests.APP_ID));
    return name() + "-" + sha256(appId).substring(0, QUOTA_DIGITS);
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException neverHappens) {
      throw new IllegalStateException("every Java platform has SHA-256", neverHappens);
    }
  }

  @Override
  public String quotaScope() {
    return "app";
  }

  @Override
  public Request request(Call call) {
    return switch (call.name()) {
      case LOGIN -> HuaweiRequests.login(call);
      case REFRESH_TOKEN -> HuaweiRequests.refresh(call);
      case ACTIVATION_STATUS -> HuaweiRequests.activationStatus(call);
      case LIST_DEVICES -> HuaweiRequests.listDevices(call);
      default -> throw new IllegalArgumentException(name() + " has no call " + call.name());
    };
  }

  @Override
  public Reading read(Call call, Reply http) {
    HuaweiReply reply = http.content() instanceof HuaweiReply read ? read : new HuaweiReply(null);
    Fault refusal = HuaweiRefusals.judge(call, http, reply);
    if (refusal != null) {
      throw refusal;
    }
    return switch (call.name()) {
      case ACTIVATION_STATUS -> device(call, http, reply);
      case LIST_DEVICES -> devices(call, http, reply);
      default -> token(call, http, reply);
    };
  }

  private static Reading devices(Call call, Reply http, HuaweiReply reply) {
    if (reply.devices() == null) {
      throw HuaweiRefusals.incomplete(call, http, reply, "Huawei's reply holds no list of devices");
    }
    return Reading.of(HuaweiDevices.page(reply), null);
  }

  private static Reading device(Call call, Reply http, HuaweiReply reply) {
    if (reply.deviceId() == null && reply.activatedWord() == null) {
      throw HuaweiRefusals.incomplete(call, http, reply, "Huawei's reply shows no device");
    }
    if (reply.deviceId() != null && !reply.deviceId().equals(call.key())) {
      throw HuaweiRefusals.another(call, http, reply);
    }
    return Reading.of(HuaweiDevices.device(call.key(), reply), HuaweiDevices.ACTIVATION);
  }

  private static Reading token(Call call, Reply http, HuaweiReply reply) {
    Token token = HuaweiTokens.token(reply);
    if (token == null) {
      throw HuaweiRefusals.incomplete(call, http, reply, "Huawei's reply holds no token");
    }
    return Reading.of(token);
  }
}
