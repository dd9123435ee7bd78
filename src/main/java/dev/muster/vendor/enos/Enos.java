package dev.muster.vendor.enos;

import dev.muster.vendor.Account;
import dev.muster.vendor.Action;
import dev.muster.vendor.Call;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Reply;
import dev.muster.vendor.Request;
import dev.muster.vendor.Step;
import dev.muster.vendor.TokenRule;
import dev.muster.vendor.Vendor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * EnOS. Thread-safe. Stateless but for one thing: it remembers the last timestamp of a token call
 * for each app key, because EnOS refuses one that it has seen before.
 */
@Component
public final class Enos implements Vendor {
  static final String GET_TOKEN = "get-token";
  static final String GET_DEVICE = "get-device";
  static final String ALLOCATE_DEVICE = "allocate-device";
  static final String GET_PRODUCT = "get-product";
  static final String SEARCH_DEVICES = "search-devices";
  static final String SEARCH_PRODUCTS = "search-products";

  static final String ALLOCATE = "allocate";

  static final String ORG_ID = "org-id";
  static final String LIST_EXPRESSION = "list-expression";
  static final String APP_KEY = "app-key";
  static final String APP_SECRET = "app-secret";

  private static final Map<String, String> NEEDED =
      Map.of(
          "parameters." + ORG_ID, "the id of the EnOS organisation whose devices are kept",
          "credentials." + APP_KEY, "the AccessKey of the EnOS application",
          "credentials." + APP_SECRET, "the SecretKey of the EnOS application");

  /** EnOS document "V2.1 Get Product": wait for about 2 seconds to avoid data not yet updated. */
  private static final Duration READ_AFTER_WRITE = Duration.ofSeconds(2);

  private final EnosRequests requests = new EnosRequests();

  @Override
  public String name() {
    return "enos";
  }

  @Override
  public Map<String, String> resources() {
    return Map.of("device", GET_DEVICE, "product", GET_PRODUCT);
  }

  @Override
  public Map<String, String> lists() {
    return Map.of("device", SEARCH_DEVICES, "product", SEARCH_PRODUCTS);
  }

  @Override
  public List<Action> actions() {
    return List.of(new Action(ALLOCATE, Action.Params.MASTER_DATA, GET_DEVICE, ALLOCATE_DEVICE));
  }

  /** Never renewed ahead: until its end, asking brings the same token again. */
  @Override
  public TokenRule tokenRule(Account account) {
    return new TokenRule(GET_TOKEN, null, Duration.ZERO, false);
  }

  @Override
  public List<String> keys() {
    return Stream.concat(NEEDED.keySet().stream(), Stream.of("parameters." + LIST_EXPRESSION))
        .toList();
  }

  @Override
  public List<String> problems(Account account) {
    return account.missing(NEEDED);
  }

  /** The owner of the API proxy sets the limit, so each account has a quota of its own. */
  @Override
  public String quota(Account account, String egress) {
    return account.name();
  }

  @Override
  public String quotaScope() {
    return "account";
  }

  @Override
  public Request request(Call call) {
    return requests.of(call);
  }

  @Override
  public Reading read(Call call, Reply reply) {
    EnosReply content = (EnosReply) reply.content();
    EnosAnswer accepted =
        EnosAnswer.accepted(call, reply, content == null ? new EnosReply(null) : content);
    return switch (call.name()) {
      case GET_TOKEN -> Reading.of(EnosTokens.read(accepted));
      case GET_DEVICE, ALLOCATE_DEVICE -> {
        var data = accepted.dataAbout("sn", "device");
        yield Reading.of(
            EnosDevices.read(call.key(), data), null, accepted.content().requestId(), data);
      }
      case GET_PRODUCT ->
          Reading.of(
              EnosProducts.read(call.key(), accepted.dataAbout("productKey", "product")),
              accepted.content().requestId());
      case SEARCH_DEVICES -> Reading.of(accepted.devices(), accepted.content().requestId());
      case SEARCH_PRODUCTS -> Reading.of(accepted.products(), accepted.content().requestId());
      default -> throw new IllegalArgumentException("EnOS has no call " + call.name());
    };
  }

  @Override
  public Progress progress(Call call, String action, Step step, Reading reading) {
    if (!ALLOCATE.equals(action)) {
      throw new IllegalArgumentException("EnOS has no action " + action);
    }
    return EnosAllocation.progress(call, step, reading);
  }

  @Override
  public Duration readAfterWrite() {
    return READ_AFTER_WRITE;
  }
}
