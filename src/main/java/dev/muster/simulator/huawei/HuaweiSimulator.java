package dev.muster.simulator.huawei;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.Answer;
import dev.muster.simulator.CallIdentity;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Incoming;
import dev.muster.simulator.Json;
import dev.muster.simulator.SimulatedVendor;
import dev.muster.simulator.Simulator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Huawei IoT platform, northbound API: login, refresh, "Querying Device Activation Status",
 * "Querying Batch Device Info". Of all tokens given to an application only the last one is valid.
 */
public final class HuaweiSimulator extends SimulatedVendor<HuaweiSettings> {
  /** First part of its path. */
  public static final String NAME = "huawei";

  /** Name of the login call. */
  public static final String LOGIN = "login";

  /** Name of the call that refreshes a token. */
  public static final String REFRESH = "refresh";

  /** Name of the call that asks for a device's activation. */
  public static final String ACTIVATION = "activation";

  /** Name of the call that lists devices. */
  public static final String LIST = "list";

  private static final String LIST_PATH = "/iocm/app/dm/v1.4.0/devices";
  private static final String SECURITY_PATH = "/iocm/app/sec/v1.1.0/";
  private static final String ACTIVATION_PATH = "/iocm/app/reg/v1.1.0/deviceCredentials/";
  private static final String BEARER = "Bearer ";

  private record Session(String accessToken, String refreshToken, long expiresNanos) {
    boolean valid(String token) {
      return accessToken.equals(token) && expiresNanos - System.nanoTime() > 0;
    }
  }

  private final Map<String, String> secrets = new ConcurrentHashMap<>();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  HuaweiSimulator() {
    super(NAME, HuaweiSettings.DEFAULT, HuaweiDemo.SHOWN);
  }

  /** Makes an application known. */
  public void addApplication(String appId, String secret) {
    secrets.put(appId, secret);
  }

  /**
   * The device connects: {@code activated} is true from now on, for as long as the registration
   * lives.
   */
  public void connect(String deviceId) {
    devices().change(deviceId, device -> device.put("activated", true));
  }

  @Override
  protected CallIdentity identify(Incoming in) {
    if (in.path().equals(SECURITY_PATH + "login") && in.method().equals("POST")) {
      return new CallIdentity(LOGIN, "", in.form().getOrDefault("appId", ""));
    }
    if (in.path().equals(SECURITY_PATH + "refreshToken") && in.method().equals("POST")) {
      return new CallIdentity(REFRESH, "", Json.text(in.body(), "appId"));
    }
    String account = in.header("app_key");
    if (in.path().equals(LIST_PATH) && in.method().equals("GET")) {
      return new CallIdentity(LIST, in.parameter("pageNo"), account);
    }
    return in.path().startsWith(ACTIVATION_PATH) && in.method().equals("GET")
        ? new CallIdentity(ACTIVATION, in.path().substring(ACTIVATION_PATH.length()), account)
        : new CallIdentity(CallIdentity.UNKNOWN_CALL, "", account);
  }

  @Override
  protected Optional<String> countedFor(Incoming in, CallIdentity identity) {
    return Optional.of(identity.account()).filter(account -> !account.isEmpty());
  }

  @Override
  protected Answer tooMany(CallIdentity identity) {
    return refuse(identity, 403, "1010009", "app throttle exceed.");
  }

  @Override
  protected Answer act(Incoming in, CallIdentity identity, Disturbance disturbance) {
    return switch (identity.call()) {
      case LOGIN -> login(in, identity);
      case REFRESH -> refresh(in, identity);
      case LIST -> authorised(in, identity).orElseGet(() -> list(in, identity));
      case ACTIVATION -> authorised(in, identity).orElseGet(() -> activation(identity));
      default -> refuse(identity, 404, "100404", "The resource is not existed.");
    };
  }

  private Answer login(Incoming in, CallIdentity identity) {
    String secret = in.form().getOrDefault("secret", "");
    if (identity.account().isEmpty() || secret.isEmpty()) {
      return refuse(identity, 400, "102202", "Required Parameter is null or empty.");
    }
    if (!secret.equals(secrets.get(identity.account()))) {
      return refuse(identity, 401, "100208", "AppId or secret is not right.");
    }
    return give(identity.account(), false);
  }

  private Answer refresh(Incoming in, CallIdentity identity) {
    Session session = sessions.get(identity.account());
    if (!Json.text(in.body(), "secret").equals(secrets.get(identity.account()))
        || session == null
        || !session.refreshToken().equals(Json.text(in.body(), "refreshToken"))) {
      return refuse(identity, 401, "100208", "AppId or secret is not right.");
    }
    return give(identity.account(), settings().expiresInAsText());
  }

  /** The new session takes the place of the old one, whose tokens are void from this moment. */
  private Answer give(String appId, boolean expiresInAsText) {
    long life = settings().tokenLifeMillis();
    Session session =
        new Session(token(), token(), System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(life));
    sessions.put(appId, session);
    ObjectNode reply = Json.object();
    // The trailing space stands in the document's sample.
    reply.put("scope", "default").put("tokenType", BEARER);
    long seconds = TimeUnit.MILLISECONDS.toSeconds(life);
    if (expiresInAsText) {
      reply.put("expiresIn", Long.toString(seconds));
    } else {
      reply.put("expiresIn", seconds);
    }
    reply.put("accessToken", session.accessToken()).put("refreshToken", session.refreshToken());
    return Answer.ok(Json.bytes(reply));
  }

  private static String token() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  private Optional<Answer> authorised(Incoming in, CallIdentity identity) {
    String app = identity.account();
    if (app.isEmpty()) {
      return Optional.of(refuse(identity, 500, "100220", "Get AppKey from header failed."));
    }
    if (!secrets.containsKey(app)) {
      return Optional.of(noSuchApplication(identity));
    }
    String authorization = in.header("Authorization");
    Session session = sessions.get(app);
    if (session == null
        || !authorization.startsWith(BEARER)
        || !session.valid(authorization.substring(BEARER.length()))) {
      return Optional.of(refuse(identity, 403, "1010005", "App_key or access_token is invalid."));
    }
    return otherApplication(in, identity);
  }

  private Optional<Answer> otherApplication(Incoming in, CallIdentity identity) {
    String other = in.parameter("appId");
    if (other.isEmpty() || other.equals(identity.account())) {
      return Optional.empty();
    }
    return Optional.of(
        secrets.containsKey(other)
            ? refuse(identity, 403, "100217", "The application hasn't been authorized.")
            : noSuchApplication(identity));
  }

  private Answer noSuchApplication(CallIdentity identity) {
    return refuse(identity, 403, "100203", "The application is not existed.");
  }

  private Answer list(Incoming in, CallIdentity identity) {
    if (in.parameter("pageNo").isEmpty() && in.parameter("gatewayId").isEmpty()) {
      return refuse(identity, 400, "120015", "Bad request.");
    }
    ObjectNode page = DeviceList.page(devices(), in);
    return page == null
        ? refuse(identity, 400, "123029", "PageNo or pageSize beyond the limit.")
        : Answer.ok(Json.bytes(page));
  }

  private Answer activation(CallIdentity identity) {
    return devices()
        .get(identity.key())
        .map(device -> Answer.ok(Json.bytes(device.without(DeviceList.INFO))))
        .orElseGet(() -> refuse(identity, 404, "100403", "The device is not existed."));
  }

  @Override
  protected Answer refuse(CallIdentity identity, int status, String code, String message) {
    ObjectNode reply = Json.object();
    if (settings().errorCodeAsNumber()) {
      reply.put("error_code", Long.parseLong(code));
    } else {
      reply.put("error_code", code);
    }
    reply.put("error_desc", message);
    int sent = settings().errorsWithStatus200() ? 200 : status;
    return Answer.json(sent, Json.bytes(reply), code);
  }

  @Override
  protected void addAccount(ObjectNode account) {
    addApplication(account.path("appId").asText(), account.path("secret").asText());
  }

  @Override
  public void expireTokens() {
    sessions.replaceAll(
        (app, s) -> new Session(s.accessToken(), s.refreshToken(), System.nanoTime()));
  }

  @Override
  public boolean listsDevices() {
    return true;
  }

  @Override
  protected void demonstrate(Simulator simulator) {
    HuaweiDemo.fill(this);
  }

  @Override
  protected void clear() {
    super.clear();
    secrets.clear();
    sessions.clear();
  }
}
