package dev.muster.work;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.muster.fault.Disposition;
import dev.muster.fault.Fault;
import dev.muster.fault.FaultCode;
import dev.muster.settings.MusterSettings;
import dev.muster.token.TokenCipher;
import dev.muster.vendor.Account;
import dev.muster.vendor.Progress;
import dev.muster.vendor.Reading;
import dev.muster.vendor.Step;
import dev.muster.vendor.Token;
import dev.muster.vendor.Vendor;
import dev.muster.work.Outcome.Verdict;
import java.time.Duration;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Turns what a call brought, a reading or a fault, into what becomes of its task. The only place
 * where the two meet.
 */
@Component
public class Judge {
  /**
   * Between two attempts to log in with credentials that were refused: three attempts end within 20
   * s.
   */
  private static final Duration LOGIN_DELAY = Duration.ofSeconds(3);

  /**
   * For a row that was told to slow down; its quota's pause is decided in SQL and is usually
   * longer.
   */
  private static final Duration SNOOZE_DELAY = Duration.ofSeconds(1);

  /** The vendor may have acted before it said this: after a write these settle nothing. */
  private static final Set<String> DOUBTFUL =
      Set.of(
          FaultCode.UNCLASSIFIED,
          FaultCode.MALFORMED,
          FaultCode.UNREADABLE,
          FaultCode.TOO_LARGE,
          FaultCode.INCOMPLETE,
          FaultCode.DEFECT);

  private final MusterSettings settings;
  private final Backoff backoff;
  private final TokenCipher cipher;

  public Judge(MusterSettings settings, TokenCipher cipher) {
    this.settings = settings;
    this.backoff =
        new Backoff(
            settings.retry().firstDelay(), settings.retry().maxDelay(), settings.retry().jitter());
    this.cipher = cipher;
  }

  /** A call brought a reading. */
  public Outcome reading(
      Task task,
      Account account,
      Vendor vendor,
      Progress progress,
      Reading reading,
      int httpStatus,
      Evidence evidence) {
    if (task.kind() == Task.Kind.TOKEN) {
      return token(task, account, vendor, reading.token());
    }
    Outcome outcome =
        progress == null ? done(task, null) : progress(task, account, vendor, progress, evidence);
    ObjectNode json = outcome.json();
    if (!json.has("http_status")) {
      json.put("http_status", httpStatus);
    }
    if (!json.has("vendor_request_id")) {
      json.put("vendor_request_id", reading.requestId());
    }
    if (reading.device() != null) {
      json.set("device", Records.device(task.account(), vendor.name(), reading.device()));
    }
    if (reading.product() != null) {
      json.set("product", Records.product(task.account(), vendor.name(), reading.product()));
    }
    if (reading.tariff() != null) {
      json.set("tariff", Records.tariff(task.account(), vendor.name(), reading.tariff()));
    }
    return outcome;
  }

  private Outcome progress(
      Task task, Account account, Vendor vendor, Progress progress, Evidence evidence) {
    if (progress instanceof Progress.Done done) {
      return done(task, done.note());
    }
    if (progress instanceof Progress.Refused refused) {
      Outcome outcome =
          outcome(task, account, refused.fault(), Verdict.PARK, settings.recheckEvery(), evidence);
      outcome.json().put("final", true);
      return outcome;
    }
    if (progress instanceof Progress.Unknown unknown) {
      return outcome(
          task, account, unknown.why(), Verdict.UNKNOWN, vendor.readAfterWrite(), evidence);
    }
    if (task.step() == Step.VERIFY) {
      return notTakenPlace(task, account, vendor, evidence);
    }
    return outcome(task, Verdict.SEND, Duration.ZERO);
  }

  /**
   * A verifying read shows the old state: proof that the write did not take place, if the read came
   * late enough.
   */
  private Outcome notTakenPlace(Task task, Account account, Vendor vendor, Evidence evidence) {
    if (!task.conclusive()) {
      return outcome(task, Verdict.UNKNOWN, vendor.readAfterWrite());
    }
    // The vendor had answered, and not in doubt: sending the same again would bring the same
    // answer.
    if (FaultCode.ALLOCATE_FAILED.equals(task.lastCode())
        || FaultCode.UNCLASSIFIED.equals(task.lastCode())) {
      Fault fault = Fault.of(Disposition.PARK, task.lastCode(), task.lastMessage()).build();
      Outcome outcome =
          outcome(task, account, fault, Verdict.PARK, settings.recheckEvery(), evidence);
      outcome.json().put("final", true);
      return outcome;
    }
    return outcome(task, Verdict.SEND, Duration.ZERO);
  }

  private Outcome done(Task task, String note) {
    Outcome outcome = outcome(task, Verdict.DONE, Duration.ZERO);
    if (note != null) {
      outcome.json().putObject("result").put("note", note);
    }
    return outcome;
  }

  private Outcome token(Task task, Account account, Vendor vendor, Token token) {
    Outcome outcome = outcome(task, Verdict.DONE, Duration.ZERO);
    Duration ahead = vendor.tokenRule().renewAhead();
    // A token that lives no longer than it is renewed ahead is renewed at half its life, not at
    // once and for ever.
    Duration renew =
        token.lifetime().compareTo(ahead.multipliedBy(2)) > 0
            ? token.lifetime().minus(ahead)
            : token.lifetime().dividedBy(2);
    ObjectNode node = outcome.json().putObject("token");
    node.put("sealed", cipher.seal(account, token));
    node.put("lifetime_ms", token.lifetime().toMillis());
    node.put("renew_ms", ahead.isZero() ? token.lifetime().toMillis() : renew.toMillis());
    if (token.refreshLifetime() != null) {
      node.put("refresh_lifetime_ms", token.refreshLifetime().toMillis());
    }
    return outcome;
  }

  /**
   * A call brought a fault.
   *
   * @param sent whether any of it may have reached the vendor
   */
  public Outcome fault(
      Task task, Account account, Vendor vendor, Fault fault, boolean sent, Evidence evidence) {
    if (task.kind() == Task.Kind.TOKEN) {
      return tokenFault(task, account, fault, evidence);
    }
    if (task.writes() && sent && doubtful(fault)) {
      return outcome(task, account, fault, Verdict.UNKNOWN, vendor.readAfterWrite(), evidence);
    }
    return switch (fault.disposition()) {
      case RETRY -> retry(task, account, fault, evidence);
      case SNOOZE -> outcome(task, account, fault, Verdict.SNOOZE, snooze(fault), evidence);
      case REAUTHORISE ->
          task.reauthorised()
              ? outcome(task, account, fault, Verdict.HALT, Duration.ZERO, evidence)
              : outcome(task, account, fault, Verdict.REAUTHORISE, Duration.ZERO, evidence);
      case HALT -> outcome(task, account, fault, Verdict.HALT, Duration.ZERO, evidence);
      case PARK -> outcome(task, account, fault, Verdict.PARK, settings.recheckEvery(), evidence);
    };
  }

  /** The call was never sent: its deadline passed while it waited. */
  public Outcome released(Task task) {
    return outcome(task, Verdict.RELEASE, Duration.ZERO);
  }

  private static boolean doubtful(Fault fault) {
    boolean serverFault = fault.httpStatus() != null && fault.httpStatus() >= 500;
    boolean refusedBeforeActing =
        fault.disposition() == Disposition.SNOOZE || fault.disposition() == Disposition.REAUTHORISE;
    return serverFault
        || DOUBTFUL.contains(fault.code())
        || (fault.disposition() == Disposition.RETRY && !refusedBeforeActing);
  }

  private Outcome retry(Task task, Account account, Fault fault, Evidence evidence) {
    if (task.retries() + 1 >= settings.retry().attempts()) {
      return outcome(task, account, fault, Verdict.PARK, settings.recheckEvery(), evidence);
    }
    return outcome(task, account, fault, Verdict.RETRY, backoff.delay(task.retries()), evidence);
  }

  private Outcome tokenFault(Task task, Account account, Fault fault, Evidence evidence) {
    return switch (fault.disposition()) {
      case SNOOZE -> outcome(task, account, fault, Verdict.SNOOZE, snooze(fault), evidence);
      case RETRY ->
          outcome(task, account, fault, Verdict.RETRY, backoff.delay(task.retries()), evidence);
      // A refused refresh token: the next token call logs in anew.
      case REAUTHORISE ->
          outcome(task, account, fault, Verdict.REAUTHORISE, Duration.ZERO, evidence);
      case HALT -> {
        Outcome outcome = outcome(task, account, fault, Verdict.RETRY, LOGIN_DELAY, evidence);
        outcome.json().put("refused_login", true);
        yield outcome;
      }
      case PARK ->
          task.retries() + 1 >= settings.retry().attempts()
              ? outcome(task, account, fault, Verdict.HALT, Duration.ZERO, evidence)
              : outcome(
                  task, account, fault, Verdict.RETRY, backoff.delay(task.retries()), evidence);
    };
  }

  private static Duration snooze(Fault fault) {
    return fault.retryAfter() == null ? SNOOZE_DELAY : fault.retryAfter();
  }

  private static Outcome outcome(Task task, Verdict verdict, Duration delay) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", task.kind().name().toLowerCase(java.util.Locale.ROOT));
    json.put("id", task.id());
    json.put("fence", task.fence());
    json.put("account", task.account());
    json.put("verdict", verdict.name().toLowerCase(java.util.Locale.ROOT));
    json.put("delay_ms", delay.toMillis());
    json.put("token_generation", task.tokenGeneration());
    return new Outcome(task, verdict, json);
  }

  private Outcome outcome(
      Task task, Account account, Fault fault, Verdict verdict, Duration delay, Evidence evidence) {
    Outcome outcome = outcome(task, verdict, delay);
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
      int chars = settings.http().storedReplyChars();
      json.set("request", evidence.request(account, chars));
      json.put("response", evidence.reply(account, chars));
    }
    return outcome;
  }
}
