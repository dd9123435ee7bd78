package dev.muster.work;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.fault.Fault;
import dev.muster.vendor.Account;
import dev.muster.work.Outcome.Verdict;
import java.time.Duration;
import java.util.Locale;

/** Puts outcomes together, member by member, as {@code muster.settle} takes them. */
final class Outcomes {
  /** For a row that was told to slow down; its quota's pause is decided in SQL and is longer. */
  private static final Duration SNOOZE_DELAY = Duration.ofSeconds(1);

  /**
   * As long as {@code muster.slow_down} pauses a quota at most: its rows wait no longer than it.
   */
  private static final Duration LONGEST_SNOOZE = Duration.ofMinutes(10);

  private final int storedReplyChars;

  /**
   * @param storedReplyChars what a dead letter keeps of a reply
   */
  Outcomes(int storedReplyChars) {
    this.storedReplyChars = storedReplyChars;
  }

  /** An outcome without a fault. */
  static Outcome of(Task task, Verdict verdict, Duration delay) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", task.kind().name().toLowerCase(Locale.ROOT));
    json.put("id", task.id());
    json.put("fence", task.fence());
    json.put("account", task.account());
    json.put("verdict", verdict.name().toLowerCase(Locale.ROOT));
    json.put("delay_ms", delay.toMillis());
    json.put("token_generation", task.tokenGeneration());
    return new Outcome(task, verdict, json);
  }

  /**
   * An outcome with a fault.
   *
   * @param account for masking what the letter keeps
   * @param delay until the task is due again
   */
  Outcome of(
      Task task, Account account, Fault fault, Verdict verdict, Duration delay, Evidence evidence) {
    Outcome outcome = of(task, verdict, delay);
    ObjectNode json = outcome.json();
    json.put("code", fault.code());
    json.put("message", fault.getMessage());
    json.put("vendor_code", fault.vendorCode());
    json.put("http_status", fault.httpStatus());
    json.put("vendor_request_id", fault.requestId());
    json.put("gone", fault.gone());
    if (fault.retryAfter() != null) {
      json.put("retry_after_ms", fault.retryAfter().toMillis());
    }
    if (verdict == Verdict.PARK) {
      json.set("request", evidence.request(account, storedReplyChars));
      json.put("response", evidence.reply(account, storedReplyChars));
    }
    return outcome;
  }

  static Duration snooze(Fault fault) {
    Duration asked = fault.retryAfter() == null ? SNOOZE_DELAY : fault.retryAfter();
    return asked.compareTo(LONGEST_SNOOZE) > 0 ? LONGEST_SNOOZE : asked;
  }
}
