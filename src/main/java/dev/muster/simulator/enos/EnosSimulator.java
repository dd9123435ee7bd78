package dev.muster.simulator.enos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.simulator.AllocationCount;
import dev.muster.simulator.Answer;
import dev.muster.simulator.CallIdentity;
import dev.muster.simulator.Disturbance;
import dev.muster.simulator.Incoming;
import dev.muster.simulator.Inventory;
import dev.muster.simulator.Json;
import dev.muster.simulator.SimulatedVendor;
import dev.muster.simulator.Simulator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** EnOS: the token service, DPS devices V2.5 and products V2.1. Business calls are signed. */
public final class EnosSimulator extends SimulatedVendor<EnosSettings> {
  /** First part of its path. */
  public static final String NAME = "enos";

  /** Name of the call that gets a token. */
  public static final String TOKEN = "token";

  /** Name of the call that refreshes a token. */
  public static final String REFRESH = "refresh";

  /** Name of the call that reads a device. */
  public static final String GET = "get";

  /** Name of the call that allocates a device. */
  public static final String ALLOCATE = "allocate";

  /** Name of the call that reads a product. */
  public static final String PRODUCT = "product";

  private static final String TOKEN_PATH = "/apim-token-service/v2.0/token/";
  private static final String DEVICE_PATH = "/dps-service/v2.5/pvs/device";
  private static final String PRODUCT_PATH = "/connect-service/v2.1/products";

  private final TokenService tokens = new TokenService();
  private final AllocationService allocation = new AllocationService(devices());
  private final SearchService deviceSearch = new SearchService(devices(), 1_000, true);

  EnosSimulator() {
    super(NAME, EnosSettings.DEFAULT, EnosDemo.SHOWN);
  }

  /** The products by product key, each as the {@code data} of its reply. */
  public Inventory products() {
    return inventories().get("product");
  }

  /** Makes an application known. */
  public void add(EnosAccount account) {
    tokens.add(account);
  }

  /** How often this device was asked to be allocated. */
  public AllocationCount allocations(String sn) {
    return allocation.count(sn);
  }

  @Override
  public Map<String, AllocationCount> allocations() {
    return allocation.counts();
  }

  @Override
  protected CallIdentity identify(Incoming in) {
    if (in.path().startsWith(TOKEN_PATH)) {
      String appKey = Json.text(in.body(), "appKey");
      String call = in.path().endsWith("/refresh") ? REFRESH : TOKEN;
      return new CallIdentity(call, appKey, appKey);
    }
    String token = in.header("apim-accesstoken");
    String account = tokens.session(token).map(s -> s.account().appKey()).orElse(token);
    String action = in.method() + " " + in.path() + " " + in.parameter("action");
    return switch (action) {
      case "GET " + DEVICE_PATH + " get" -> new CallIdentity(GET, in.parameter("sn"), account);
      case "POST " + DEVICE_PATH + " allocate" ->
          new CallIdentity(ALLOCATE, Json.text(in.body(), "sn"), account);
      case "GET " + PRODUCT_PATH + " get" ->
          new CallIdentity(PRODUCT, in.parameter("productKey"), account);
      case "POST " + DEVICE_PATH + " search" ->
          new CallIdentity(SearchService.DEVICES, "list", account);
      case "POST " + PRODUCT_PATH + " search" ->
          new CallIdentity(SearchService.PRODUCTS, "list", account);
      default -> new CallIdentity(CallIdentity.UNKNOWN_CALL, "", account);
    };
  }

  @Override
  protected Optional<String> countedFor(Incoming in, CallIdentity identity) {
    return isTokenCall(identity) ? Optional.empty() : Optional.of(identity.account());
  }

  @Override
  protected Answer tooMany(CallIdentity identity) {
    return gateway(429, "API rate limit exceeded");
  }

  @Override
  protected Answer act(Incoming in, CallIdentity identity, Disturbance disturbance) {
    if (isTokenCall(identity)) {
      return tokens.answer(in, identity, settings());
    }
    Optional<TokenService.Session> session = tokens.session(in.header("apim-accesstoken"));
    if (session.isEmpty() || !SignatureCheck.passes(in, session.get(), settings())) {
      return gateway(401, "Invalid authentication credentials");
    }
    if (session.get().expired()) {
      return refuse(identity, "1203", "The access token is expired");
    }
    EnosAccount account = session.get().account();
    return switch (identity.call()) {
      case GET -> dps(in, identity, account).orElseGet(() -> get(identity, in.parameter("orgId")));
      case ALLOCATE ->
          dps(in, identity, account).orElseGet(() -> allocate(in, identity, disturbance));
      case PRODUCT -> product(in, identity, account);
      case SearchService.DEVICES ->
          dps(in, identity, account).orElseGet(() -> found(identity, deviceSearch.page(in)));
      case SearchService.PRODUCTS ->
          found(identity, new SearchService(products(), 200, false).page(in));
      default -> gateway(404, "no Route matched with those values");
    };
  }

  /** The reasons for which every DPS call is refused. */
  private Optional<Answer> dps(Incoming in, CallIdentity identity, EnosAccount account) {
    if (in.method().equals("POST") && Json.read(in.body()).isEmpty()) {
      return Optional.of(gateway(400, "Cannot process request body"));
    }
    String orgId = in.parameter("orgId");
    if (identity.key().isBlank() || !orgId.equals(account.orgId())) {
      return Optional.of(refuse(identity, "35400", "OrgId/sn is required"));
    }
    return account.dpsRole()
        ? Optional.empty()
        : Optional.of(refuse(identity, "35603", "The service account does not have DPS role"));
  }

  private Answer get(CallIdentity identity, String orgId) {
    Optional<byte[]> text = devices().text(identity.key(), 0);
    if (text.isEmpty() || (settings().hidesAllocatedElsewhere() && elsewhere(text.get(), orgId))) {
      return refuse(identity, "35601", "Verify not pass/sn not found");
    }
    return ok(text.get());
  }

  private static boolean elsewhere(byte[] text, String orgId) {
    String owner = Json.require(text).path("orgId").asText("");
    return !owner.isEmpty() && !owner.equals(orgId);
  }

  private Answer allocate(Incoming in, CallIdentity identity, Disturbance disturbance) {
    AllocationService.Result result =
        allocation.allocate(
            identity.key(),
            in.parameter("orgId"),
            Json.require(in.body()),
            disturbance,
            settings());
    return result.device() == null
        ? refuse(identity, result.code(), result.message())
        : ok(Json.bytes(result.device()));
  }

  private Answer product(Incoming in, CallIdentity identity, EnosAccount account) {
    if (identity.key().isBlank()) {
      return refuse(identity, "99400", "Missing argument: productKey");
    }
    if (!in.parameter("orgId").equals(account.orgId())) {
      return refuse(identity, "99400", "orgId does not exist");
    }
    return products()
        .text(identity.key(), settings().productStaleMillis())
        .map(EnosSimulator::ok)
        .orElseGet(
            () -> refuse(identity, settings().productNotFoundCode(), "Product cannot be found"));
  }

  private Answer found(CallIdentity identity, ObjectNode page) {
    return page == null
        ? refuse(identity, "99400", "Invalid argument: expression, pagination or orgId")
        : Answer.ok(Json.bytes(page.put("code", 0).put("msg", "OK").put("requestId", requestId())));
  }

  private static Answer ok(byte[] data) {
    return Answer.wrap(
        "{\"code\":0,\"msg\":\"OK\",\"requestId\":\"" + requestId() + "\",\"data\":", data, "}");
  }

  private Answer refuse(CallIdentity identity, String code, String message) {
    return refuse(identity, settings().errorStatus(), code, message);
  }

  @Override
  protected Answer refuse(CallIdentity identity, int status, String code, String message) {
    if (isTokenCall(identity)) {
      return TokenService.refuse(status, code, message);
    }
    ObjectNode reply = Json.object();
    reply.put("code", Integer.parseInt(code)).put("msg", message).put("requestId", requestId());
    reply.putNull("data");
    return Answer.json(status, Json.bytes(reply), code);
  }

  /** The gateway's own refusals carry no code. */
  private static Answer gateway(int status, String message) {
    return Answer.json(status, Json.bytes(Json.object().put("message", message)), "http-" + status);
  }

  private static String requestId() {
    return UUID.randomUUID().toString();
  }

  private static boolean isTokenCall(CallIdentity identity) {
    return identity.call().equals(TOKEN) || identity.call().equals(REFRESH);
  }

  @Override
  protected void addAccount(ObjectNode account) {
    add(Json.MAPPER.convertValue(account, EnosAccount.class));
  }

  @Override
  public void expireTokens() {
    tokens.expire();
  }

  @Override
  public boolean listsDevices() {
    return true;
  }

  @Override
  protected void demonstrate(Simulator simulator) {
    EnosDemo.fill(this);
  }

  @Override
  protected void clear() {
    super.clear();
    tokens.clear();
    allocation.clear();
  }
}
