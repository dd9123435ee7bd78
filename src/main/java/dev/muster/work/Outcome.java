package dev.muster.work;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * What became of a task, as {@code muster.settle} takes it.
 *
 * @param task the task
 * @param verdict what is done about it
 * @param json the outcome's members; see {@code sql/functions/R__42_settle.sql}
 * @param device the canonical record that the reply showed, as JSON; its digest is among the
 *     members; null if it showed none
 * @param answeredNanos {@link System#nanoTime} of the reply's arrival; null if none came, or it is
 *     not known
 */
public record Outcome(
    Task task, Verdict verdict, ObjectNode json, String device, Long answeredNanos) {

  /** What is done about an outcome. */
  public enum Verdict {
    DONE,
    /** The way is free for the change: next comes the write. */
    SEND,
    RETRY,
    SNOOZE,
    REAUTHORISE,
    PARK,
    HALT,
    /** Sent, and whether it took place is not known. */
    UNKNOWN,
    /** Nothing was sent: give the task and its permit back. */
    RELEASE
  }

  /**
   * Gives a task of which nothing was sent back, with its permit.
   *
   * @param delay until it is due again
   */
  public static Outcome released(Task task, Duration delay) {
    return Outcomes.of(task, Verdict.RELEASE, delay);
  }

  public Outcome(Task task, Verdict verdict, ObjectNode json) {
    this(task, verdict, json, null, null);
  }

  /** The same, and what the reply showed. */
  Outcome showing(String record) {
    return new Outcome(task, verdict, json, record, answeredNanos);
  }

  /**
   * The same, and when the reply arrived: its permit is busy for one window from then on, however
   * long the settlement waits.
   *
   * @param nanos by {@link System#nanoTime}
   */
  public Outcome answeredAt(long nanos) {
    return new Outcome(task, verdict, json, device, nanos);
  }

  /**
   * Whether somebody may wait for it. A pull that succeeded is one of many, and is written with
   * others.
   */
  public boolean urgent() {
    return task.kind() != Task.Kind.PULL || verdict != Verdict.DONE;
  }

  /** Our code or the vendor's; null after a success. */
  public String code() {
    return json.path("code").asText(null);
  }

  /** One sentence; null after a success. */
  public String message() {
    return json.path("message").asText(null);
  }
}
