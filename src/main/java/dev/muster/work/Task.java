package dev.muster.work;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.settings.LogFields;
import dev.muster.vendor.Step;
import java.time.Duration;
import java.time.Instant;

/**
 * One call to make, as {@code muster.claim} handed it out. It is leased: another may have it once
 * the lease ends.
 *
 * @param kind whose work it is
 * @param id the target's, request's or page's number; null for a token
 * @param fence the claim's number; a settlement with an older one changes nothing
 * @param account the account's name
 * @param operation the resource of a pull, the action of a request, {@code list} or {@code token}
 * @param resource what is read; null for a token
 * @param key null for a token
 * @param params the request's params, or what to list; null if none
 * @param step where a request stands; {@link Step#READ} for pulls
 * @param retries failures so far that count towards the last attempt
 * @param conclusive whether a verifying read made now shows for certain that the write did not take
 *     place
 * @param lastCode the error code that the row shows now; nullable
 * @param lastMessage what that code means; nullable
 * @param refused whether the vendor answered the write with a refusal, though in doubt: if nothing
 *     took place, that is its end
 * @param tokenGeneration the number of the account's present token
 * @param limit what limits the account's calls most; null without a limit
 * @param callDeadline the longest that the call may take: what its permit and its lease were booked
 *     for
 * @param at when it was claimed, on the database's clock
 * @param claimedNanos {@link System#nanoTime} from before it was claimed: the call's deadline runs
 *     from here
 * @param failing what its failures in a row so far say
 * @param waited for the first call of a request: how long it waited until it was claimed; else null
 */
public record Task(
    Kind kind,
    Long id,
    long fence,
    String account,
    String operation,
    String resource,
    String key,
    JsonNode params,
    Step step,
    int retries,
    boolean conclusive,
    String lastCode,
    String lastMessage,
    boolean refused,
    long tokenGeneration,
    QuotaLimit limit,
    Duration callDeadline,
    Instant at,
    long claimedNanos,
    Failing failing,
    Duration waited) {

  /** Whose work a task is. */
  public enum Kind {
    PULL,
    REQUEST,
    TOKEN,
    /** A page of a list. */
    LIST
  }

  /** Whether this call changes something at the vendor. */
  public boolean writes() {
    return kind == Kind.REQUEST && step == Step.WRITE;
  }

  /** Whether nobody waits for it. */
  boolean background() {
    return kind == Kind.PULL || kind == Kind.LIST;
  }

  /** Log lines that this thread writes meanwhile are about this task. */
  void during(Runnable work) {
    LogFields.during(account, operation, key, kind == Kind.REQUEST ? id : null, work);
  }

  /** The time now, on the database's clock. */
  public Instant now() {
    return at.plusNanos(System.nanoTime() - claimedNanos);
  }
}
