package dev.muster.simulator.lvcc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Answer;
import dev.muster.simulator.CallIdentity;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Incoming;
import dev.muster.simulator.Json;
import dev.muster.simulator.SimulatedVendor;
import dev.muster.simulator.Simulator;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * LvCC: {@code POST /deviceStatus}, form-encoded, with a token that was made known or given out for
 * a user's password; a limit per source address over both calls.
 */
public final class LvccSimulator extends SimulatedVendor<LvccSettings> {
  /** First part of its path. */
  public static final String NAME = "lvcc";

  /** Name of the call that asks for a device. */
  public static final String STATUS = "status";

  /** Name of the call that gives a token out. */
  public static final String TOKEN = "token";

  /** In the arrival log, a key asked for by QR code begins with this. */
  public static final String BY_QR_CODE = "qcode:";

  private static final String PATH = "/deviceStatus";
  private static final String BAD_TOKEN = "10001";
  private static final String FAILED = "-1";

  private final Map<String, String> simIdByQrCode = new ConcurrentHashMap<>();
  private final Map<String, String> passwords = new ConcurrentHashMap<>();
  private final Map<String, Long> tokenExpiryNanos = new ConcurrentHashMap<>();

  LvccSimulator() {
    super(NAME, LvccSettings.DEFAULT, LvccDemo.SHOWN);
  }

  /** Makes a device known by its QR code too. */
  public void qrCode(String qcode, String simId) {
    simIdByQrCode.put(qcode, simId);
  }

  /** Makes a user known, who may get tokens. */
  public void addUser(String user, String password) {
    passwords.put(user, password);
  }

  /** Makes a token known; it lives as long as the settings say from now on. */
  public void addToken(String token) {
    addToken(token, Duration.ofMillis(settings().tokenLifeMillis()));
  }

  /** Makes a token known that lives this long from now on. */
  public void addToken(String token, Duration life) {
    tokenExpiryNanos.put(token, System.nanoTime() + life.toNanos());
  }

  @Override
  protected CallIdentity identify(Incoming in) {
    Map<String, String> form = in.form();
    if (in.path().equals(settings().tokenPath())) {
      return new CallIdentity(TOKEN, "", form.getOrDefault(settings().userField(), ""));
    }
    String deviceId = form.getOrDefault("deviceId", "");
    String qcode = form.getOrDefault("qcode", "");
    String byCode = qcode.isEmpty() ? "" : BY_QR_CODE + qcode;
    String call = in.path().equals(PATH) ? STATUS : CallIdentity.UNKNOWN_CALL;
    return new CallIdentity(call, deviceId.isEmpty() ? byCode : deviceId, token(in, form));
  }

  private String token(Incoming in, Map<String, String> form) {
    String inForm = form.getOrDefault("token", "");
    return switch (settings().tokenIn()) {
      case "form" -> inForm;
      case "header" -> in.header("token");
      default -> inForm.isEmpty() ? in.header("token") : inForm;
    };
  }

  @Override
  protected Optional<String> countedFor(Incoming in, CallIdentity identity) {
    return Optional.of(in.ip());
  }

  @Override
  protected Answer tooMany(CallIdentity identity) {
    LvccSettings s = settings();
    return refuse(identity, s.throttleStatus(), s.throttleCode(), s.throttleText());
  }

  @Override
  protected Answer act(Incoming in, CallIdentity identity, Disturbance disturbance) {
    if (identity.call().equals(CallIdentity.UNKNOWN_CALL)) {
      return refuse(identity, 404, FAILED, "Not Found");
    }
    if (!in.method().equals("POST") || !in.isForm()) {
      return refuse(identity, 405, FAILED, "请求方式不支持");
    }
    return identity.call().equals(TOKEN) ? give(in, identity) : status(identity);
  }

  private Answer give(Incoming in, CallIdentity identity) {
    String password = in.form().getOrDefault(settings().passwordField(), "");
    if (!password.equals(passwords.get(identity.account()))) {
      return refuse(identity, 200, FAILED, "用户名或密码错误");
    }
    String token = UUID.randomUUID().toString().replace("-", "");
    addToken(token);
    ObjectNode reply = Json.object().put("success", true);
    reply.putObject("data").put(settings().tokenField(), token);
    return Answer.ok(Json.bytes(reply));
  }

  private Answer status(CallIdentity identity) {
    if (!known(identity.account())) {
      return refuse(identity, 200, BAD_TOKEN, "token失效,请重新获取");
    }
    if (identity.key().isEmpty()) {
      return refuse(identity, 200, FAILED, "deviceId与qcode二者必传一个");
    }
    return devices()
        .text(simId(identity.key()), 0)
        .map(data -> Answer.wrap("{\"data\":", data, ",\"success\":true}"))
        .orElseGet(() -> refuse(identity, 200, FAILED, unknownText(identity.key())));
  }

  private boolean known(String token) {
    Long expiry = tokenExpiryNanos.get(token);
    return expiry != null && expiry - System.nanoTime() > 0;
  }

  private String simId(String key) {
    return key.startsWith(BY_QR_CODE)
        ? simIdByQrCode.getOrDefault(key.substring(BY_QR_CODE.length()), "")
        : key;
  }

  /** The same code comes with different texts, as "call instructions" shows. */
  private static String unknownText(String key) {
    return key.hashCode() % 2 == 0 ? "查询无数据" : "设备不存在";
  }

  @Override
  protected Answer refuse(CallIdentity identity, int status, String code, String message) {
    ObjectNode reply = Json.object();
    reply.put("code", code).put("error", message).put("success", false);
    return Answer.json(status, Json.bytes(reply), code);
  }

  @Override
  protected byte[] malformed(byte[] good) {
    return LvccSamples.MISSING_COMMA.clone();
  }

  @Override
  protected void addAccount(ObjectNode account) {
    if (account.has("user")) {
      addUser(account.path("user").asText(), account.path("password").asText());
    } else {
      addToken(account.path("token").asText());
    }
  }

  @Override
  public void expireTokens() {
    tokenExpiryNanos.replaceAll(
        (token, expiry) -> System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(1));
  }

  @Override
  protected void demonstrate(Simulator simulator) {
    LvccDemo.fill(this, simulator);
  }

  @Override
  protected void clear() {
    super.clear();
    simIdByQrCode.clear();
    tokenExpiryNanos.clear();
    passwords.clear();
  }
}
