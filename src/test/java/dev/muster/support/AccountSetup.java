package dev.muster.support;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An account as {@code muster.configure} takes it: it can read devices and products, refresh and
 * allocate, and its calls end within {@link #DEADLINE}.
 */
public final class AccountSetup {
  public static final Duration DEADLINE = Duration.ofSeconds(15);
  public static final Duration REFRESH_EVERY = Duration.ofHours(1);

  private final String name;
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();

  private AccountSetup(String name) {
    this.name = name;
    json.put("account", name)
        .put("vendor", "acme")
        .put("call_deadline_ms", DEADLINE.toMillis())
        .put("token_needed", false)
        .put("token_paid", false)
        .put("credentials_digest", "00");
    json.putArray("resources").addAll(List.of(resource("device"), resource("product")));
    json.putArray("actions")
        .addAll(
            List.of(action("refresh", "resource", false), action("allocate", "master_data", true)));
  }

  /** Without a limit and without a token. */
  public static AccountSetup account(String name) {
    return new AccountSetup(name);
  }

  /** With a limit of its own. */
  public AccountSetup quota(int maxCalls, Duration window) {
    return quota("quota of " + name, maxCalls, window);
  }

  /** With one more limit, which all accounts share that name it. */
  public AccountSetup quota(String quota, int maxCalls, Duration window) {
    return quota(quota, maxCalls, window, 0);
  }

  /** The same, and so many of its permits are kept for operations' requests. */
  public AccountSetup quota(String quota, int maxCalls, Duration window, int reserve) {
    json.withArray("quotas")
        .addObject()
        .put("quota", quota)
        .put("scope", "account")
        .put("max_calls", maxCalls)
        .put("window_ms", window.toMillis())
        .put("reserve", reserve);
    return this;
  }

  /** With a token, which the vendor counts in the quota or does not. */
  public AccountSetup token(boolean paid) {
    json.put("token_needed", true).put("token_paid", paid);
    return this;
  }

  /** Whose calls name the device in their path. */
  public AccountSetup keyInPath() {
    json.put("key_in_path", true);
    return this;
  }

  /** With this deadline for each of its calls. */
  public AccountSetup callDeadline(Duration deadline) {
    json.put("call_deadline_ms", deadline.toMillis());
    return this;
  }

  /** With these credentials. */
  public AccountSetup credentials(String digest) {
    json.put("credentials_digest", digest);
    return this;
  }

  /** With this interval for all that name none. */
  public AccountSetup refreshEvery(Duration interval) {
    json.withArray("resources")
        .forEach(r -> ((ObjectNode) r).put("refresh_every_ms", interval.toMillis()));
    return this;
  }

  /** Whose targets wait at most so many times their turn while its quota is too small. */
  public AccountSetup ceiling(double turns) {
    json.put("freshness_ceiling", turns);
    return this;
  }

  /** That reads by the learnt rates though its quota suffices. */
  public AccountSetup savingCalls() {
    json.put("saves_calls", true);
    return this;
  }

  /** For which changes of these are no news. */
  public AccountSetup notNews(String... paths) {
    List.of(paths).forEach(json.withArray("not_news")::add);
    return this;
  }

  /** Whose vendor lists devices, so many a page. */
  public AccountSetup lists(int pageSize) {
    device().put("page_size", pageSize);
    return this;
  }

  /** Whose sweeps begin so long after each other. */
  public AccountSetup sweepEvery(Duration interval) {
    device().put("sweep_every_ms", interval.toMillis());
    return this;
  }

  /** Whose vendor lets nobody page deeper. */
  public AccountSetup deepestPage(int pages) {
    device().put("deepest_page", pages);
    return this;
  }

  /** Whose sweeps enrol what they find, up to so many. */
  public AccountSetup discovers(long atMost) {
    device().put("discover", true).put("discover_at_most", atMost);
    return this;
  }

  private ObjectNode device() {
    return (ObjectNode) json.withArray("resources").get(0);
  }

  private static ObjectNode resource(String name) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("resource", name)
        .put("refresh_every_ms", REFRESH_EVERY.toMillis());
  }

  private static ObjectNode action(String name, String params, boolean writes) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("action", name)
        .put("params", params)
        .put("writes", writes);
  }

  public String name() {
    return name;
  }

  /** These accounts as the function takes them. */
  public static String array(AccountSetup... accounts) {
    return Arrays.stream(accounts)
        .map(account -> account.json.toString())
        .collect(Collectors.joining(",", "[", "]"));
  }
}
