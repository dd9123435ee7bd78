package dev.muster.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.work.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What became of a task, as {@code muster.settle} takes it. */
public final class Settlement {
  private final Task task;
  private final ObjectNode json = Json.MAPPER.createObjectNode();
  private final List<String> shown = new ArrayList<>();

  private Settlement(Task task, String verdict) {
    this.task = task;
    json.put("kind", task.kind().name().toLowerCase(Locale.ROOT))
        .put("id", task.id())
        .put("fence", task.fence())
        .put("account", task.account())
        .put("verdict", verdict)
        .put("delay_ms", 0)
        .put("token_generation", task.tokenGeneration());
  }

  public static Settlement done(Task task) {
    return new Settlement(task, "done").with("http_status", 200);
  }

  /** The way is free for the write. */
  public static Settlement send(Task task) {
    return new Settlement(task, "send");
  }

  public static Settlement retry(Task task, String code) {
    return failed(task, "retry", code);
  }

  public static Settlement snooze(Task task) {
    return failed(task, "snooze", "throttled");
  }

  public static Settlement reauthorise(Task task) {
    return failed(task, "reauthorise", "token");
  }

  public static Settlement park(Task task, String code) {
    return failed(task, "park", code);
  }

  public static Settlement halt(Task task, String code) {
    return failed(task, "halt", code);
  }

  public static Settlement unknown(Task task, String code) {
    return failed(task, "unknown", code);
  }

  /** The call never left. */
  public static Settlement release(Task task) {
    return new Settlement(task, "release");
  }

  /** A login that was refused. */
  public static Settlement refusedLogin(Task task) {
    return retry(task, "credentials").with("refused_login", true);
  }

  /** A token that is good for an hour and is renewed ten minutes before its end. */
  public static Settlement gotToken(Task task) {
    return done(task)
        .with("sealed", "\\xcafe")
        .with("lifetime_ms", Duration.ofMinutes(60).toMillis())
        .with("renew_ms", Duration.ofMinutes(50).toMillis());
  }

  private static Settlement failed(Task task, String verdict, String code) {
    return new Settlement(task, verdict).with("code", code).with("message", "it says " + code);
  }

  public Settlement after(Duration delay) {
    return with("delay_ms", delay.toMillis());
  }

  public Settlement retryAfter(Duration delay) {
    return with("retry_after_ms", delay.toMillis());
  }

  /** The vendor says that the device or product does not exist. */
  public Settlement gone() {
    return with("gone", true);
  }

  /**
   * Whose fault it is.
   *
   * @param whom account, or unsure
   */
  public Settlement blames(String whom) {
    return with("blame", whom);
  }

  /** The park settles even a write of unknown outcome. */
  public Settlement settlesEverything() {
    return with("final", true);
  }

  /** The reply shows the device like {@link #device}, with these members instead. */
  public Settlement device(String members) {
    ObjectNode device = bare();
    Json.tree(members).properties().forEach(m -> device.set(m.getKey(), m.getValue()));
    shown.add(device.toString());
    return with("digest", UUID.nameUUIDFromBytes(device.toString().getBytes(UTF_8)).toString());
  }

  /** The reply shows the device. */
  public Settlement device() {
    return device("{}");
  }

  /** The reply shows the product, with these members. */
  public Settlement product(String members) {
    return with("product", owned("product_key", task.key(), members));
  }

  /** The reply shows a price standard, with these members. */
  public Settlement tariff(String id, String members) {
    return with("tariff", owned("tariff_id", id, members));
  }

  /** The page shows these devices and no other. */
  public Settlement page(Long total, String... keys) {
    return page(total, key -> bare(), false, keys);
  }

  /**
   * The page shows these devices: a part of each.
   *
   * @param members its columns, and what it fills
   */
  public Settlement partialPage(String members, String... keys) {
    return page(null, key -> part("list", members), true, keys);
  }

  /** The reply of the single read shows a part of the device. */
  public Settlement part(String members) {
    ObjectNode device = part("read", members);
    shown.add(device.toString());
    return with("digest", UUID.nameUUIDFromBytes(device.toString().getBytes(UTF_8)).toString());
  }

  private static ObjectNode part(String call, String members) {
    ObjectNode device = Json.MAPPER.createObjectNode();
    device.put("part", call).put("vendor", "acme");
    Json.tree(members).properties().forEach(m -> device.set(m.getKey(), m.getValue()));
    return device;
  }

  private Settlement page(
      Long total, Function<String, ObjectNode> device, boolean partial, String... keys) {
    List<String> digests = new ArrayList<>();
    for (String key : keys) {
      String record = device.apply(key).toString();
      shown.add(record);
      digests.add(UUID.nameUUIDFromBytes(record.getBytes(UTF_8)).toString());
    }
    return with("keys", keys)
        .with("digests", digests)
        .with("entries", keys.length)
        .with("partial", partial)
        .with("total", total);
  }

  public Settlement with(String member, Object value) {
    json.set(member, value instanceof JsonNode node ? node : Json.MAPPER.valueToTree(value));
    return this;
  }

  private ObjectNode owned(String key, String value, String members) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("account", task.account()).put("vendor", "acme").put(key, value);
    node.putObject("attributes");
    Json.tree(members).properties().forEach(m -> node.set(m.getKey(), m.getValue()));
    return node;
  }

  private static ObjectNode bare() {
    ObjectNode node = Json.MAPPER.createObjectNode();
    node.put("vendor", "acme").put("lifecycle", "active").put("connectivity", "online");
    node.putObject("attributes").put("scale", 1);
    node.putArray("ports");
    return node;
  }

  /** The statement that settles a batch: its outcomes, and the devices that they show. */
  public static final String SETTLE =
      """
      select muster.settle(
        array(select o from jsonb_populate_recordset(null::muster.outcome, ?::jsonb) o), ?)
      """;

  /** As they go to the database, beside the devices that they show. */
  public static String batch(List<Settlement> outcomes) {
    int number = 1;
    for (Settlement outcome : outcomes) {
      if (!outcome.shown.isEmpty()) {
        outcome.json.put("device", number);
        number += outcome.shown.size();
      }
    }
    return outcomes.stream()
        .map(outcome -> outcome.json.toString())
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** The devices that they show. */
  public static String[] devices(List<Settlement> outcomes) {
    return outcomes.stream().flatMap(outcome -> outcome.shown.stream()).toArray(String[]::new);
  }
}
