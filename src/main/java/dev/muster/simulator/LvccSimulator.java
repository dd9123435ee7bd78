package dev.muster.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
public final class LvccSimulator implements SimulatedVendor {
  /** Name of the call that asks for a device. */
  public static final String STATUS = "status";

  /** Name of the call that gives a token out. */
  public static final String TOKEN = "token";

  /** What a key asked for by QR code starts with in the arrival log. */
  public static final String BY_QR_CODE = "qcode:";

  private static final String PATH = "/deviceStatus";
  private static final String BAD_TOKEN = "10001";
  private static final String FAILED = "-1";

  private final Inventory devices = new Inventory();
  private final Map<String, String> simIdByQrCode = new ConcurrentHashMap<>();
  private final Map<String, String> passwords = new ConcurrentHashMap<>();
  private final Map<String, Long> tokenExpiryNanos = new ConcurrentHashMap<>();
  private final SlidingWindow window = new SlidingWindow();
  private volatile LvccSettings settings = LvccSettings.DEFAULT;

  LvccSimulator() {}

  /** The devices by {@code simId}, each as the whole {@code data} of its reply. */
  public Inventory devices() {
    return devices;
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
    addToken(token, Duration.ofMillis(settings.tokenLifeMillis()));
  }

  /** Makes a token known that lives this long from now on. */
  public void addToken(String token, Duration life) {
    tokenExpiryNanos.put(token, System.nanoTime() + life.toNanos());
  }

  @Override
  public LvccSettings settings() {
    return settings;
  }

  /** Replaces the settings. */
  public void settings(LvccSettings replacement) {
    settings = replacement;
  }

  @Override
  public CallIdentity identify(Incoming in) {
    Map<String, String> form = in.form();
    if (in.path().equals(settings.tokenPath())) {
      return new CallIdentity(TOKEN, "", form.getOrDefault(settings.userField(), ""));
    }
    String deviceId = form.getOrDefault("deviceId", "");
    String qcode = form.getOrDefault("qcode", "");
    String byCode = qcode.isEmpty() ? "" : BY_QR_CODE + qcode;
    String call = in.path().equals(PATH) ? STATUS : CallIdentity.UNKNOWN_CALL;
    return new CallIdentity(call, deviceId.isEmpty() ? byCode : deviceId, token(in, form));
  }

  private String token(Incoming in, Map<String, String> form) {
    String inForm = form.getOrDefault("token", "");
    return switch (settings.tokenIn()) {
      case "form" -> inForm;
      case "header" -> in.header("token");
      default -> inForm.isEmpty() ? in.header("token") : inForm;
    };
  }

  @Override
  public Optional<Answer> throttle(Incoming in, CallIdentity identity) {
    LvccSettings s = settings;
    return window.admit(in.ip(), s.limit(), in.nanos())
        ? Optional.empty()
        : Optional.of(
            refuse(identity, s.throttleStatus(), s.throttleCode(), s.throttleText())
                .withOutcome(Answer.THROTTLED));
  }

  @Override
  public Answer act(Incoming in, CallIdentity identity, Disturbance disturbance) {
    if (identity.call().equals(CallIdentity.UNKNOWN_CALL)) {
      return refuse(identity, 404, FAILED, "Not Found");
    }
    if (!in.method().equals("POST") || !in.isForm()) {
      return refuse(identity, 405, FAILED, "请求方式不支持");
    }
    return identity.call().equals(TOKEN) ? give(in, identity) : status(identity);
  }

  private Answer give(Incoming in, CallIdentity identity) {
    String password = in.form().getOrDefault(settings.passwordField(), "");
    if (!password.equals(passwords.get(identity.account()))) {
      return refuse(identity, 200, FAILED, "用户名或密码错误");
    }
    String token = UUID.randomUUID().toString().replace("-", "");
    addToken(token);
    ObjectNode reply = Json.object().put("success", true);
    reply.putObject("data").put(settings.tokenField(), token);
    return Answer.ok(Json.bytes(reply));
  }

  private Answer status(CallIdentity identity) {
    if (!known(identity.account())) {
      return refuse(identity, 200, BAD_TOKEN, "token失效,请重新获取");
    }
    if (identity.key().isEmpty()) {
      return refuse(identity, 200, FAILED, "deviceId与qcode二者必传一个");
    }
    return devices
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
  public Answer refuse(CallIdentity identity, int status, String code, String message) {
    ObjectNode reply = Json.object();
    reply.put("code", code).put("error", message).put("success", false);
    return Answer.json(status, Json.bytes(reply), code);
  }

  @Override
  public byte[] malformed(byte[] good) {
    return Samples.LVCC_MISSING_COMMA.clone();
  }

  @Override
  public Map<String, Inventory> inventories() {
    return Map.of("device", devices);
  }

  @Override
  public void changeSettings(ObjectNode changes) {
    settings = Json.with(settings, changes, LvccSettings.class);
  }

  @Override
  public void addAccount(ObjectNode account) {
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
  public void clear() {
    devices.clear();
    simIdByQrCode.clear();
    tokenExpiryNanos.clear();
    passwords.clear();
    window.clear();
    settings = LvccSettings.DEFAULT;
  }
}
