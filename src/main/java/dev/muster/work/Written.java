package dev.muster.work;

import java.util.concurrent.TimeUnit;

/**
 * An outcome and its JSON: made once, by the thread that made the call, and not by the one that
 * writes for all.
 *
 * @param outcome what is written
 * @param json an object; see {@code sql/functions/R__42_settle.sql}
 */
record Written(Outcome outcome, String json) {

  static Written of(Outcome outcome) {
    return new Written(outcome, Jsonb.holdable(outcome.json().toString()));
  }

  /** The JSON as it is sent now: it says how long ago the reply arrived. */
  void appendTo(StringBuilder array) {
    if (outcome.answeredNanos() == null) {
      array.append(json);
      return;
    }
    long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - outcome.answeredNanos());
    array.append(json, 0, json.length() - 1).append(",\"age_ms\":").append(age).append('}');
  }
}
