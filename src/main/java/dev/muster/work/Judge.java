package dev.muster.work;

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
import dev.muster.vendor.Vendor;
import dev.muster.work.Outcome.Verdict;
import java.time.Duration;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Turns what a call brought, a reading or a fault, into what becomes of its task. The only place
 * where the two meet; what concerns tokens stands in {@link TokenJudge}.
 */
@Component
public class Judge {
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
  private final Outcomes outcomes;
  private final TokenJudge tokens;

  public Judge(MusterSettings settings, TokenCipher cipher) {
    this.settings = settings;
    this.backoff =
        new Backoff(
            settings.retry().firstDelay(), settings.retry().maxDelay(), settings.retry().jitter());
    this.outcomes = new Outcomes(settings.http().storedReplyChars());
    this.tokens = new TokenJudge(outcomes, backoff, settings.retry().attempts(), cipher);
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
      return tokens.got(task, account, vendor.tokenRule(account), reading.token());
    }
    Outcome outcome =
        progress == null ? done(task, null) : progress(task, account, vendor, progress, evidence);
    ObjectNode json = outcome.json();
    if (!json.hasNonNull("http_status")) {
      json.put("http_status", httpStatus);
    }
    if (!json.hasNonNull("vendor_request_id")) {
      json.put("vendor_request_id", reading.requestId());
    }
    if (reading.device() != null) {
      String record = Jsonb.holdable(Records.device(vendor.name(), reading.device()).toString());
      json.put("digest", Records.digest(record));
      outcome = outcome.showing(record);
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
          outcomes.of(
              task, account, refused.fault(), Verdict.PARK, settings.recheckEvery(), evidence);
      outcome.json().put("final", true);
      return outcome;
    }
    if (progress instanceof Progress.Unknown unknown) {
      return unknown(task, account, vendor, unknown.why(), evidence);
    }
    if (task.step() == Step.VERIFY) {
      return notTakenPlace(task, account, vendor, evidence);
    }
    return Outcomes.of(task, Verdict.SEND, Duration.ZERO);
  }

  /**
   * A verifying read shows the old state: proof that the write did not take place, if the read came
   * late enough.
   */
  private Outcome notTakenPlace(Task task, Account account, Vendor vendor, Evidence evidence) {
    if (!task.conclusive()) {
      return Outcomes.of(task, Verdict.UNKNOWN, vendor.readAfterWrite());
    }
    // Sending again what was refused would bring the same answer; and nothing is sent for ever.
    if (task.refused() || task.retries() + 1 >= settings.retry().attempts()) {
      Fault fault = Fault.of(Disposition.PARK, task.lastCode(), task.lastMessage()).build();
      Outcome outcome =
          outcomes.of(task, account, fault, Verdict.PARK, settings.recheckEvery(), evidence);
      outcome.json().put("final", true);
      return outcome;
    }
    return Outcomes.of(task, Verdict.SEND, backoff.delay(task.retries()));
  }

  private Outcome done(Task task, String note) {
    Outcome outcome = Outcomes.of(task, Verdict.DONE, Duration.ZERO);
    if (note != null) {
      outcome.json().putObject("result").put("note", note);
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
      return tokens.fault(task, account, fault, evidence);
    }
    if (task.writes() && sent && doubtful(fault)) {
      return unknown(task, account, vendor, fault, evidence);
    }
    return switch (fault.disposition()) {
      case RETRY -> retry(task, account, fault, evidence);
      case SNOOZE ->
          outcomes.of(task, account, fault, Verdict.SNOOZE, Outcomes.snooze(fault), evidence);
      // Whether it is the token's fault, the table knows: another may have ended it meanwhile.
      case REAUTHORISE ->
          outcomes.of(task, account, fault, Verdict.REAUTHORISE, Duration.ZERO, evidence);
      case HALT -> outcomes.of(task, account, fault, Verdict.HALT, Duration.ZERO, evidence);
      case PARK ->
          outcomes.of(task, account, fault, Verdict.PARK, settings.recheckEvery(), evidence);
    };
  }

  private Outcome unknown(Task task, Account account, Vendor vendor, Fault why, Evidence evidence) {
    Outcome outcome =
        outcomes.of(task, account, why, Verdict.UNKNOWN, vendor.readAfterWrite(), evidence);
    outcome.json().put("refused", refused(why));
    return outcome;
  }

  /** Whether the vendor said no in words; a reply that could not be read says nothing. */
  private static boolean refused(Fault why) {
    boolean inWords =
        FaultCode.ALLOCATE_FAILED.equals(why.code()) || FaultCode.UNCLASSIFIED.equals(why.code());
    return inWords || (why.disposition() == Disposition.PARK && !DOUBTFUL.contains(why.code()));
  }

  /** The call was never sent: its deadline passed while it waited. */
  public Outcome released(Task task) {
    return Outcomes.of(task, Verdict.RELEASE, Duration.ZERO);
  }

  private static boolean doubtful(Fault fault) {
    boolean serverFault = fault.httpStatus() != null && fault.httpStatus() >= 500;
    return serverFault
        || DOUBTFUL.contains(fault.code())
        || fault.disposition() == Disposition.RETRY;
  }

  private Outcome retry(Task task, Account account, Fault fault, Evidence evidence) {
    if (task.retries() + 1 >= settings.retry().attempts()) {
      return outcomes.of(task, account, fault, Verdict.PARK, settings.recheckEvery(), evidence);
    }
    return outcomes.of(
        task, account, fault, Verdict.RETRY, backoff.delay(task.retries()), evidence);
  }
}
