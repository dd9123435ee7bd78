package dev.muster.simulator;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * Something that goes wrong on purpose, for the calls it names.
 *
 * <p>As JSON every member may be left out but {@code kind}.
 *
 * @param vendor the path prefix; null for any
 * @param call the vendor's call, for instance {@code token}, {@code get}, {@code allocate}, {@code
 *     login}; null for any, token calls included
 * @param key the device, product or app key; null for any
 * @param kind what goes wrong
 * @param times how many calls it befalls; 0 for all until it is taken away
 * @param skip how many matching calls are spared first
 * @param chance probability that a matching call is befallen, above 0 to 1; 0 stands for 1
 * @param delayMillis least delay in milliseconds, for {@code latency} and {@code late-reply}
 * @param maxDelayMillis most delay in milliseconds; below {@code delayMillis} the delay is fixed
 * @param status HTTP status for {@code reply} and {@code code}; 0 stands for 200
 * @param body text for {@code reply}; null for none
 * @param contentType for {@code reply}; null for JSON
 * @param headers further headers of the reply, for instance {@code Retry-After}; null for none
 * @param actFirst for {@code reply}: the call is carried out, then this is said instead
 * @param code the business code for {@code code}
 * @param message the text that goes with the code, or the {@code allocateErrorMsg}, or the orgId
 *     the device goes to
 * @param size bytes for {@code enormous}, brackets for {@code nested}; 0 for the default
 */
public record Disturbance(
    String vendor,
    String call,
    String key,
    Kind kind,
    int times,
    int skip,
    double chance,
    long delayMillis,
    long maxDelayMillis,
    int status,
    String body,
    String contentType,
    Map<String, String> headers,
    boolean actFirst,
    String code,
    String message,
    long size) {

  /** An hour: it holds a thread of the simulator. */
  private static final long MOST_MILLIS = 3_600_000;

  private static final long MOST_BYTES = 1_000_000_000;

  /** They are made at once. */
  private static final long MOST_BRACKETS = 10_000_000;

  /** What goes wrong; in JSON by its name in lower case, with dashes. */
  public enum Kind {
    /** Waits before acting, then goes on as usual; combines with any other kind. */
    LATENCY,
    /** The connection is dropped; nothing was done. */
    DROP_BEFORE,
    /** The call is carried out, then the connection is dropped: the reply is lost. */
    DROP_AFTER,
    /** The call is carried out at once, its reply comes after the delay. */
    LATE_REPLY,
    /** Exactly this status and body. */
    REPLY,
    /** A business code in the vendor's own shape; nothing was done. */
    CODE,
    /** The call is carried out; half of the reply is sent, then the connection is closed. */
    CUT_OFF,
    /** The call is carried out; the reply is whole but is no JSON. */
    MALFORMED,
    /** A JSON text of 50 MB, streamed. */
    ENORMOUS,
    /** 100,000 opening brackets and as many closing ones. */
    NESTED,
    /** EnOS: code 0, but the device is still unallocated and says why. */
    ALLOCATE_ERROR,
    /** EnOS: code 0, but the device went to another organisation. */
    ALLOCATE_ELSEWHERE;

    /** The name used in JSON and in the arrival log. */
    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Nothing goes wrong. */
  static final Disturbance NONE = any(null);

  /** A disturbance of this kind for every call; narrow it with the methods below. */
  public static Disturbance any(Kind kind) {
    return new Disturbance(
        null, null, null, kind, 0, 0, 0, 0, 0, 0, null, null, null, false, null, null, 0);
  }

  /** Waits this long, or a random time between the two, before acting. */
  public static Disturbance latency(Duration least, Duration most) {
    return any(Kind.LATENCY).delay(least, most);
  }

  /** The call is carried out at once and answered only after this long. */
  public static Disturbance lateReply(Duration delay) {
    return any(Kind.LATE_REPLY).delay(delay, delay);
  }

  /** Exactly this status and body, without acting; an empty body with "". */
  public static Disturbance reply(int status, String body) {
    return any(Kind.REPLY).with("status", status).with("body", body);
  }

  /** The page a gateway shows when it cannot reach what is behind it. */
  public static Disturbance htmlBadGateway() {
    return reply(502, "<html><head><title>502 Bad Gateway</title></head><body></body></html>")
        .contentType("text/html");
  }

  /** Status 429 with the gateway's text and a Retry-After. */
  public static Disturbance tooManyRequests(Duration retryAfter) {
    return reply(429, "{\"message\":\"API rate limit exceeded\"}")
        .headers(Map.of("Retry-After", Long.toString(retryAfter.toSeconds())));
  }

  /** A business code in the vendor's shape; for EnOS it has to be a number. */
  public static Disturbance code(int status, String code, String message) {
    return any(Kind.CODE).with("status", status).with("code", code).with("message", message);
  }

  /** EnOS says code 0, yet the device stays unallocated with this text. */
  public static Disturbance allocateError(String message) {
    return any(Kind.ALLOCATE_ERROR).with("message", message);
  }

  /** EnOS says code 0, yet the device goes to this organisation. */
  public static Disturbance allocateElsewhere(String orgId) {
    return any(Kind.ALLOCATE_ELSEWHERE).with("message", orgId);
  }

  /** Only for this vendor. */
  public Disturbance vendor(String name) {
    return with("vendor", name);
  }

  /** Only for this call. */
  public Disturbance call(String name) {
    return with("call", name);
  }

  /** Only for this key. */
  public Disturbance key(String name) {
    return with("key", name);
  }

  /** For so many calls; 0 for all. */
  public Disturbance times(int count) {
    return with("times", count);
  }

  /** Spares so many matching calls first. */
  public Disturbance skip(int count) {
    return with("skip", count);
  }

  /** Befalls a matching call with this probability only, above 0 to 1. */
  public Disturbance chance(double probability) {
    return with("chance", probability);
  }

  /** The call is carried out before the reply is replaced. */
  public Disturbance actingFirst() {
    return with("actFirst", true);
  }

  /** The content type of the reply. */
  public Disturbance contentType(String type) {
    return with("contentType", type);
  }

  /** Further headers of the reply. */
  public Disturbance headers(Map<String, String> given) {
    return with("headers", given);
  }

  /** Bytes of an enormous body, or brackets of a nested one. */
  public Disturbance size(long count) {
    return with("size", count);
  }

  private Disturbance delay(Duration least, Duration most) {
    return with("delayMillis", least.toMillis()).with("maxDelayMillis", most.toMillis());
  }

  /**
   * @throws IllegalArgumentException for a number that the simulator would not outlive
   */
  Disturbance requireSane() {
    boolean counts = times >= 0 && skip >= 0 && chance >= 0 && chance <= 1;
    boolean delays = Math.min(delayMillis, maxDelayMillis) >= 0;
    boolean soon = Math.max(delayMillis, maxDelayMillis) <= MOST_MILLIS;
    boolean known = status == 0 || (status >= 200 && status <= 599);
    boolean small = size >= 0 && size <= (kind == Kind.NESTED ? MOST_BRACKETS : MOST_BYTES);
    if (!(counts && delays && soon && known && small)) {
      throw new IllegalArgumentException(
          "a disturbance has times and skip of 0 or more, a chance up to 1, delays up to %d ms, a status from 200 to 599, and a size up to %d, or %d brackets"
              .formatted(MOST_MILLIS, MOST_BYTES, MOST_BRACKETS));
    }
    return this;
  }

  /** The HTTP status to send. */
  int statusOr(int usual) {
    return status == 0 ? usual : status;
  }

  /** Whether it is meant for this call. */
  boolean concerns(String v, CallIdentity identity) {
    return (vendor == null || vendor.equals(v))
        && (call == null || call.equals(identity.call()))
        && (key == null || key.equals(identity.key()));
  }

  private Disturbance with(String member, Object value) {
    ObjectNode changed = Json.MAPPER.valueToTree(this);
    changed.set(member, Json.MAPPER.valueToTree(value));
    return Json.MAPPER.convertValue(changed, Disturbance.class);
  }
}
